"""Reads one message of history, as a person may see it: one whose media they ask for, or forward."""

from dataclasses import dataclass

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.page import Bounds
from catchup.errors import NotAMember
from catchup.usecases.catching_up.pages import seen_in_group
from catchup.usecases.catching_up.ports import HiddenMessages, MessageHistory
from catchup.usecases.groups.ports import Groups


@dataclass(eq=False, repr=False, slots=True)
class ReadOne:
    """Reads one message by the rules of history. `keeps_dissolved`: whether dissolved groups can still be read."""

    groups: Groups
    messages: MessageHistory
    hidden: HiddenMessages
    concurrency: Concurrency
    keeps_dissolved: bool

    def __call__(self, uid: Uid, session: SessionId, seq: Seq) -> Message | None:
        """The message; None if there is none, or none that this person may see. What they have hidden has no content,
        nor has what was recalled. In a private session the caller has checked that it is theirs.

        Raises NotAMember, Unavailable.
        """
        bounds = Bounds(before=Seq(seq + 1), after=Seq(seq - 1))
        if not is_group(session):
            found = self.messages.page(session, bounds, 1, newest_first=True).messages
            return next((message.seen_by(uid) for message in found), None)
        (group, membership), page = self.concurrency.run(
            lambda: self.groups.seen_by(uid, session),
            lambda: self.messages.page(session, bounds, 1, newest_first=True),
        )
        if group is None or membership is None or not rule_of("history").allows_in_group(membership):
            raise NotAMember
        membership = group.seen_as(membership)
        visible = group.visible_to(membership, bounds, keeps_history=self.keeps_dissolved)
        if not visible.lowest <= seq <= visible.highest:
            return None
        seen = seen_in_group(self.hidden, uid, session, page.messages) if membership.hidden_version else page.messages
        return next(iter(seen), None)
