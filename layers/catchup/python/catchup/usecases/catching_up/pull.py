"""Returns a page of one session's waiting messages, newest first, and deletes the previous page from the offline store.

    delete what was named ─┐
                           ├── answer
    query the newest       ─┘

There is no cursor: acked messages are gone, so the newest remaining ones are the next page, and new messages come
first. Both calls run side by side. The query leaves out the messages that are being deleted, so their order does not
matter.

If nothing waits, it checks the counter, which may include messages that retention has removed.
"""

from dataclasses import dataclass

from catchup.concurrency import Concurrency
from catchup.domain.group import is_group
from catchup.domain.ids import Uid
from catchup.domain.page import Bounds, Budget, EndReason, Page, PageRequest, fitting
from catchup.metrics import Metric, Telemetry
from catchup.usecases.catching_up.pages import GroupPages
from catchup.usecases.catching_up.ports import Inbox, Waiting
from catchup.usecases.catching_up.retention import Retention


@dataclass(eq=False, repr=False, slots=True)
class Pull:
    """Deletes exactly the named messages from the caller's own inbox, and returns the next page."""

    inbox: Inbox
    group_pages: GroupPages
    retention: Retention
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, uid: Uid, asked: PageRequest, budget: Budget) -> Page:
        """Returns at most `limit` messages that fit the frame. Raises NotAMember (a group), Unavailable."""
        if is_group(asked.session_id):
            page = self.group_pages("pull", uid, asked, budget)
        else:
            page = self._private(uid, asked, budget)
        self.telemetry.count(Metric.PULLED, len(page.messages))
        return page

    def _private(self, uid: Uid, asked: PageRequest, budget: Budget) -> Page:
        session = asked.session_id
        waiting: Waiting
        remaining, waiting = self.concurrency.run(
            lambda: self.inbox.remove(uid, session, asked.acked),
            lambda: self.inbox.newest(uid, session, asked.limit, asked.bounds, frozenset(asked.acked)),
        )
        self.telemetry.count(Metric.ACKED, len(asked.acked) - len(remaining))
        messages, _ = fitting(waiting.messages, budget.message_bytes, budget.room)
        if waiting.more or waiting.resume_before is not None or len(messages) < len(waiting.messages):
            reason = EndReason.NOT_END
        else:
            reason = self._why_nothing_is_left(uid, asked, waiting)
        # If the frame cut the page short, the next page begins with its rest, not behind the searched rows.
        resume = waiting.resume_before if len(messages) == len(waiting.messages) else None
        return Page(session, messages, reason, remaining, resume)

    def _why_nothing_is_left(self, uid: Uid, asked: PageRequest, waiting: Waiting) -> EndReason:
        """The end reason. If nothing waits and nothing was named, retention may have removed all unread messages."""
        is_empty = not (waiting.messages or asked.acked) and asked.bounds == Bounds()
        gone = (waiting.trimmed or is_empty) and self.retention.private(uid, asked.session_id)
        return EndReason.RETENTION if waiting.trimmed or gone else EndReason.CAUGHT_UP
