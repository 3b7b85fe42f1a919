"""How much one person may send, and how often change groups (docs/adr/0017-send-limits.md): no read and no write for
whoever does so as people do."""

from contextlib import suppress
from dataclasses import dataclass

from catchup.clock import Clock
from catchup.domain.allowance import Allowances, Verdict
from catchup.domain.ids import Uid
from catchup.errors import TooManyMessages, Unavailable
from catchup.metrics import Metric
from catchup.usecases.ports import Meter, PresenceBook


@dataclass(eq=False, repr=False, slots=True)
class SendLimit:
    """Asked once for each message that is new, before anything of it is written, and for each push of an old one.

    This process counts in memory. When a person's bucket runs empty it writes so into their row of Presence, which
    every private send reads anyway: so all processes hold the person back, at one write a hold and process. Without
    `presence` this process alone does.
    """

    allowances: Allowances
    presence: PresenceBook | None
    clock: Clock
    meter: Meter

    def __call__(self, uid: Uid, held_until_ms: int = 0) -> None:
        """`held_until_ms`: what the person's row says. Raises TooManyMessages."""
        if not self.admits(uid, held_until_ms):
            self.meter.count(Metric.SENDS_REFUSED)
            raise TooManyMessages(self.allowances.hold_ms // 1_000)

    def admits(self, uid: Uid, held_until_ms: int = 0) -> bool:
        """Takes one from what this person may do, and says whether there was one."""
        now = self.clock()
        if held_until_ms > now:
            self.allowances.hold(uid, held_until_ms, now)
        verdict = self.allowances.take(uid, now)
        if verdict is Verdict.EXHAUSTED and self.presence is not None:
            # A hold that can't be written holds here.
            with suppress(Unavailable):
                self.presence.hold(uid, now + self.allowances.hold_ms)
        return verdict is Verdict.ALLOWED
