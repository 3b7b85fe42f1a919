"""How much one person may send, and how often change groups (docs/adr/0028-all-processes-fill-one-bucket.md): no call
and no write for whoever does so as people do."""

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

# Of a flood within a second at most some hundred marks are in one row: two that are alike are one, which costs nobody.
MARKS = 2**32


@dataclass(eq=False, repr=False, slots=True)
class SendLimit:
    """Asked once for each message that is new, before anything of it is written, and for each push of an old one.

    This process counts in memory. What goes beyond a small share, and that somebody cools down, it writes into the
    person's row of Presence, which every send reads anyway: so all processes refuse the person.
    """

    allowances: Allowances
    presence: PresenceBook
    clock: Clock
    telemetry: Telemetry
    draw: Callable[[int], int] = randrange

    def __call__(self, uid: Uid, pace: Pace) -> None:
        """`pace`: what the person's row says. Raises TooManyMessages."""
        if not self.allows(uid, pace):
            self.telemetry.count(Metric.SENDS_REFUSED)
            raise TooManyMessages(self.allowances.limits.cooldown_ms // 1_000)

    def allows(self, uid: Uid, pace: Pace) -> bool:
        """Takes one from what this person may do, and says whether there was one.

        What can't be written is known here alone: then this process bounds what passes through it.
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
