"""Recalls or edits a message of a group.

    look up ── may they? ── reserve ── allocate ──┬─ history ─────┬── raise head, list the number ── queue ── answer
    (Sent, Session,         (Sent)     (Message)  │  (Message)    │   (Session)                      (SQS)
     Counter, Message)                            └─ author's row ┘
                                                     (Counter)

The notice is a quiet message of the session, placed like any message, by the rights at its place. The number is noted
in the row of the message's author before the group's row lists it, so that no reader leaves it out twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from catchup.clock import Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.authorization import RECALL_ANY, includes
from catchup.domain.group import Group
from catchup.domain.membership import Mention, tag_of
from catchup.domain.message import Draft, Message, Place, RevisionKind
from catchup.domain.presence import Caller
from catchup.domain.standing import Standing
from catchup.errors import NotAMember
from catchup.usecases.groups.ports import GroupLookup, GroupSentLog
from catchup.usecases.groups.preconditions import check_goes_on, check_may_speak
from catchup.usecases.groups.rights import Rights
from catchup.usecases.groups.send import Delivery
from catchup.usecases.media.releasing import Releasing
from catchup.usecases.revising.request import Preconditions, RevisionRequest
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Sent
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class ReviseInGroup:
    """Recalls or edits one message of a group. `__call__` returns the notice, in its place, once all is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: GroupSentLog
    delivery: Delivery
    gate: Gate
    preconditions: Preconditions
    release: Releasing
    concurrency: Concurrency
    clock: Clock
    job_lifetime_ms: int

    def __call__(self, caller: Caller, asked: RevisionRequest) -> Message:
        """Raises Denied, Refused, TooManyMessages, ContentRejected, MsgIdReused, Contended, Unavailable."""
        session = asked.session_id
        found = self.sent_log.look_up_in_group(asked.author, asked.msg_id, session, asked.seq)
        if found.sent is None:
            self.limit(asked.author, found.pace)
        # A new group or message may be missing from an eventually consistent read.
        group = found.group or self.delivery.groups.many([session]).get(session)
        if group is None:
            raise NotAMember
        before = found.target or self.delivery.messages.get(session, asked.seq)
        notice, edited = self._placed(asked, before, found, group)
        target = before
        if before is not None:
            # If it was placed before, and the text is refused now, the message keeps its text.
            target = asked.applied_to(
                before, notice.seq, lambda: edited or self._screened(asked), self.preconditions.media_of
            )
        shown = asked.shown(notice, target)
        revising: list[Callable[[], object]] = []
        if before is not None and target is not None:
            revising.append(partial(self._revise, before, target))
            if asked.kind is RevisionKind.RECALL:
                revising += self._fan_outs_that_wait(group, target)
        self.delivery(caller, notice, group, found, revising=revising, shown=shown)
        return shown

    def _placed(
        self, asked: RevisionRequest, target: Message | None, found: GroupLookup, group: Group
    ) -> tuple[Message, Draft | None]:
        """Returns the notice in its place, and the edit as it was judged, if this has judged it."""
        draft, session, place, before = asked.notice(target), group.session_id, group.after_head, found.sent
        of, edited = self.delivery, None

        def may_revise(standing: Standing, _place: Place) -> None:
            actor = standing.of(asked.author)
            check_goes_on(actor)
            if actor is None or not rule_of(asked.kind.value).allows_in_group(actor):
                raise NotAMember
            check_may_speak(standing.group, actor, self.clock())
            self.preconditions(asked, target, may_recall_any=includes(RECALL_ANY, actor))

        def screen(draft: Draft) -> Draft:
            nonlocal edited
            edited = self._screened(asked)
            return draft

        rights = Rights(group, [asked.author], may_revise, of.groups, of.members, of.messages)
        if before is None:
            candidate = Sent(asked.author, asked.msg_id, asked.digest, place)
            earlier = self.placing.unless_refused(partial(rights.check, place), candidate, session)
            if earlier is not None:
                return earlier[1], None
            screen(draft)
            before = self.placing.sent_log.reserve(candidate)
            if before is None:
                return self.placing.place(candidate, draft, session, place, rights)[1], edited
        _, notice, _ = self.placing.place_again(
            before, draft, asked.digest, session, place, before_placing=screen, judge=rights, consistent=True
        )
        return notice, edited

    def _screened(self, asked: RevisionRequest) -> Draft:
        if asked.kind is RevisionKind.RECALL:
            return asked.edited
        return self.gate.screen_edit(asked.edited, asked.session_id)

    def _revise(self, before: Message, after: Message) -> None:
        """Mentions first: a retry finds in the message which ones are left to remove."""
        of, session, mention = self.delivery, before.session_id, Mention(before.seq, before.number)
        leaving = [uid for uid in before.draft.at if uid not in after.draft.at and uid != before.draft.sender]
        from_all = before.draft.at_all and not after.draft.at_all
        to_all = mention._replace(by=tag_of(before.draft.sender))
        self.concurrency.run(
            *(partial(of.members.unmention, uid, session, mention) for uid in leaving),
            *([partial(of.groups.unmention_all, session, to_all)] if from_all else []),
        )
        if after is not before:
            of.messages.revise(after)
        if after.is_recalled:
            self.release(after)

    def _fan_outs_that_wait(self, group: Group, recalled: Message) -> list[Callable[[], object]]:
        """Notes the recall for jobs that have the old content: in the roster, or in its author's presence, whichever
        they read. Which one it is, was decided when they were queued."""
        of, now = self.delivery, self.clock()
        queued_since = now - self.job_lifetime_ms
        if recalled.accepted_at_ms < queued_since:
            return []
        roster_since, oldest = group.roster_since_ms, of.connection_lifetime_ms
        by_roster = 0 < roster_since < now - oldest
        by_presence = not 0 < roster_since < queued_since - oldest
        return [
            *([partial(of.applying.roster.note_recalled, recalled.session_id, recalled.seq)] if by_roster else []),
            *([partial(of.applying.presence.note_recalled, recalled)] if by_presence else []),
        ]
