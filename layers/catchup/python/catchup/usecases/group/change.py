"""A group is made, and its members come, go and get roles.

    look up ── judge, admit ── reserve ── allocate ── apply ── count members ── head, fan-out ── answer
                               (Sent)     (Message)   (Counter,  (Session)
                                                       a row a person)

Each change is a message of the session; its seq is what the rows are set to. So a change that is repeated, or comes
late, never undoes a newer one, and everyone sees the changes in one order.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from catchup.clock import Deadline
from catchup.concurrency import Concurrency
from catchup.domain.group import Event, Group, Membership, Role, group_session
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Draft, Message, Route
from catchup.domain.presence import Caller
from catchup.errors import MsgIdReused, not_a_member
from catchup.usecases.gate import Gate
from catchup.usecases.group.admission import Admission, Change
from catchup.usecases.group.ownership import Ownership
from catchup.usecases.group.ports import Groups, GroupSentLog, Members, Roster
from catchup.usecases.group.send import Delivery
from catchup.usecases.placing import Placing
from catchup.usecases.ports import PresenceBook, Sent
from catchup.usecases.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class ChangeGroup:
    """Makes one change. `__call__` returns its message in its place once all of it is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: GroupSentLog
    groups: Groups
    members: Members
    ownership: Ownership
    admission: Admission
    presence: PresenceBook
    roster: Roster
    delivery: Delivery
    gate: Gate
    concurrency: Concurrency

    def __call__(self, caller: Caller, change: Change, deadline: Deadline) -> Message:
        """Raises NotYours, Refused, GroupExists, TooManyMessages, ContentRejected, MsgIdReused, Contended, Unavailable.

        Nobody is kept from leaving: that has no limit.
        """
        draft, event, digest = change.draft, change.event, change.digest
        session = group_session(draft.recipient)
        found = self.sent_log.look_up_in_group(draft.sender, draft.msg_id, session, deadline, consistent_group=True)
        group, before = found.group, found.sent
        if group is None and (found.membership is not None or before is not None):
            # It was made while the rows were read one after the other.
            group = self.groups.many([session], deadline).get(session)
        actor = None if group is None or found.membership is None else group.seen_as(found.membership)
        if before is None:
            if event.kind != "leave":
                self.limit(draft.sender, found.pace)
            change = self._screened(change, session)
            draft = change.draft
            group = self.admission(change, group, actor, deadline)
            candidate = Sent(draft.sender, draft.msg_id, Seq(group.head + 1), Route.STORED, digest)
            before = self.placing.sent_log.reserve(candidate)
            if before is None:
                _, message = self.placing.place(candidate, draft, session, group.head, deadline)
                return self._apply(caller, message, event, group, actor, deadline)
        if group is None:
            raise not_a_member("body.groupId") if before.digest == digest else MsgIdReused(draft.msg_id)
        known = group

        def admit(_: Draft) -> Draft:
            # Roles may have changed since the attempt before.
            screened = self._screened(change, session)
            self.admission(screened, known, actor, deadline)
            return screened.draft

        _, message, _ = self.placing.place_again(
            before,
            draft,
            digest,
            session,
            group.head,
            deadline,
            before_placing=admit,
            consistent=True,
        )
        # Else a flood of retries would be one of fan-outs.
        told_again = found.sent is None or self.limit.admits(draft.sender, found.pace)
        return self._apply(caller, message, event, group, actor, deadline, author=actor, told_again=told_again)

    def _screened(self, change: Change, session: SessionId) -> Change:
        """The name of a new group is all that a person writes in a change."""
        if change.new is None or not change.event.name:
            return change
        name, draft = self.gate.admit_name(change.event.name, change.draft, session)
        return replace(change, draft=draft, event=change.event._replace(name=name), new=replace(change.new, name=name))

    def _apply(
        self,
        caller: Caller,
        message: Message,
        event: Event,
        group: Group,
        actor: Membership | None,
        deadline: Deadline,
        *,
        author: Membership | None = None,
        told_again: bool = True,
    ) -> Message:
        updates = self._updates(message, event, group, actor)
        applied = self.concurrency.run(*(update for _, update in updates))
        moved = tuple(uid for (uid, _), done in zip(updates, applied, strict=True) if done)
        change = len(moved) * {"create": 1, "join": 1, "add": 1, "leave": -1, "remove": -1}.get(event.kind, 0)
        if change:
            self.groups.count_members(message.session_id, message.seq, change)
        if change > 0 and group.roster_since_ms:
            self._enter_those_online(moved, message.session_id, message.seq, deadline)
        if change < 0:
            self.concurrency.run(*(partial(self.roster.expel, uid, message.session_id, message.seq) for uid in moved))
        # Not whom nothing has changed for: they may be strangers.
        also = tuple(uid for uid in moved if uid != message.draft.sender)
        self.delivery(message, group, caller.connection.connection_id, also=also, author=author, fan_out=told_again)
        return message

    def _updates(
        self, message: Message, event: Event, group: Group, giver: Membership | None
    ) -> list[tuple[Uid, Callable[[], bool]]]:
        """A row a person. Whoever is added finds the change unread; who made it does not."""
        session, seq, actor, at_ms = message.session_id, message.seq, message.draft.sender, message.accepted_at_ms
        others = [uid for uid in event.uids if uid != actor]

        def admit(uid: Uid, role: Role, cleared: int) -> tuple[Uid, Callable[[], bool]]:
            return uid, partial(self.members.admit, uid, session, seq, role, cleared, at_ms)

        def dismiss(uid: Uid) -> tuple[Uid, Callable[[], bool]]:
            return uid, partial(self.members.dismiss, uid, session, seq)

        def give(uid: Uid, role: Role) -> tuple[Uid, Callable[[], bool]]:
            return uid, partial(self.members.set_role, uid, session, seq, role)

        match event.kind:
            case "create":
                return [admit(actor, Role.OWNER, seq), *(admit(uid, Role.MEMBER, seq - 1) for uid in others)]
            case "join":
                return [admit(actor, Role.MEMBER, seq)]
            case "add":
                return [admit(uid, Role.MEMBER, seq - 1) for uid in others]
            case "leave":
                return [dismiss(actor)]
            case "remove":
                return [dismiss(uid) for uid in others]
            case _:
                (uid,) = event.uids
                if event.role is Role.OWNER:
                    return [(uid, partial(self.ownership.hand_over, message, group, giver, uid))]
                return [give(uid, event.role)]

    def _enter_those_online(self, uids: tuple[Uid, ...], session: SessionId, joined: Seq, deadline: Deadline) -> None:
        """A login enters a roster for the groups that the person was in; who was online before is entered here. Whoever
        has left since then, when this is a late repetition, is not a member, and leaves again."""
        online = self.presence.online(uids, deadline)
        present = [uid for uid in uids if online[uid]]
        self.concurrency.run(
            *(partial(self.roster.enter, endpoint, {session: joined}) for uid in present for endpoint in online[uid])
        )
        for uid in present:
            _, membership = self.groups.seen_by(uid, session, deadline)
            if membership is not None and not membership.is_member:
                self.roster.expel(uid, session, membership.left)
