"""Creates groups and changes them: their members and roles, their name and announcement, who may speak, their end.

    look up ── judge ── reserve ── allocate ── apply ── head, fan-out ── answer
    (Sent,     (Counter, (Sent)     (Message)   (Counter,  (Session,
     group)    Message)                          Session)   SQS)

Each change is a message of the session, and the rows are set to its seq. The messages before it decide who may make it
(`usecases.groups.rights`), and it is applied after all of them (`usecases.groups.applying`). So everyone sees the
changes in one order, and a repeated or late change never undoes a newer one.
"""

from dataclasses import dataclass, replace
from functools import partial

from catchup.commands import COMMANDS
from catchup.domain.group import Group, group_session
from catchup.domain.ids import SessionId
from catchup.domain.message import Draft, Message
from catchup.domain.presence import Caller
from catchup.domain.standing import Changed
from catchup.errors import GroupClosed, MsgIdReused, NotAMember
from catchup.usecases.groups.ports import GroupLookup, GroupSentLog
from catchup.usecases.groups.preconditions import ChangeRequest, Preconditions
from catchup.usecases.groups.rights import Rights
from catchup.usecases.groups.send import Delivery
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Sent
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class ChangeGroup:
    """Makes one change. `__call__` returns its message, in its place, once the change is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: GroupSentLog
    preconditions: Preconditions
    delivery: Delivery
    gate: Gate

    def __call__(self, caller: Caller, asked: ChangeRequest) -> Message:
        """Raises Denied, Refused, GroupExists, TooManyMessages, ContentRejected, MsgIdReused, Contended, Unavailable.

        Leaving is always allowed and has no limit.
        """
        draft, session = asked.draft, group_session(asked.draft.recipient)
        found = self.sent_log.look_up_in_group(draft.sender, draft.msg_id, session)
        if found.sent is None:
            if COMMANDS[asked.change.kind].takes_send:
                self.limit(draft.sender, found.pace)
            asked = self._screened(asked, session)
        group = self._group(asked, found, session)
        message = self._placed(asked, found.sent, group)
        changed = Changed(message.seq, draft.sender, asked.change, message.accepted_at_ms, message.number)
        self.delivery(caller, message, group, found, changed)
        return message

    def _group(self, asked: ChangeRequest, found: GroupLookup, session: SessionId) -> Group:
        if found.sent is None and asked.new is not None:
            return asked.new
        # A new group may be missing from an eventually consistent read.
        group = found.group or self.delivery.groups.many([session]).get(session)
        if group is not None:
            return group
        if found.sent is not None and found.sent.digest != asked.digest:
            raise MsgIdReused(asked.draft.msg_id)
        raise GroupClosed if asked.change.kind == "join" else NotAMember

    def _placed(self, asked: ChangeRequest, before: Sent | None, group: Group) -> Message:
        draft, digest, session, place = asked.draft, asked.digest, group.session_id, group.after_head
        of, now = self.delivery, self.delivery.clock()
        may_stand = partial(asked.may_stand, now_ms=now)
        rights = Rights(group, asked.judged_by, may_stand, of.groups, of.members, of.messages)
        if before is None:
            candidate = Sent(draft.sender, draft.msg_id, digest, place)

            def check() -> None:
                rights.check(place)
                self.preconditions(asked, group)

            earlier = self.placing.unless_refused(check, candidate, session)
            if earlier is not None:
                return earlier[1]
            before = self.placing.sent_log.reserve(candidate)
            if before is None:
                return self.placing.place(candidate, draft, session, place, rights)[1]

        def screen(_: Draft) -> Draft:
            # The block lists may have changed since the previous attempt.
            screened = self._screened(asked, session)
            self.preconditions(screened, group)
            return screened.draft

        return self.placing.place_again(
            before,
            draft,
            digest,
            session,
            place,
            before_placing=screen,
            judge=rights,
            consistent=True,
        )[1]

    def _screened(self, asked: ChangeRequest, session: SessionId) -> ChangeRequest:
        """Judges the texts that a person writes in a change: a group's name, and what it announces."""
        change, draft = asked.change, asked.draft
        if change.name:
            name, draft = self.gate.screen_text(change.name, "name", draft, session)
            change = change._replace(name=name)
        if change.announcement:
            announcement, draft = self.gate.screen_text(change.announcement, "announcement", draft, session)
            change = change._replace(announcement=announcement)
        new = asked.new if asked.new is None else replace(asked.new, name=change.name or "")
        return asked._replace(draft=draft, change=change, new=new)
