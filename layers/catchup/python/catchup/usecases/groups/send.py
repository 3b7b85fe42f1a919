"""Sends a message to a group. It is written once, whatever the group's size.

    look up ── judge ──┬─ reserve ─┬── allocate ── own number, mentions ─ raise head ── queue ── answer
    (Sent,     (the    │  (Sent)   │   (Message)   (Counter)            (Session)     (SQS)
     group,     text)  └─ member ──┘
     member)              (Counter)

The order of the steps makes it correct. The author's row is read after the group's row; with the changes in between it
says whether the author may speak at the place that the put takes (`usecases.groups.rights`). The head is raised only
when the changes before the message are applied, and the message is among the author's own numbers and the mentions. So
a reader of a head who then reads their counter finds the messages to leave out. The fan-out is queued only after the
head is raised, and a login enters presence before it reads heads. So either the fan-out sees the device, or the login
sees the message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from catchup.clock import Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.authorization import MENTION_ALL, includes
from catchup.domain.group import Group, group_session
from catchup.domain.ids import Uid
from catchup.domain.membership import Membership, Mention, tag_of
from catchup.domain.message import Draft, Message, Place, RevisionKind
from catchup.domain.presence import Caller
from catchup.domain.standing import Changed, Standing
from catchup.errors import Denied, NotAMember, OnlyManagersMentionAll, Refused, courtesy
from catchup.usecases.groups.applying import Applying, Revised
from catchup.usecases.groups.ports import GroupLookup, Groups, GroupSentLog, Job, Jobs, Members
from catchup.usecases.groups.preconditions import check_goes_on, check_may_speak
from catchup.usecases.groups.rights import Rights
from catchup.usecases.media.attaching import Attaching, Attachment, Unattached, kept, resumed
from catchup.usecases.people.ports import BlockBook
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import MessageLog, Sent
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class Delivery:
    """The steps after a message of a group is in its place. Each step may be repeated."""

    limit: SendLimit
    messages: MessageLog
    groups: Groups
    members: Members
    applying: Applying
    blocks: BlockBook
    jobs: Jobs
    concurrency: Concurrency
    clock: Clock
    connection_lifetime_ms: int

    def __call__(
        self,
        caller: Caller,
        message: Message,
        group: Group,
        found: GroupLookup,
        changed: Changed | None = None,
        revising: Sequence[Callable[[], object]] = (),
        shown: Message | None = None,
    ) -> None:
        """Delivers a message; a change is applied first, and a notice is told after `revising` is done. `found`: what
        the request read first. `group`: from an earlier read, which may be old. `shown`: the message as it is pushed,
        if it is not as it is stored.

        Whom a change has changed something for is told although the list of members may not have them yet, or not any
        more; nobody else is: they may be strangers.
        """
        draft, session, seq = message.draft, message.session_id, message.seq
        # Otherwise a flood of retries would cause a flood of fan-outs. Clients find missed messages by seq. Also for
        # removed people: no push may have been made.
        fan_out = found.sent is None or self.limit.allows(draft.sender, found.pace)
        # Before the author's row is touched: by one of them they may have become a member.
        passed = self.applying.up_to(message, group)
        moved = self.applying(changed, group) if changed is not None else ()
        # Nor may the list have an author who comes. (Busy groups have a roster, and push no more than needed.)
        is_listed = changed is None or draft.sender not in changed.comings or group.hot
        also = tuple(uid for uid in moved if uid != draft.sender or not is_listed)
        if draft.revision is None:
            self._note(message, group, found)
        else:
            self.concurrency.run(partial(self.applying.note, draft.revision, group), *revising)
        if group.head < seq:
            self._raise(message, passed)
        elif not fan_out:
            return
        now = self.clock()
        # Who has met the notice of an edit before history had its text is told nothing by a hint.
        is_read = group.head >= seq and draft.revision is not None and draft.revision.kind is RevisionKind.EDIT
        if group.hot and not (also or is_read):
            self.jobs.put_hint(session, now)
            return
        # No connection is older than the roster, so everyone online is in it.
        from_roster = 0 < group.roster_since_ms < now - self.connection_lifetime_ms
        over = caller.connection.connection_id
        shown = shown or message
        self.jobs.put(Job(session, seq, message.number, shown, over, also, from_roster=from_roster, queued_at_ms=now))

    def _raise(self, message: Message, passed: Revised) -> None:
        """Raises the head. A notice is no news for who sorts groups by the time of their newest message."""
        session, revision = message.session_id, message.draft.revision
        if revision is None:
            self.groups.raise_head(session, message.following, message.accepted_at_ms, *passed)
        else:
            recalled = passed.recalled | revision.recalled
            self.groups.raise_head(session, message.following, None, message.seq, recalled)

    def _note(self, message: Message, group: Group, found: GroupLookup) -> None:
        """Notes the message among its author's own, and whom it mentions.

        The row that a retry has read may tell that it is noted. A head above the message does not, because another
        message may have raised it.
        """
        draft, author = message.draft, found.membership if found.sent is not None else None
        is_noted = draft.is_quiet or (author is not None and author.has_noted(message.number))
        if is_noted and not (draft.at or draft.at_all):
            return
        mention = Mention(message.seq, message.number)
        others = self._hearing(draft.sender, [uid for uid in draft.at if uid != draft.sender])
        to_all = mention._replace(by=tag_of(draft.sender))
        self.concurrency.run(
            *(partial(self.members.mention, uid, message.session_id, mention) for uid in others),
            *([lambda: self.groups.mention_all(message.session_id, to_all)] if draft.at_all else []),
            lambda: self._note_own(message, group),
        )

    def _hearing(self, author: Uid, uids: Sequence[Uid]) -> Sequence[Uid]:
        """Those of these people who have not blocked the author."""
        blockers = set(self.blocks.blockers(author, uids)) if uids else set()
        return [uid for uid in uids if uid not in blockers]

    def _note_own(self, message: Message, group: Group) -> None:
        noted = self.members.note_own(message.draft.sender, message.session_id, message.number)
        if noted is None:
            return
        if message.draft.at_all and noted.cleared < message.number <= noted.own_floor:
            # Others passed this message, and its author's numbers were settled, before it was among the mentions.
            self.members.settle_own(noted, replace(noted, own=noted.own | {message.number}))
        floor = noted.due_own_floor(group.number)
        if floor is not None:
            # If this fails, the next own message does it.
            with courtesy():
                self.members.settle_own(noted, noted.with_floor(floor, group))


@dataclass(eq=False, repr=False, slots=True)
class SendToGroup:
    """Sends one message to a group. `__call__` returns it, in its place, once it and its fan-out are durable."""

    limit: SendLimit
    placing: Placing
    sent_log: GroupSentLog
    gate: Gate
    attaching: Attaching | Unattached
    delivery: Delivery

    def __call__(self, caller: Caller, draft: Draft, digest: bytes) -> Message:
        """Sends the message. `digest` identifies content and group.

        Raises Denied, TooManyMessages, NoSuchMedia, MediaDiffers, ContentRejected, ContentHeld, MsgIdReused, Contended,
        Unavailable.
        """
        session = group_session(draft.recipient)
        found, attachment = self.attaching.beside(
            draft, lambda: self.sent_log.look_up_in_group(draft.sender, draft.msg_id, session)
        )
        if found.sent is None:
            # First, so that a refused sender can't go on asking without limit.
            self.limit(draft.sender, found.pace)
        # A new group may be missing from an eventually consistent read.
        group = found.group or self.delivery.groups.many([session]).get(session)
        if group is None:
            raise NotAMember
        message = self._placed(draft, digest, found, group, attachment)
        self.delivery(caller, message, group, found)
        return message

    def _placed(
        self, draft: Draft, digest: bytes, found: GroupLookup, group: Group, attachment: Attachment | None
    ) -> Message:
        session, before, place = group.session_id, found.sent, group.after_head
        delivery, now = self.delivery, self.delivery.clock()

        def may_say(standing: Standing, _place: Place) -> None:
            _check_may_send(standing.group, standing.of(draft.sender), draft, now)

        rights = Rights(group, [draft.sender], may_say, delivery.groups, delivery.members, delivery.messages)
        if before is None:
            candidate = Sent(draft.sender, draft.msg_id, digest, place)
            if not _seems_allowed(draft, group, found.membership, now):
                # The row may be stale. Strangers must leave no row, not even a reservation.
                check = partial(rights.check, place)
                earlier = self.placing.unless_refused(check, candidate, session)
                if earlier is not None:
                    return earlier[1]
            if attachment is not None:
                earlier = self.placing.unless_refused(attachment.check, candidate, session)
                if earlier is not None:
                    return earlier[1]
            draft = kept(attachment, partial(self.gate.screen_new, draft, session, digest))
            before, _ = delivery.concurrency.run(lambda: self.placing.sent_log.reserve(candidate), rights.read)
            if before is None:
                return self.placing.place(candidate, draft, session, place, rights)[1]

        def screen(draft: Draft) -> Draft:
            if attachment is not None:
                attachment.check()
            return kept(attachment, partial(self.gate.screen, draft, session, digest))

        return self.placing.place_again(
            resumed(attachment, partial(self.gate.resume, before, digest)),
            draft,
            digest,
            session,
            place,
            before_placing=screen,
            judge=rights,
            consistent=True,
        )[1]


def _seems_allowed(draft: Draft, group: Group, membership: Membership | None, now_ms: int) -> bool:
    try:
        _check_may_send(group, None if membership is None else group.seen_as(membership), draft, now_ms)
    except (Denied, Refused):
        return False
    return True


def _check_may_send(group: Group, membership: Membership | None, draft: Draft, now_ms: int) -> None:
    check_goes_on(membership)
    if membership is None or not rule_of("chat").allows_in_group(membership):
        raise NotAMember
    check_may_speak(group, membership, now_ms)
    if draft.at_all and not includes(MENTION_ALL, membership):
        raise OnlyManagersMentionAll
