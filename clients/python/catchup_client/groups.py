"""The calls about groups; `Client` inherits them."""

import uuid
from collections.abc import AsyncIterator, Iterable

from catchup_client.engine import Engine
from catchup_client.errors import InvalidInput
from catchup_client.events import Sent
from catchup_client.names import NAME_RULE, UID_RULE, MsgId, SessionId, Uid, group_session, is_name, is_uid
from catchup_client.protocol.groups import Description, JoinRequest, Member, Role
from catchup_client.protocol.membership import (
    Add,
    Approve,
    Ask,
    Change,
    ChangeRole,
    Create,
    Describe,
    Dissolve,
    Join,
    Leave,
    Members,
    Mute,
    Remove,
    Requests,
)
from catchup_client.settings import MAX_GROUP_NAME_BYTES, MAX_PAGE_MESSAGES, MAX_UIDS_PER_REQUEST


class GroupCalls:
    """Membership of groups. A group is named by its id or by its session: `room` or `g:room`.

    Each change is sent after the messages to the group that are in the outbox, and before those that follow it. It is
    sent again, with the same `msgId`, until the server has answered, also over new connections.
    It is not kept over a restart of the process; `members` then shows whether it was done. An application that gives
    its own `msg_id` can repeat the call after a restart: the change is made at most once.

    All raise InvalidInput before anything is sent, and RequestRefused if the server refuses.
    """

    _engine: Engine

    async def create_group(
        self,
        name: str,
        uids: Iterable[str] = (),
        *,
        group: str | None = None,
        is_open: bool = False,
        open_history: bool = False,
        by_asking: bool = False,
        msg_id: str | None = None,
    ) -> Sent:
        """Create a group and become its owner; return its session, and the seq of the message that announces it.

        Args:
            name: the name that people see, at most 200 bytes in UTF-8.
            uids: the first members besides this account, at most 50.
            group: its id; by default a new UUID.
            is_open: whether anyone may join without being added.
            open_history: whether new members may read earlier messages.
            by_asking: whether people ask to join, and the owner or an admin approves; not with `is_open`.
            msg_id: of the message that announces the group; by default a new UUID.

        """
        if len(name.encode()) > MAX_GROUP_NAME_BYTES:
            raise InvalidInput("name", f"must have at most {MAX_GROUP_NAME_BYTES} bytes")
        group_id = _id(str(uuid.uuid4()) if group is None else group)
        made = Create(_msg_id(msg_id), group_id, name, _uids(uids), is_open, open_history, by_asking)
        return await self._change(made)

    async def join(self, group: str, *, msg_id: str | None = None) -> Sent:
        """Join an open group."""
        return await self._change(Join(_msg_id(msg_id), _id(group)))

    async def leave(self, group: str, *, msg_id: str | None = None) -> Sent:
        """Leave a group; an owner must hand it over first (`set_role`), or be the last member, which ends the group."""
        return await self._change(Leave(_msg_id(msg_id), _id(group)))

    async def add(self, group: str, uids: Iterable[str], *, msg_id: str | None = None) -> Sent:
        """Make other people members, at most 50."""
        return await self._change(Add(_msg_id(msg_id), _id(group), _uids(uids, at_least=1)))

    async def remove(self, group: str, uids: Iterable[str], *, msg_id: str | None = None) -> Sent:
        """End the membership of other people, at most 50."""
        return await self._change(Remove(_msg_id(msg_id), _id(group), _uids(uids, at_least=1)))

    async def set_role(self, group: str, uid: str, role: Role, *, msg_id: str | None = None) -> Sent:
        """Change a member's role; `Role.OWNER` hands the group over, and this account becomes an admin."""
        return await self._change(ChangeRole(_msg_id(msg_id), _id(group), _uids([uid])[0], role))

    async def describe(
        self, group: str, *, name: str | None = None, announcement: str | None = None, msg_id: str | None = None
    ) -> Sent:
        """Change a group's name or announcement; None leaves it, and "" takes it back."""
        return await self._change(Describe(_msg_id(msg_id), _id(group), name, announcement))

    async def description(self, group: str) -> Description | None:
        """Ask for a group's name and announcement, and who may speak in it."""
        page = await self._engine.or_stop(self._engine.link.request(Members(_id(group), 1)))
        return page.body.description

    async def mute_member(self, group: str, uid: str, until_ms: int, *, msg_id: str | None = None) -> Sent:
        """Let a member not speak until this time, by the server's clock; 0 lets them speak again."""
        return await self._change(Mute(_msg_id(msg_id), _id(group), _uids([uid])[0], until_ms))

    async def mute_all(self, group: str, until_ms: int, *, msg_id: str | None = None) -> Sent:
        """Let only the owner and admins speak until this time; 0 lets all speak again."""
        return await self._change(Mute(_msg_id(msg_id), _id(group), None, until_ms))

    async def dissolve(self, group: str, *, msg_id: str | None = None) -> Sent:
        """End a group for good; only its owner may."""
        return await self._change(Dissolve(_msg_id(msg_id), _id(group)))

    async def ask_to_join(self, group: str, note: str = "") -> JoinRequest:
        """Ask to join a group whose owner and admins decide; to ask again changes the note."""
        reply = await self._engine.or_stop(self._engine.link.request(Ask(_id(group), note, withdraw=False)))
        return reply.body.requests[0]

    async def withdraw(self, group: str) -> None:
        """Take this account's request to join back; does nothing if there is none."""
        await self._engine.or_stop(self._engine.link.request(Ask(_id(group), "", withdraw=True)))

    async def approve(self, group: str, uids: Iterable[str], *, msg_id: str | None = None) -> Sent:
        """Admit people who ask to join, at most 50."""
        return await self._change(Approve(_msg_id(msg_id), _id(group), _uids(uids, at_least=1), refuse=False))

    async def refuse(self, group: str, uids: Iterable[str]) -> None:
        """Refuse people who ask to join, at most 50; nobody is told."""
        refused = Approve(_msg_id(None), _id(group), _uids(uids, at_least=1), refuse=True)
        await self._engine.or_stop(self._engine.link.request(refused))

    async def join_requests(self, group: str) -> AsyncIterator[JoinRequest]:
        """Iterate over who asks to join, in the order of their uids; asks the server page by page."""
        group_id, next_ = _id(group), ""
        while True:
            request = Requests(group_id, MAX_PAGE_MESSAGES, next_)
            page = (await self._engine.or_stop(self._engine.link.request(request))).body
            for each in page.requests:
                yield each
            next_ = page.next
            if page.end or not next_:
                return

    async def members(self, group: str) -> AsyncIterator[Member]:
        """Iterate over the members in the order of their uids; asks the server page by page."""
        group_id, next_ = _id(group), ""
        while True:
            request = Members(group_id, MAX_PAGE_MESSAGES, next_)
            page = (await self._engine.or_stop(self._engine.link.request(request))).body
            for member in page.members:
                yield member
            next_ = page.next
            if page.end or not next_:
                return

    def mentions(self, session_id: str) -> list[int]:
        """Return the seqs of unread messages that mention this account or everyone, ascending; asks no server.

        Some of these messages may not be on this device yet. `mark_read` empties the list.
        """
        return list(self._engine.store.mentions(SessionId(session_id)))

    async def _change(self, change: Change) -> Sent:
        return await self._engine.or_stop(self._ask(change))

    async def _ask(self, change: Change) -> Sent:
        async with self._engine.outbox.turn(group_session(change.group_id)):
            reply = await self._engine.link.request(change)
            return self._engine.arrivals.take_change(
                reply.body, of_own_stay=isinstance(change, Create | Join | Leave | Dissolve)
            )


def _id(group: str) -> str:
    group_id = group_session(group).removeprefix("g:")
    if not is_name(group_id):
        raise InvalidInput("group", f"must match {NAME_RULE}")
    return group_id


def _msg_id(given: str | None) -> MsgId:
    msg_id = str(uuid.uuid4()) if given is None else given
    if not is_name(msg_id):
        raise InvalidInput("msg_id", f"must match {NAME_RULE}")
    return MsgId(msg_id)


def _uids(given: Iterable[str], at_least: int = 0) -> tuple[Uid, ...]:
    uids = tuple(map(Uid, given))
    if not all(map(is_uid, uids)):
        raise InvalidInput("uids", f"must match {UID_RULE}")
    if not at_least <= len(uids) <= MAX_UIDS_PER_REQUEST:
        raise InvalidInput("uids", f"must be {at_least} to {MAX_UIDS_PER_REQUEST}, not {len(uids)}")
    return uids
