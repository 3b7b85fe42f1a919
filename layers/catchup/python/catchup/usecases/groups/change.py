"""A group is made, and its members come, go and get roles.

    look up ── judge ── reserve ── allocate ── apply ── head, fan-out ── answer
    (Sent,     (Counter, (Sent)     (Message)   (Counter,  (Session,
     group)    Message)                          Session)   SQS)

Each change is a message of the session; its seq is what the rows are set to. Who may make it is judged by what the
messages before it say (`usecases.groups.rights`), and it is applied when all before it are
(`usecases.groups.applying`). So everyone sees the changes in one order, and one that is repeated, or comes late, never
undoes a newer one.
"""

from dataclasses import dataclass, replace

from catchup.commands import COMMANDS
from catchup.domain.group import Group, group_session
from catchup.domain.ids import SessionId
from catchup.domain.message import Draft, Message
from catchup.domain.presence import Caller
from catchup.domain.standing import Changed
from catchup.errors import GroupClosed, MsgIdReused, NotAMember
from catchup.usecases.groups.admission import Admission, Change
from catchup.usecases.groups.ports import GroupLookup, Groups, GroupSentLog, Members
from catchup.usecases.groups.rights import Rights
from catchup.usecases.groups.send import Delivery
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import MessageLog, Sent
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class ChangeGroup:
    """Makes one change. `__call__` returns its message in its place once all of it is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: GroupSentLog
    groups: Groups
    members: Members
    messages: MessageLog
    admission: Admission
    delivery: Delivery
    gate: Gate

    def __call__(self, caller: Caller, change: Change) -> Message:
        """Raises Denied, Refused, GroupExists, TooManyMessages, ContentRejected, MsgIdReused, Contended, Unavailable.

        Nobody is kept from leaving: that has no limit.
        """
        draft, session = change.draft, group_session(change.draft.recipient)
        found = self.sent_log.look_up_in_group(draft.sender, draft.msg_id, session)
        if found.sent is None:
            if COMMANDS[change.event.kind].takes_send:
                self.limit(draft.sender, found.pace)
            change = self._screened(change, session)
        group = self._group(change, found, session)
        message = self._placed(change, found.sent, group)
        changed = Changed(message.seq, draft.sender, change.event, message.accepted_at_ms, message.number)
        # Else a flood of retries would be one of fan-outs.
        told_again = found.sent is None or self.limit.admits(draft.sender, found.pace)
        author = found.membership if found.sent is not None else None
        over = caller.connection.connection_id
        self.delivery.change(message, changed, group, over, author=author, fan_out=told_again)
        return message

    def _group(self, change: Change, found: GroupLookup, session: SessionId) -> Group:
        if found.sent is None and change.new is not None:
            return change.new
        # One that was made a moment ago may be missing from an eventually consistent read.
        group = found.group or self.groups.many([session]).get(session)
        if group is not None:
            return group
        if found.sent is not None and found.sent.digest != change.digest:
            raise MsgIdReused(change.draft.msg_id)
        raise GroupClosed if change.event.kind == "join" else NotAMember

    def _placed(self, change: Change, before: Sent | None, group: Group) -> Message:
        draft, digest, session, place = change.draft, change.digest, group.session_id, group.after_head
        uids = change.judged_by
        rights = Rights(group, uids, change.may_stand, self.groups, self.members, self.messages)
        if before is None:
            candidate = Sent(draft.sender, draft.msg_id, digest, place)

            def check() -> None:
                rights.check(place)
                self.admission(change, group)

            earlier = self.placing.unless_refused(check, candidate, session)
            if earlier is not None:
                return earlier[1]
            before = self.placing.sent_log.reserve(candidate)
            if before is None:
                return self.placing.place(candidate, draft, session, place, rights)[1]

        def admit(_: Draft) -> Draft:
            # Who blocks whom may have changed since the attempt before.
            screened = self._screened(change, session)
            self.admission(screened, group)
            return screened.draft

        return self.placing.place_again(
            before,
            draft,
            digest,
            session,
            place,
            before_placing=admit,
            judge=rights,
            consistent=True,
        )[1]

    def _screened(self, change: Change, session: SessionId) -> Change:
        """The name of a new group is all that a person writes in a change."""
        if change.new is None or not change.event.name:
            return change
        name, draft = self.gate.admit_name(change.event.name, change.draft, session)
        return replace(change, draft=draft, event=change.event._replace(name=name), new=replace(change.new, name=name))
