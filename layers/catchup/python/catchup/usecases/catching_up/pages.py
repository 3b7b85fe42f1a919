"""Pages of history. In groups `pull` and `history` read the same messages, within what the person may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.page import Bounds, Budget, EndReason, Page, PageRequest, fitting
from catchup.errors import NotAMember
from catchup.usecases.catching_up.ports import HiddenMessages, MessageHistory, Stretch
from catchup.usecases.catching_up.retention import Retention
from catchup.usecases.groups.ports import Groups


@dataclass(eq=False, repr=False, slots=True)
class GroupPages:
    """Pages of a group's messages. Reading changes only counters, if they include messages that retention removed.
    `keeps_dissolved`: whether the history of dissolved groups is still readable."""

    groups: Groups
    messages: MessageHistory
    hidden: HiddenMessages
    retention: Retention
    concurrency: Concurrency
    keeps_dissolved: bool

    def __call__(
        self,
        route: str,
        uid: Uid,
        asked: PageRequest,
        budget: Budget,
        newest_first: bool = True,
    ) -> Page:
        """Reads membership and messages side by side, and then drops messages that the person may not see. What they
        have hidden is looked up only if they have ever hidden something here.

        Raises NotAMember, Unavailable.
        """
        session = asked.session_id
        found: Stretch
        (group, membership), found = self.concurrency.run(
            lambda: self.groups.seen_by(uid, session),
            lambda: self.messages.page(session, asked.bounds, asked.limit, newest_first),
        )
        if group is None or membership is None or not rule_of(route).allows_in_group(membership):
            raise NotAMember
        membership = group.seen_as(membership)
        bounds = group.visible_to(membership, asked.bounds, keeps_history=self.keeps_dissolved)
        if bounds != asked.bounds and (found.more or any(not _within(each.seq, bounds) for each in found.messages)):
            found = self.messages.page(session, bounds, asked.limit, newest_first)
        elif not found.messages and bounds.lowest <= min(bounds.highest, group.head):
            # The head was read after the messages, so it may include newer ones, which are not expired.
            found = self.messages.page(session, bounds, asked.limit, newest_first)
        if membership.hidden_version:
            found = found._replace(messages=seen_in_group(self.hidden, uid, session, found.messages))
        page = page_of(asked, bounds, found, budget, newest_first, head=lambda: group.head)
        if page.end_reason is EndReason.RETENTION:
            self.retention.group(membership, group)
        return page


def seen_in_group(
    hidden: HiddenMessages, uid: Uid, session: SessionId, messages: Sequence[Message]
) -> Sequence[Message]:
    """These messages of a group as somebody sees them who has hidden some there."""
    seqs = hidden.among(uid, session, [message.seq for message in messages])
    return [message.hidden() if message.seq in seqs else message for message in messages]


def page_of(
    asked: PageRequest,
    bounds: Bounds,
    found: Stretch,
    budget: Budget,
    newest_first: bool,
    head: Callable[[], int],
) -> Page:
    """Returns what was found in these bounds, as far as it fits the frame. `head`: the last seq of the session; it is
    only read if nothing was found."""
    session = asked.session_id
    messages, _ = fitting(found.messages, budget.message_bytes, budget.room)
    if len(messages) < len(found.messages):
        return Page(session, messages, EndReason.NOT_END)
    if found.more:
        before, after = (found.resume_at, None) if newest_first else (None, found.resume_at)
        return Page(session, messages, EndReason.NOT_END, resume_before=before, resume_after=after)
    if not newest_first:
        return Page(session, messages, EndReason.CAUGHT_UP)
    if bounds.lowest <= bounds.highest:
        # seq has no holes: if the kept messages end above the lowest seq in the bounds, retention removed the rest.
        kept_from = found.lowest or min(bounds.highest, head()) + 1
        if kept_from > bounds.lowest:
            return Page(session, messages, EndReason.RETENTION)
    if bounds.lowest > asked.bounds.lowest:
        return Page(session, messages, EndReason.JOIN_POINT)
    return Page(session, messages, EndReason.CAUGHT_UP)


def _within(seq: int, bounds: Bounds) -> bool:
    return bounds.lowest <= seq <= bounds.highest
