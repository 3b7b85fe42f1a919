"""Everything said in a session, by page: for a new device, and for what a client sees that it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.domain.message import Message
from catchup.domain.page import Bounds, EndReason, FrameBudget, Page, PageRequest, fitting
from catchup.usecases.ports import MessageLog


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """A page of history. It changes nothing."""

    messages: MessageLog

    def __call__(self, asked: PageRequest, budget: FrameBudget) -> Page:
        """Newest first; with `after` alone, oldest first. Raises Unavailable."""
        session, bounds = asked.session_id, asked.bounds
        newest_first = bounds.before is not None or bounds.after is None
        found = self.messages.page(session, bounds, asked.limit, newest_first)
        page, _ = fitting(found.messages, budget.message_bytes, budget.room)
        if len(page) < len(found.messages):
            return Page(session, page, EndReason.NOT_END)
        if found.more:
            before, after = (found.resume_at, None) if newest_first else (None, found.resume_at)
            return Page(session, page, EndReason.NOT_END, resume_before=before, resume_after=after)
        return Page(session, page, self._why_it_ends(page, bounds, newest_first))

    @staticmethod
    def _why_it_ends(page: Sequence[Message], bounds: Bounds, newest_first: bool) -> EndReason:
        """seq has no holes: if the page stops above the lowest seq within the bounds, the rest has been removed."""
        if not newest_first:
            return EndReason.CAUGHT_UP
        reached = page[-1].seq if page else bounds.before
        return EndReason.CAUGHT_UP if reached is None or reached <= bounds.lowest else EndReason.RETENTION
