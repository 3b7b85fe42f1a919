"""Everything said in a session, by page: for a new device, and for what a client sees that it lacks."""

from dataclasses import dataclass

from catchup.domain.group import is_group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.page import Bounds, EndReason, FrameBudget, Page, PageRequest, fitting
from catchup.usecases.catching_up.group_pages import GroupPages
from catchup.usecases.catching_up.ports import Counters, MessageHistory, Stretch
from catchup.usecases.catching_up.retention import Retention


@dataclass(eq=False, repr=False, slots=True)
class ReadHistory:
    """A page of history. It changes nothing but counters of what retention has removed."""

    messages: MessageHistory
    counters: Counters
    group_pages: GroupPages
    retention: Retention

    def __call__(self, uid: Uid, asked: PageRequest, budget: FrameBudget) -> Page:
        """Newest first; with `after` alone, oldest first. Raises NotAMember (a group), Unavailable."""
        session, bounds = asked.session_id, asked.bounds
        newest_first = bounds.before is not None or bounds.after is None
        if is_group(session):
            return self.group_pages("history", uid, asked, budget, newest_first)
        found = self.messages.page(session, bounds, asked.limit, newest_first)
        page, _ = fitting(found.messages, budget.message_bytes, budget.room)
        if len(page) < len(found.messages):
            return Page(session, page, EndReason.NOT_END)
        if found.more:
            before, after = (found.resume_at, None) if newest_first else (None, found.resume_at)
            return Page(session, page, EndReason.NOT_END, resume_before=before, resume_after=after)
        removed = newest_first and self._is_trimmed(found, session, bounds)
        if removed:
            self.retention.private(uid, session)
        return Page(session, page, EndReason.RETENTION if removed else EndReason.CAUGHT_UP)

    def _is_trimmed(self, found: Stretch, session: SessionId, bounds: Bounds) -> bool:
        """seq has no holes: if what is kept stops above the lowest seq within the bounds, the rest has been removed.
        Nothing at all says nothing by itself: perhaps the session never came that far, so its head is asked for."""
        if found.lowest is not None:
            return found.lowest > bounds.lowest
        if bounds.before is not None and bounds.before <= bounds.lowest:
            return False
        return self.counters.heads([session]).get(session, 0) >= bounds.lowest
