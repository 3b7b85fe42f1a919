"""Reads the last messages of the newest sessions: a client draws the first screen of a session from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from catchup.clock import deadline
from catchup.concurrency import Concurrency
from catchup.domain.group import Group, is_group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.message import Message
from catchup.domain.page import Bounds
from catchup.domain.unread import Unread
from catchup.errors import courtesy
from catchup.usecases.catching_up.pages import seen_in_group
from catchup.usecases.catching_up.ports import HiddenMessages, Inbox, InSession, MessageHistory


@dataclass(eq=False, repr=False, slots=True)
class Previews:
    """Reads at most so many messages of so many sessions, side by side. `keeps_dissolved`: as in `GroupPages`."""

    inbox: Inbox
    history: MessageHistory
    hidden: HiddenMessages
    concurrency: Concurrency
    messages: int
    sessions: int
    keeps_dissolved: bool

    def __call__(
        self, uid: Uid, newest: Sequence[Unread], rows: Sequence[InSession], groups: Mapping[SessionId, Group]
    ) -> Iterable[tuple[SessionId, Sequence[Message]]]:
        """If time is short it reads none, and what the store does not answer is left out: the first pull brings it."""
        told = [each.session_id for each in newest[: self.sessions]] if deadline().allows() else []
        of_group = {row.session_id: row for row in rows if isinstance(row, Membership)}
        read = (partial(self._last_of, uid, session, of_group.get(session), groups) for session in told)
        return zip(told, self.concurrency.run(*read), strict=True)

    def _last_of(
        self, uid: Uid, session: SessionId, row: Membership | None, groups: Mapping[SessionId, Group]
    ) -> Sequence[Message]:
        with courtesy():
            if row is None or not is_group(session):
                return self.inbox.newest(uid, session, self.messages, Bounds()).messages
            group = groups[session]
            bounds = group.visible_to(group.seen_as(row), Bounds(), keeps_history=self.keeps_dissolved)
            messages = self.history.page(session, bounds, self.messages, newest_first=True).messages
            return seen_in_group(self.hidden, uid, session, messages) if row.hidden_version else messages
        return ()
