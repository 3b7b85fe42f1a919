"""Recalls or edits a private message: docs/architecture.md, "Recall and edit".

    look up ── may they? ── reserve ── allocate ──┬─ store notice ─┬──┬─ raise ────────┬── look ── push ── answer
    (Sent, Counter,         (Sent)     (Message)  │  (Inbox)       │  │  (Counter)     │  (Presence)
     Message)                                     └─ history ──────┘  └─ offline store ┘
                                                     (Message)           (Inbox)

The notice is a quiet message of the session, placed like any message. Then the content is replaced: in history before
the counter is raised, and in the offline store not before. So a send that stores the message late finds either history
replaced, or its own row is replaced here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.message import Draft, Message, RevisionKind
from catchup.domain.presence import Caller
from catchup.errors import Blocked
from catchup.usecases.media.releasing import Releasing
from catchup.usecases.revising.request import Preconditions, RevisionRequest
from catchup.usecases.sending.delivering import PrivateDelivery, is_note
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Lookup, Sent, SentLog
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class RevisePrivate:
    """Recalls or edits one private message. `__call__` returns the notice, in its place, once all is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: SentLog
    delivery: PrivateDelivery
    gate: Gate
    preconditions: Preconditions
    release: Releasing
    concurrency: Concurrency

    def __call__(self, caller: Caller, asked: RevisionRequest) -> Message:
        """Raises Denied, Refused, TooManyMessages, ContentRejected, MsgIdReused, Contended, Unavailable."""
        session = asked.session_id
        found = self.sent_log.look_up(asked.author, asked.msg_id, session, [asked.author], asked.seq)
        if found.sent is None:
            self.limit(asked.author, found.pace)
        before = target = found.target or self.delivery.messages.get(session, asked.seq)
        edited: Draft | None = None

        def screen(draft: Draft) -> Draft:
            nonlocal edited
            self._check(asked, target, found)
            edited = self._screened(asked)
            return draft

        notice, told = self._placed(asked, asked.notice(target), found, screen)
        if before is not None:
            # If it was placed before, and the text is refused now, the message keeps its text.
            target = asked.applied_to(
                before, notice.seq, lambda: edited or self._screened(asked), self.preconditions.media_of
            )
        self._deliver(caller, asked, notice, target, found, told, in_history=target is before)
        return asked.shown(notice, target)

    def _check(self, asked: RevisionRequest, target: Message | None, found: Lookup) -> None:
        if not rule_of(asked.kind.value).allows_in_spite_of(found.counter.blocked):
            raise Blocked
        self.preconditions(asked, target)

    def _screened(self, asked: RevisionRequest) -> Draft:
        if asked.kind is RevisionKind.RECALL:
            return asked.edited
        return self.gate.screen_edit(asked.edited, asked.session_id)

    def _placed(
        self, asked: RevisionRequest, draft: Draft, found: Lookup, screen: Callable[[Draft], Draft]
    ) -> tuple[Message, bool]:
        """Returns the notice in its place, and whether it is stored and counted already."""
        session, before = asked.session_id, found.sent
        if before is None:
            candidate = Sent(asked.author, asked.msg_id, asked.digest, found.after_head)
            earlier = self.placing.unless_refused(partial(screen, draft), candidate, session)
            if earlier is not None:
                return earlier[1], False
            before = self.sent_log.reserve(candidate)
            if before is None:
                return self.placing.place(candidate, draft, session, found.after_head)[1], False
        _, notice, counter = self.placing.place_again(
            before, draft, asked.digest, session, found.after_head, draft.recipient, screen, consistent=True
        )
        return notice, counter is not None and counter.has_told(notice.seq)

    def _deliver(
        self,
        caller: Caller,
        asked: RevisionRequest,
        notice: Message,
        target: Message | None,
        found: Lookup,
        told: bool,
        *,
        in_history: bool,
    ) -> None:
        delivery, owner, is_own = self.delivery, notice.draft.recipient, is_note(notice.draft)
        history = [] if target is None or in_history else [partial(delivery.messages.revise, target)]
        offline = [] if target is None or is_own else [partial(delivery.inbox.revise, owner, target)]
        storing = [] if told or is_own else [partial(delivery.store, notice)]
        raising = [] if told else [partial(delivery.raise_counter, notice)]
        releasing = [] if target is None or not target.is_recalled else [partial(self.release, target)]
        self.concurrency.run(*storing, *history)
        self.concurrency.run(*raising, *offline, *releasing)
        if told and not (found.sent is None or self.limit.allows(asked.author, found.pace)):
            return
        shown, own = asked.shown(notice, target), found.presence[asked.author]
        # Its send may be storing it just now: it raised the counter before this did, so it does not look at history.
        again = [] if found.counter.has_told(asked.seq) else offline
        self.concurrency.run(partial(delivery.look_and_push, caller, shown, own), *again)
