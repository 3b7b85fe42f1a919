"""People ask to join a group whose members are admitted: asking, listing, refusing, and telling those who decide.

    look up ──┬─ requests that wait ─┬── ask ── queue ── answer          fanout: who manages ── who is online ── push
    (group,   │  (Counter, index)    │  (Counter)  (SQS)                         (Counter,      (Presence)
     row)     └─ blocked? (Counter) ─┘                                            index)

To approve is a change of the group, an `add` (`usecases.groups.change`): it removes the request with the update that
makes the person a member. So does any other way to become one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from catchup.clock import Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import Group, JoinRequest, group_session
from catchup.domain.ids import SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.message import Message
from catchup.domain.page import Budget, fitting
from catchup.domain.presence import Caller
from catchup.errors import AlreadyAMember, NotAManager, NotAMember, NotByAsking, TooManyRequests
from catchup.usecases.groups.change import ChangeGroup
from catchup.usecases.groups.ports import AskingNotices, Groups, GroupSentLog, JoinRequests
from catchup.usecases.groups.preconditions import ChangeRequest, check_goes_on, check_may_speak
from catchup.usecases.people.ports import BlockBook
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.send_limit import SendLimit

# Two pages. A query of the index that finds so many reads 64 KB at most.
MAX_REQUESTS = 200


@dataclass(eq=False, repr=False, slots=True)
class AskToJoin:
    """Makes a request of the caller, or takes it back."""

    limit: SendLimit
    sent_log: GroupSentLog
    groups: Groups
    requests: JoinRequests
    blocks: BlockBook
    gate: Gate
    notices: AskingNotices
    concurrency: Concurrency
    clock: Clock

    def __call__(self, uid: Uid, session: SessionId, note: str, withdraw: bool = False) -> JoinRequest | None:
        """Returns the request as it is now. To ask again changes the note, and tells those who decide again.

        Raises NotByAsking (also for whom the owner has blocked), AlreadyAMember, GroupDissolved, TooManyRequests,
        TooManyMessages, ContentRejected, Unavailable.
        """
        found = self.sent_log.look_up_in_group(uid, None, session)
        self.limit(uid, found.pace)
        if withdraw:
            self.requests.forget(uid, session)
            return None
        group = found.group or self.groups.many([session]).get(session)
        group = self._checked(group, found.membership)
        note = self.gate.screen_note(note, uid, session)
        self._check_room(uid, group, found.membership)
        request = self.requests.ask(session, JoinRequest(uid, note, self.clock()))
        if request is None:
            raise AlreadyAMember
        self.notices.asking(session, request)
        return request

    def _checked(self, group: Group | None, membership: Membership | None) -> Group:
        seen = None if group is None or membership is None else group.seen_as(membership)
        check_goes_on(seen)
        if not rule_of("ask").allows_in_group(seen):
            raise AlreadyAMember
        if group is None or not group.by_asking or group.dissolved:
            raise NotByAsking
        return group

    def _check_room(self, uid: Uid, group: Group, membership: Membership | None) -> None:
        """The index may lag: some more may get in at the same moment."""
        (waiting, _), blocking = self.concurrency.run(
            lambda: self.requests.page(group.session_id, None, MAX_REQUESTS),
            lambda: self.blocks.blockers(uid, [group.owner]),
        )
        if blocking:
            raise NotByAsking
        asked = membership is not None and membership.asked_at_ms
        if not asked and len(waiting) >= MAX_REQUESTS:
            raise TooManyRequests


@dataclass(eq=False, repr=False, slots=True)
class DecideOnRequests:
    """Lists, approves and refuses requests, for the owner and admins."""

    limit: SendLimit
    sent_log: GroupSentLog
    change: ChangeGroup
    groups: Groups
    requests: JoinRequests
    concurrency: Concurrency
    clock: Clock

    def list(
        self, uid: Uid, session: SessionId, limit: int, after: Uid | None, budget: Budget
    ) -> tuple[Sequence[JoinRequest], Uid | None]:
        """Returns at most `limit` requests after this uid that fit the frame, and the uid after which to continue; None
        at the end. Raises NotAMember, NotAManager, GroupDissolved, Unavailable."""
        self._check("requests", uid, session)
        found, last = self.requests.page(session, after, limit)
        fit, _ = fitting(found, lambda each: budget.group_bytes(each.note), budget.room)
        return fit, fit[-1].uid if len(fit) < len(found) else last

    def decide(self, caller: Caller, asked: ChangeRequest) -> Message | None:
        """Admits people, and returns the message that says so. Or refuses them, and returns None: nobody is told.
        Raises what a change raises."""
        if not asked.refuses:
            return self.change(caller, asked)
        session = group_session(asked.draft.recipient)
        self.limit(caller.uid, self.sent_log.look_up_in_group(caller.uid, None, session).pace)
        group, membership = self._check("approve", caller.uid, session)
        check_may_speak(group, membership, self.clock())
        msg_id = asked.draft.msg_id
        self.concurrency.run(
            *(partial(self.requests.refuse, uid, session, caller.uid, msg_id) for uid in asked.change.uids)
        )
        return None

    def _check(self, cmd: str, uid: Uid, session: SessionId) -> tuple[Group, Membership]:
        group, membership = self.groups.seen_by(uid, session)
        seen = None if group is None or membership is None else group.seen_as(membership)
        check_goes_on(seen)
        if group is None or seen is None or not seen.is_member:
            raise NotAMember
        if not rule_of(cmd).allows_in_group(seen):
            raise NotAManager
        return group, seen
