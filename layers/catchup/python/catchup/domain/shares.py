"""The shares of a red packet: how its total is divided among those who open it, in their order.

The shares are a function of the packet's seed, so they are drawn once and for all when the packet is made, and nothing
but the seed needs to be stored. Amounts are whole numbers of the currency's smallest unit. There are no floats here.

*equal*: the total divided by the count; what is left over is spread, one unit each, over some of the shares.

*lucky*: the doubled-mean method. With `left` units for `heirs` people, a share is drawn evenly from 1 to an upper end
of about twice the mean, less one. Twice the mean is seldom a whole number: the end is rounded up as often as makes the
mean of a share `left / heirs` exactly. Then, by induction, each place has the same mean, `total / count`: nobody gains
by being early or late. No share exceeds twice the mean of what is left when it is drawn, except the last, which takes
all that is left. A share never takes the unit of somebody who follows: with `heirs` ≥ 2 and `left` ≥ `heirs`, the upper
end is at most `left - heirs + 1`.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from hashlib import shake_256

SEED_BYTES = 32
# Of SHAKE-256's output, for one draw: more than any amount needs, so that a draw is seldom repeated.
_DRAW_BYTES = 8
_DRAWS_AT_FIRST = 64
_PREFIX = b"catchup packet 1\0"


class Mode(Enum):
    """How a packet is divided; the value is `mode` on the wire."""

    EQUAL = "equal"
    LUCKY = "lucky"


def shares_of(seed: bytes, total: int, count: int, mode: Mode) -> Sequence[int]:
    """The shares, in the order in which they are claimed. Each is at least 1, and they sum to the total.

    Raises ValueError if the total is not enough for so many.

    >>> sum(shares_of(bytes(32), 100, 7, Mode.LUCKY))
    100
    >>> sorted(shares_of(bytes(32), 100, 7, Mode.EQUAL))
    [14, 14, 14, 14, 14, 15, 15]
    """
    if not 1 <= count <= total:
        raise ValueError(f"{total} is not enough for {count}")
    draws = _Draws(seed)
    return _equal(draws, total, count) if mode is Mode.EQUAL else list(_lucky(draws, total, count))


def luckiest_of(shares: Sequence[int]) -> int:
    """The index of the largest share; of the first of several.

    >>> luckiest_of([3, 9, 9])
    1
    """
    return max(range(len(shares)), key=lambda index: (shares[index], -index))


def _equal(draws: "_Draws", total: int, count: int) -> Sequence[int]:
    each, over = divmod(total, count)
    first = draws.below(count)
    larger = {(first + offset) % count for offset in range(over)}
    return [each + (index in larger) for index in range(count)]


def _lucky(draws: "_Draws", total: int, count: int) -> Iterator[int]:
    left = total
    for heirs in range(count, 1, -1):
        highest, part = divmod(2 * left, heirs)
        if draws.below(heirs) >= part:
            highest -= 1
        share = 1 + draws.below(highest)
        left -= share
        yield share
    yield left


class _Draws:
    """Whole numbers made of a seed. Each is even over its range: what would favour small ones is drawn again."""

    def __init__(self, seed: bytes) -> None:
        self._hash = shake_256(_PREFIX + seed)
        self._bytes, self._next = b"", 0

    def below(self, end: int) -> int:
        """A number from 0 to `end - 1`."""
        span = 256**_DRAW_BYTES
        while True:
            drawn = self._draw()
            if drawn < span - span % end:
                return drawn % end

    def _draw(self) -> int:
        if self._next == len(self._bytes):
            # A longer output begins with the shorter one.
            self._bytes = self._hash.digest(max(2 * len(self._bytes), _DRAWS_AT_FIRST * _DRAW_BYTES))
        start, self._next = self._next, self._next + _DRAW_BYTES
        return int.from_bytes(self._bytes[start : self._next], "big")
