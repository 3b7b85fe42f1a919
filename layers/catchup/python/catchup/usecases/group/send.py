"""A message is sent to a group: written once, whatever the group's size.

    look up ── judge ── reserve ── allocate ── own seq, mentions ── raise head ── queue ── answer
    (Sent,              (Sent)     (Message)   (Counter)            (Session)     (SQS)
     group,
     member)

The order carries the promise. The head is raised only when the author's own seqs and the mentions have the message: so
whoever reads a head, and then their counter, finds what to leave out of it. The fan-out is queued only when the head is
raised, and a login enters presence before it reads heads: either the fan-out sees the device, or the login the message.
"""

from dataclasses import dataclass

from catchup.clock import Clock, Deadline
from catchup.concurrency import Concurrency
from catchup.domain.authorization import MENTION_ALL, admits_to_group, includes
from catchup.domain.group import Group, Membership, group_session
from catchup.domain.ids import ConnectionId, Seq, Uid
from catchup.domain.message import Draft, Message, Route
from catchup.domain.presence import Caller
from catchup.errors import NotYours, not_a_member
from catchup.usecases.gate import Gate
from catchup.usecases.group.ports import Groups, GroupSentLog, Job, Jobs, Members
from catchup.usecases.placing import Placing
from catchup.usecases.ports import MessageLog, Sent
from catchup.usecases.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class Delivery:
    """What follows when a message of a group is in its place. Every step may be repeated."""

    messages: MessageLog
    groups: Groups
    members: Members
    jobs: Jobs
    concurrency: Concurrency
    clock: Clock
    connection_lifetime_ms: int

    def __call__(
        self,
        message: Message,
        group: Group,
        over: ConnectionId,
        also: tuple[Uid, ...] = (),
        author: Membership | None = None,
        fan_out: bool = True,
    ) -> None:
        """`also`: whom to tell although the list of members may not have them yet, or not any more.

        `author`: as a retry has found them. A head that is past the message does not say that the attempt before has
        noted whose it is and whom it mentions: another's message may have raised it.

        `fan_out`: whether those online are told again of what the head has passed. They see by seq what they lack.
        """
        draft, session, seq = message.draft, message.session_id, message.seq
        if author is None or not author.has_noted(seq) or draft.at or draft.at_all:
            self.concurrency.run(
                *(lambda uid=uid: self.members.mention(uid, session, seq) for uid in draft.at if uid != draft.sender),
                *([lambda: self.groups.mention_all(session, seq)] if draft.at_all else []),
                lambda: self._note_own(message),
            )
        if group.head < seq:
            self.groups.raise_head(session, seq, message.accepted_at_ms)
        elif not fan_out:
            return
        if group.hot and not also:
            self.jobs.put_hint(session, self.clock())
        else:
            # Nobody's connection is older than the roster: everyone online is in it.
            from_roster = 0 < group.roster_since_ms < self.clock() - self.connection_lifetime_ms
            self.jobs.put(
                Job(
                    session,
                    seq,
                    message,
                    except_for=over,
                    also=also,
                    from_roster=from_roster,
                    queued_at_ms=self.clock(),
                )
            )

    def _note_own(self, message: Message) -> None:
        sender, session = message.draft.sender, message.session_id
        noted = self.members.note_own(sender, session, message.seq)
        floor = None if noted is None else noted.due_own_floor()
        if noted is not None and floor is not None:
            count, reached = self.messages.own_between(session, sender, noted.counted_from(), floor)
            self.members.settle_own(noted, noted.with_floor(reached, count))


@dataclass(eq=False, repr=False, slots=True)
class SendToGroup:
    """Sends one message to a group. `__call__` returns it in its place once it and its fan-out are durable."""

    limit: SendLimit
    placing: Placing
    sent_log: GroupSentLog
    gate: Gate
    delivery: Delivery

    def __call__(self, caller: Caller, draft: Draft, digest: bytes, deadline: Deadline) -> Message:
        """`digest` identifies content and group.

        Raises NotYours, TooManyMessages, ContentRejected, ContentHeld, MsgIdReused, Contended, Unavailable.
        """
        session = group_session(draft.recipient)
        found = self.sent_log.look_up_in_group(draft.sender, draft.msg_id, session, deadline)
        if found.sent is None:
            # First of all: whoever is refused may not go on asking either.
            self.limit(draft.sender, found.pace)
        if found.membership is None:
            raise not_a_member("body.to")
        # A group that was made a moment ago may be missing from an eventually consistent read.
        group = found.group or self.delivery.groups.many([session], deadline).get(session)
        if group is None:
            raise not_a_member("body.to")
        membership = group.seen_as(found.membership)
        before = found.sent
        if before is None:
            _check_may_send(membership, draft)
            draft = self.gate.admit_new(draft, session, digest, deadline)
            candidate = Sent(draft.sender, draft.msg_id, Seq(group.head + 1), Route.STORED, digest)
            before = self.placing.sent_log.reserve(candidate)
            if before is None:
                _, message = self.placing.place(candidate, draft, session, group.head, deadline)
                self.delivery(message, group, caller.connection.connection_id)
                return message
        _, message, _ = self.placing.place_again(
            self.gate.resume(before, digest),
            draft,
            digest,
            session,
            group.head,
            deadline,
            # Whoever was removed since they tried says nothing any more.
            before_placing=lambda draft: self._admitted(draft, membership, digest, deadline),
            consistent=True,
        )
        # Else a flood of retries would be one of fan-outs. Also for who was removed: nobody may have been told so far.
        fan_out = found.sent is None or self.limit.admits(draft.sender, found.pace)
        self.delivery(message, group, caller.connection.connection_id, author=membership, fan_out=fan_out)
        return message

    def _admitted(self, draft: Draft, membership: Membership, digest: bytes, deadline: Deadline) -> Draft:
        _check_may_send(membership, draft)
        return self.gate.admit(draft, group_session(draft.recipient), digest, deadline)


def _check_may_send(membership: Membership, draft: Draft) -> None:
    if not admits_to_group("chat", membership):
        raise not_a_member("body.to")
    if draft.at_all and not includes(MENTION_ALL, membership):
        raise NotYours("body.atAll", "only the owner and admins may mention all", "name up to 50 in at")
