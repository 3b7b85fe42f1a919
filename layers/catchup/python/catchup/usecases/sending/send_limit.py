"""Limits how much a person may send, and how often they may change groups
(docs/adr/0028-all-processes-fill-one-bucket.md). For people who write at human speed it makes no call and no write."""

from collections.abc import Callable
from dataclasses import dataclass
from random import randrange

from catchup.clock import Clock
from catchup.domain.allowance import Allowances, Decision
from catchup.domain.ids import Uid
from catchup.domain.pace import Pace
from catchup.errors import TooManyMessages, Unavailable
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.ports import PresenceBook

# A flood leaves at most some hundred marks per second in one row. Two equal marks become one, which does no harm.
MARKS = 2**32


@dataclass(eq=False, repr=False, slots=True)
class SendLimit:
    """The send limit. It is checked once for each new message, before any write, and for each new push of an old
    message.

    This process counts in memory. It writes only counts beyond a small share, and cooldowns, into the person's row of
    Presence. Every send reads that row anyway, so all processes refuse the person.
    """

    allowances: Allowances
    presence: PresenceBook
    clock: Clock
    telemetry: Telemetry
    draw: Callable[[int], int] = randrange

    def __call__(self, uid: Uid, pace: Pace) -> None:
        """Checks the limit. `pace`: from the person's row. Raises TooManyMessages."""
        if not self.allows(uid, pace):
            self.telemetry.count(Metric.SENDS_REFUSED)
            raise TooManyMessages(self.allowances.limits.cooldown_ms // 1_000)

    def allows(self, uid: Uid, pace: Pace) -> bool:
        """Takes one message from the person's limit, and returns whether there was one.

        If the row can't be written, only this process knows the count, and limits the messages that it handles itself.
        """
        now = self.clock()
        decision = self.allowances.take(uid, pace, now)
        try:
            if decision is Decision.TELL:
                mark = self.draw(MARKS)
                told = self.presence.mark(uid, mark, pace, lambda found: self.allowances.limits.renewed(found, now))
                decision = self.allowances.told(uid, mark, told, now)
            if decision is Decision.FULL:
                self.presence.cool_down(uid, now + self.allowances.limits.cooldown_ms)
        except Unavailable:
            pass
        return decision in (Decision.ALLOWED, Decision.TELL)
