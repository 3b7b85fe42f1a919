"""Turns receipts on or off for a person, on all their devices.

one conditional update ── pushes to the person's other devices, queued ── answer
(Counter)                 (SQS)
"""

from dataclasses import dataclass

from catchup.clock import MAX_AHEAD_MS, Clock
from catchup.domain.presence import Caller
from catchup.domain.receipts import ReceiptsChoice
from catchup.errors import NoReceipts, courtesy
from catchup.usecases.receipts.ports import ReceiptBook, ReceiptNotices


@dataclass(eq=False, repr=False, slots=True)
class ChooseReceipts:
    """Makes a choice, if no later one holds. It is safe to repeat, also a day later. `offered`: whether the deployment
    has receipts."""

    receipts: ReceiptBook
    notices: ReceiptNotices
    clock: Clock
    offered: bool

    @property
    def latest_ms(self) -> int:
        """The latest time that a choice may have."""
        return self.clock() + MAX_AHEAD_MS

    def __call__(self, caller: Caller, is_on: bool, chosen_at_ms: int | None) -> ReceiptsChoice:
        """Returns the choice that holds. `chosen_at_ms`: None for now. Raises NoReceipts, Unavailable."""
        if not self.offered:
            raise NoReceipts
        chosen_at_ms = self.clock() if chosen_at_ms is None else chosen_at_ms
        choice = self.receipts.choose(caller.uid, is_on, chosen_at_ms)
        # Told again if it is repeated: the request before may have died here.
        if choice.changed_at_ms == chosen_at_ms:
            with courtesy():
                self.notices.receipts(caller, choice)
        return choice
