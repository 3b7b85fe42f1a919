"""The send limit: one bucket per person, which all processes fill together.

level   burst ──╮ each message raises it by one; `rate_per_second` trickle away
                ╰──▶ full: the person cools down for `cooldown_ms`, whatever has trickled away by then

Each process counts in memory. A person who writes at human speed stays below a small *share* in each process, and
nothing is written. Beyond the share a process leaves a *mark* in the person's row for each `share` messages. Every send
reads that row, so each process knows what all of them have let through, except for less than a share each
(docs/adr/0028-all-processes-fill-one-bucket.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import randrange

from catchup.domain.ids import Uid
from catchup.domain.pace import Pace

# People that one process remembers; beyond that, it forgets those who have been silent for the longest.
REMEMBERED = 10_000
# The part of the burst that a process allows before it tells the others: 6 of 300 messages.
SHARES_IN_A_BURST = 50
# The part of the rate at which a share trickles away: one message in two seconds at ten a second. People write less.
TRICKLE = 1 / 20
# After this time marks are replaced by a number, so that the row stays small.
MARKS_LAST_MS = 1_000


@dataclass(eq=False, repr=False, slots=True)
class Limits:
    """The limits of one person, in all processes together."""

    burst: int
    rate_per_second: int
    cooldown_ms: int

    @property
    def share(self) -> int:
        """Messages that one mark stands for."""
        return max(1, self.burst // SHARES_IN_A_BURST)

    def level(self, pace: Pace, now_ms: int) -> int:
        """How full the bucket is, as far as processes have reported.

        >>> Limits(300, 10, 10_000).level(Pace(since_ms=1_000, level=50, marks=frozenset({7, 8})), now_ms=3_000)
        42
        """
        gone = max(0, now_ms - pace.since_ms) * self.rate_per_second // 1_000
        return max(0, pace.level + self.share * len(pace.marks) - gone)

    def renewed(self, pace: Pace, now_ms: int) -> Pace:
        """The pace to add a mark to: this one, or one with a number in place of the marks so far."""
        if now_ms - pace.since_ms < MARKS_LAST_MS:
            return pace
        return Pace(now_ms, self.level(pace, now_ms), frozenset(), pace.cooldown_until_ms)


class Decision(Enum):
    """The decision about one more message."""

    ALLOWED = "allowed"
    # Allowed as far as this process knows. The caller tells the others, and then knows more.
    TELL = "tell"
    # The bucket is full, and this process is the first to see it: from now on the person cools down.
    FULL = "full"
    COOLDOWN = "cooldown"


@dataclass(eq=False, repr=False, slots=True)
class _Seen:
    """What this process has let through for a person: `level` in all, `untold` of it not yet reported by a mark."""

    at_ms: int
    level: float = 0
    untold: float = 0
    cooldown_until_ms: int = 0


@dataclass(eq=False, repr=False, slots=True)
class Allowances:
    """What this process knows about all people.

    >>> allowances = Allowances(Limits(burst=2, rate_per_second=1, cooldown_ms=10_000))
    >>> [allowances.take(Uid("alice"), Pace(), 0).value for _ in range(4)]
    ['allowed', 'tell', 'full', 'cooldown']
    >>> allowances.take(Uid("bob"), Pace(), 0).value, allowances.take(Uid("alice"), Pace(), 10_000).value
    ('allowed', 'tell')
    """

    limits: Limits
    # Marks are random numbers below this one.
    draw: Callable[[int], int] = randrange
    _seen: dict[Uid, _Seen] = field(default_factory=dict)

    def take(self, uid: Uid, pace: Pace, now_ms: int) -> Decision:
        """Decides about one message. `pace`: from the person's row, as it was just read."""
        limits, seen = self.limits, self._of(uid, now_ms)
        told = limits.level(pace, now_ms)
        passed_seconds = max(0, now_ms - seen.at_ms) / 1_000
        seen.at_ms = now_ms
        seen.level = max(0, seen.level - passed_seconds * limits.rate_per_second)
        if not told:
            seen.untold = max(0, seen.untold - passed_seconds * limits.rate_per_second * TRICKLE)
        if self._cools_down(seen, pace, now_ms):
            return Decision.COOLDOWN
        if seen.level > limits.burst - 1 or told >= limits.burst:
            return self._full(seen, now_ms)
        if told and seen.untold < 1:
            # The person is fast in another process. However many processes share a flood, and however little each sees,
            # every `share` messages leave one mark on average.
            seen.untold = 1 + self.draw(limits.share)
        seen.level += 1
        seen.untold += 1
        return Decision.TELL if seen.untold > limits.share else Decision.ALLOWED

    def told(self, uid: Uid, mark: int, pace: Pace, now_ms: int) -> Decision:
        """Notes that this mark has told the others, also of the current message, and decides again. `pace`: as it is
        now."""
        seen = self._of(uid, now_ms)
        if mark in pace.marks:
            seen.untold -= self.limits.share
        if self._cools_down(seen, pace, now_ms):
            return Decision.COOLDOWN
        if self.limits.level(pace, now_ms) > self.limits.burst:
            return self._full(seen, now_ms)
        return Decision.ALLOWED

    def _cools_down(self, seen: _Seen, pace: Pace, now_ms: int) -> bool:
        seen.cooldown_until_ms = max(seen.cooldown_until_ms, pace.cooldown_until_ms)
        return seen.cooldown_until_ms > now_ms

    def _full(self, seen: _Seen, now_ms: int) -> Decision:
        seen.cooldown_until_ms = now_ms + self.limits.cooldown_ms
        return Decision.FULL

    def _of(self, uid: Uid, now_ms: int) -> _Seen:
        seen = self._seen.pop(uid, None) or _Seen(now_ms)
        # Put at the end: the first person has been silent for the longest.
        self._seen[uid] = seen
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return seen
