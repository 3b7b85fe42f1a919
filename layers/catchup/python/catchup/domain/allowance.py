"""How much one person may send: a token bucket each, as far as one process has seen them.

tokens   burst ──╮ each new message takes one; `rate_per_second` come back
                 ╰──▶ 0: held for `hold_ms`, whatever has come back by then
"""

from dataclasses import dataclass, field
from enum import Enum

from catchup.domain.ids import Uid

# People that one process remembers; beyond, those are forgotten who have sent nothing for the longest.
REMEMBERED = 10_000


class Verdict(Enum):
    """What becomes of one more message."""

    ALLOWED = "allowed"
    # The bucket has just run empty: from now on the person is held.
    EXHAUSTED = "exhausted"
    HELD = "held"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_ms: int
    held_until_ms: int = 0


@dataclass(eq=False, repr=False, slots=True)
class Allowances:
    """Everybody's bucket.

    >>> allowances = Allowances(burst=2, rate_per_second=1, hold_ms=10_000)
    >>> [allowances.take(Uid("alice"), 0).value for _ in range(4)]
    ['allowed', 'allowed', 'exhausted', 'held']
    >>> allowances.take(Uid("bob"), 0).value, allowances.take(Uid("alice"), 10_000).value
    ('allowed', 'allowed')
    """

    burst: int
    rate_per_second: int
    hold_ms: int
    _buckets: dict[Uid, _Bucket] = field(default_factory=dict)

    def take(self, uid: Uid, now_ms: int) -> Verdict:
        """One message."""
        bucket = self._of(uid, now_ms)
        if bucket.held_until_ms > now_ms:
            return Verdict.HELD
        passed_ms = max(0, now_ms - bucket.at_ms)
        bucket.tokens = min(self.burst, bucket.tokens + passed_ms * self.rate_per_second / 1_000)
        bucket.at_ms = now_ms
        if bucket.tokens < 1:
            bucket.held_until_ms = now_ms + self.hold_ms
            return Verdict.EXHAUSTED
        bucket.tokens -= 1
        return Verdict.ALLOWED

    def hold(self, uid: Uid, until_ms: int, now_ms: int) -> None:
        """Another process has seen too much of this person."""
        bucket = self._of(uid, now_ms)
        bucket.held_until_ms = max(bucket.held_until_ms, until_ms)

    def _of(self, uid: Uid, now_ms: int) -> _Bucket:
        bucket = self._buckets.pop(uid, None) or _Bucket(self.burst, now_ms)
        # Put at the end: what stands first has been silent for the longest.
        self._buckets[uid] = bucket
        if len(self._buckets) > REMEMBERED:
            del self._buckets[next(iter(self._buckets))]
        return bucket
