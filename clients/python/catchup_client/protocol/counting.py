"""The red dot: how counters, live messages and reading change a session's count (docs/protocol.md, section 7, "Count").

Pure functions. The caller stores the result and its messages in one transaction.

Only counters and live messages add numbers: the server raises its counter before it pushes a message. Pages add none,
because they can be ahead of the server's counter, and don't tell what has been read elsewhere. They only show that
numbers are missing.

What is read is read on all devices of the person: a counter adds what is above their read position, whichever device
has cleared it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catchup_client.names import Number
from catchup_client.protocol.groups import OwnBelow
from catchup_client.protocol.model import Counter
from catchup_client.protocol.ranges import Range, left_out, subtract

NONE_UNLISTED = OwnBelow(Number(0), 0)


@dataclass(frozen=True, slots=True)
class Count:
    """The count of one session on this device."""

    known: Number = Number(0)
    """The number up to which this device has counted."""
    added: tuple[Range, ...] = ()
    """The numbers that this device has counted and the person hasn't read, ascending."""
    unlisted: OwnBelow = NONE_UNLISTED
    """Groups: `count` of the numbers in `added`, up to `to`, are own messages. It is not known which ones."""

    @property
    def unread(self) -> int:
        """The red dot."""
        return sum(map(len, self.added)) - self.unlisted.count


def is_vague(count: Count, counter: Counter) -> bool:
    """Tell whether a counter can't be added, because it doesn't say how many own messages are above `known`.

    After a `clear` up to `known`, the next counter says it.
    """
    base = max(count.known, counter.counted)
    return counter.own_below is not None and counter.cleared < base < counter.own_below.to


def add_counter(count: Count, counter: Counter) -> Count:
    """Add a counter that is not vague; adding it again, or adding an older one, changes nothing.

    >>> add_counter(Count(Number(5), (Range(4, 5),)), Counter(Number(9), Number(0), own=(Number(7),))).added
    (Range(low=4, high=6), Range(low=8, high=9))
    """
    count = forget(count, counter.joined_number if counter.left is None else counter.received)
    if counter.read is not None:
        count = forget(count, counter.read.number)
    base, unlisted = max(count.known, counter.counted), count.unlisted
    new = subtract([Range(base + 1, counter.received)], [Range(own, own) for own in sorted(counter.own)])
    if counter.own_below is not None and counter.own_below.to > base:
        unlisted = OwnBelow(counter.own_below.to, unlisted.count + counter.own_below.count)
    return Count(Number(max(base, counter.received)), _join(count.added, new), unlisted)


def add_live(count: Count, number: Number, *, own: bool) -> Count:
    """Add a message that was pushed or has just been sent, unless numbers are missing below it."""
    if number != count.known + 1:
        return count
    return replace(count, known=number, added=count.added if own else _join(count.added, [Range(number, number)]))


def read(count: Count) -> Count:
    """Note that the person has read the session."""
    return Count(count.known)


def forget(count: Count, up_to: Number) -> Count:
    """Forget the numbers up to `up_to`: they are read, or the account's membership has begun or ended there."""
    return Count(
        Number(max(count.known, up_to)),
        tuple(subtract(count.added, [Range(1, up_to)])),
        count.unlisted if count.unlisted.to > up_to else NONE_UNLISTED,
    )


def keep(count: Count, saved: Iterable[Number]) -> Count:
    """Keep only the numbers in `saved`, of saved messages from others. The rest are own messages, or were removed.

    >>> keep(Count(Number(9), (Range(1, 4), Range(7, 8))), [Number(3), Number(4), Number(8)]).added
    (Range(low=3, high=4), Range(low=8, high=8))
    """
    if not count.added:
        return count
    gone = left_out(Range(count.added[0].low, count.added[-1].high), saved)
    return Count(count.known, tuple(subtract(count.added, gone)))


def _join(lower: Sequence[Range], higher: Sequence[Range]) -> tuple[Range, ...]:
    if lower and higher and lower[-1].high + 1 == higher[0].low:
        return (*lower[:-1], Range(lower[-1].low, higher[0].high), *higher[1:])
    return (*lower, *higher)
