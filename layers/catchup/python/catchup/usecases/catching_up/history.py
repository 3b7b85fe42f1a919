"""Reads a session's history by page: for a new device, and for messages that a client finds missing."""

from dataclasses import dataclass

from catchup.domain.group import is_group
from catchup.domain.ids import Uid
from catchup.domain.page import Budget, EndReason, Page, PageRequest
from catchup.usecases.catching_up.pages import GroupPages, page_of
from catchup.usecases.catching_up.ports import Counters, MessageHistory
from catchup.usecases.catching_up.retention import Retention


@dataclass(eq=False, repr=False, slots=True)
class ReadHistory:
    """Reads a page of history. It changes only counters, if they include messages that retention removed."""

    messages: MessageHistory
    counters: Counters
    group_pages: GroupPages
    retention: Retention

    def __call__(self, uid: Uid, asked: PageRequest, budget: Budget) -> Page:
        """Returns a page, newest first; with only `after`, oldest first. Raises NotAMember (a group), Unavailable."""
        session, bounds = asked.session_id, asked.bounds
        newest_first = bounds.before is not None or bounds.after is None
        if is_group(session):
            return self.group_pages("history", uid, asked, budget, newest_first)
        found = self.messages.page(session, bounds, asked.limit, newest_first)
        found = found._replace(messages=[message.seen_by(uid) for message in found.messages])
        page = page_of(
            asked, bounds, found, budget, newest_first, head=lambda: self.counters.heads([session]).get(session, 0)
        )
        if page.end_reason is EndReason.RETENTION:
            self.retention.private(uid, session, read=True)
        return page
