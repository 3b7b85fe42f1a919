"""A page of what waits in one session, newest first; the page before it leaves the offline store.

    delete what was named ─┐
                           ├── answer
    query the newest       ─┘

There is no cursor: what was acked is gone, so the newest that remain are the next page, and what arrives meanwhile
comes first. Both calls go out together; the query leaves out what is being deleted, whichever comes first.

Where nothing waits, the counter is looked at: it may speak of what retention has removed.
"""

from dataclasses import dataclass

from catchup.concurrency import Concurrency
from catchup.domain.group import is_group
from catchup.domain.ids import Uid
from catchup.domain.page import Bounds, EndReason, FrameBudget, Page, PageRequest, fitting
from catchup.metrics import Metric, Telemetry
from catchup.usecases.catching_up.group_pages import GroupPages
from catchup.usecases.catching_up.ports import Inbox, Waiting
from catchup.usecases.catching_up.retention import Retention


@dataclass(eq=False, repr=False, slots=True)
class Pull:
    """Deletes exactly what is named, from the caller's own inbox, and returns the next page."""

    inbox: Inbox
    group_pages: GroupPages
    retention: Retention
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, uid: Uid, asked: PageRequest, budget: FrameBudget) -> Page:
        """At most `limit` messages, and no more than fit the frame. Raises NotAMember (a group), Unavailable."""
        if is_group(asked.session_id):
            page = self.group_pages("pull", uid, asked, budget)
        else:
            page = self._private(uid, asked, budget)
        self.telemetry.count(Metric.PULLED, len(page.messages))
        return page

    def _private(self, uid: Uid, asked: PageRequest, budget: FrameBudget) -> Page:
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
        # A page that the frame cut short goes on with its own rest, not behind the rows that the search has passed.
        resume = waiting.resume_before if len(messages) == len(waiting.messages) else None
        return Page(session, messages, reason, remaining, resume)

    def _why_nothing_is_left(self, uid: Uid, asked: PageRequest, waiting: Waiting) -> EndReason:
        """Where nothing waits at all, and nothing was named, it may be that all that was unread has been removed."""
        is_empty = not (waiting.messages or asked.acked) and asked.bounds == Bounds()
        gone = (waiting.trimmed or is_empty) and self.retention.private(uid, asked.session_id)
        return EndReason.RETENTION if waiting.trimmed or gone else EndReason.CAUGHT_UP
