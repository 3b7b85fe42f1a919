"""Reads a session's history by page: for a new device, and for messages that a client finds missing."""

from dataclasses import dataclass

from catchup.domain.group import is_group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.page import Bounds, EndReason, FrameBudget, Page, PageRequest, fitting
from catchup.usecases.catching_up.group_pages import GroupPages
from catchup.usecases.catching_up.ports import Counters, MessageHistory, Stretch
from catchup.usecases.catching_up.retention import Retention


@dataclass(eq=False, repr=False, slots=True)
class ReadHistory:
    """Reads a page of history. It changes only counters, if they include messages that retention removed."""

    messages: MessageHistory
    counters: Counters
    group_pages: GroupPages
    retention: Retention

    def __call__(self, uid: Uid, asked: PageRequest, budget: FrameBudget) -> Page:
        """Returns a page, newest first; with only `after`, oldest first. Raises NotAMember (a group), Unavailable."""
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
        """Whether retention has removed messages in the bounds. seq has no holes: if the kept messages end above the
        lowest seq, the rest has been removed. If none is kept, the head shows whether the session came that far."""
        if found.lowest is not None:
            return found.lowest > bounds.lowest
        if bounds.before is not None and bounds.before <= bounds.lowest:
            return False
        return self.counters.heads([session]).get(session, 0) >= bounds.lowest
