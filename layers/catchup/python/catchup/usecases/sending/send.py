"""Sends a message to one person: docs/architecture.md, "Sending a message".

    look up ── judge ── reserve ── allocate ── store + raise head ── count ── look ── push ── answer
    (Sent,              (Sent)     (Message)   (Storing, Session)     (Counter) (Presence)
     head)

The order of the steps makes it correct. Counting comes before the look at who is online, and a login registers before
it reads counters. So either the sender sees the connection, or the login sees the count. Each step may be repeated; a
retry continues at the step where the previous attempt ended.
"""

from collections.abc import Callable
from dataclasses import dataclass

from catchup.clock import Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid, private_session
from catchup.domain.message import Draft, Message, Route
from catchup.domain.presence import Caller, Endpoint, Presence
from catchup.errors import Blocked, courtesy
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.devices import PushToDevices
from catchup.usecases.people.ports import PresenceBook
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.note import KeepNote
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Counting, Lookup, MessageLog, Sent, SentLog, Storing
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class SendMessage:
    """Sends one private message. `__call__` returns it, in its place, once it is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: SentLog
    messages: MessageLog
    inbox: Storing
    counters: Counting
    presence: PresenceBook
    devices: PushToDevices
    keep_note: KeepNote
    gate: Gate
    concurrency: Concurrency
    clock: Clock
    telemetry: Telemetry

    def __call__(self, caller: Caller, draft: Draft, digest: bytes) -> Message:
        """Sends the message. `digest` identifies content, receiver and ackFlg.

        Raises Blocked, TooManyMessages, ContentRejected, ContentHeld, MsgIdReused, Contended, Unavailable.
        """
        if draft.recipient == draft.sender:
            return self.keep_note(caller, draft, digest)
        session = private_session(draft.sender, draft.recipient)
        people = [draft.sender] if draft.wants_ack else [draft.recipient, draft.sender]
        found = self.sent_log.look_up(draft.sender, draft.msg_id, session, people)
        earlier = found.sent or self._allowed(draft, found)
        if earlier is None:
            draft = self.gate.screen_new(draft, session, digest)
            live = not draft.wants_ack and bool(found.presence[draft.recipient])
            candidate = Sent(
                draft.sender, draft.msg_id, found.after_head.seq, Route.LIVE if live else Route.STORED, digest
            )
            before = self._reserve(candidate, draft, session, looks_new=found.head == 0)
            if before is None:
                placed = self.placing.place(candidate, draft, session, found.after_head)
                if live:
                    return self._deliver_live(caller, *placed, found.presence)
                return self._deliver_stored(caller, placed[1], found.presence[draft.sender])
        else:
            before = earlier
        return self._resume(caller, before, draft, digest, session, found)

    def _allowed(self, draft: Draft, found: Lookup) -> Sent | None:
        """Checks whether a message that looks new may be sent. If the receiver has blocked the sender, it may not. But
        an eventually consistent read may have missed that it was accepted before; then that is returned."""
        self.limit(draft.sender, found.pace)
        if _is_allowed(draft, found):
            return None
        earlier = self.sent_log.find(draft.sender, draft.msg_id)
        if earlier is None:
            raise Blocked
        return earlier

    def _reserve(self, candidate: Sent, draft: Draft, session: SessionId, looks_new: bool) -> Sent | None:
        """Writes the candidate. If the session looks new, both people list it before its first message can exist."""
        if not looks_new:
            return self.sent_log.reserve(candidate)
        before: Sent | None = self.concurrency.run(
            lambda: self.sent_log.reserve(candidate),
            lambda: self._list_session(draft, session, candidate.route),
        )[0]
        return before

    def _list_session(self, draft: Draft, session: SessionId, route: Route) -> None:
        """Adds the session to the lists of both people. Counting would make the receiver's row, but a live message is
        not counted."""
        listed = [draft.sender, draft.recipient] if route is Route.LIVE else [draft.sender]
        self.concurrency.run(*(lambda uid=uid: self.counters.ensure(uid, session, self.clock()) for uid in listed))

    def _deliver_live(self, caller: Caller, sent: Sent, message: Message, presence: Presence) -> Message:
        """Delivers a message with `ackFlg` 0 to someone online: one attempt. If no device takes it, it is stored."""
        _, results = self.concurrency.run(
            lambda: self.messages.raise_head(message.session_id, message.seq),
            lambda: self.devices(caller, message, presence, None),
        )
        if results[message.draft.recipient]:
            self.telemetry.count(Metric.PUSHED_LIVE)
            return message
        # Until the route has changed, only this attempt may count.
        self.counters.owe(message.draft.recipient, message.session_id, message.seq)
        self.sent_log.reroute(sent)
        return self._deliver_stored(caller, message, ())

    def _deliver_stored(self, caller: Caller, message: Message, own: tuple[Endpoint, ...]) -> Message:
        """Stores, counts, looks up presence, and pushes. `own`: the sender's devices at the beginning of the send. They
        are not read again, since a newer device finds what it lacks by seq."""
        owner = message.draft.recipient
        self.concurrency.run(
            lambda: self.inbox.put(owner, message),
            lambda: self.messages.raise_head(message.session_id, message.seq),
        )
        counted = self.counters.count(owner, message.session_id, message.seq, message.accepted_at_ms)
        if counted is not None and counted.moved:
            self.telemetry.count(Metric.STORED)
        counter = None if counted is None else counted.counter
        floor = None if counter is None else counter.due_floor()
        tasks: list[Callable[[], None]] = [lambda: self._look_and_push(caller, message, own, counter)]
        if counter is not None and floor is not None:
            tasks.insert(0, lambda: self._trim(owner, counter, floor))
        self.concurrency.run(*tasks)
        return message

    def _trim(self, owner: Uid, counter: Counter, floor: Seq) -> None:
        """Makes a counter remember fewer seqs, without forgetting those that were not counted. Every message up to
        `floor` exists: seq is dense, and `floor` was counted. If this fails, the next message does it."""
        with courtesy():
            owed = self.messages.owed(counter.session_id, owner, counter.floor, floor)
            trim = counter.trim(owed.to, owed.seqs)
            if trim.forgotten:
                self.telemetry.count(Metric.COUNTS_FORGOTTEN, trim.forgotten)
            self.counters.trim(owner, counter.session_id, trim)

    def _look_and_push(
        self,
        caller: Caller,
        message: Message,
        own: tuple[Endpoint, ...],
        counter: Counter | None,
    ) -> None:
        """Pushes to the devices online now; without a number if the counter can't be read."""
        presence = {**self.presence.online([message.draft.recipient]), message.draft.sender: own}
        taken = self.devices(caller, message, presence, None if counter is None else counter.received)
        if taken[message.draft.recipient]:
            self.telemetry.count(Metric.PUSHED)

    def _resume(
        self,
        caller: Caller,
        sent: Sent,
        draft: Draft,
        digest: bytes,
        session: SessionId,
        found: Lookup,
    ) -> Message:
        """Handles a retry: finds out how far the previous attempt came, and does the rest."""

        may_be_sent = _is_allowed(draft, found)

        def screen(draft: Draft) -> Draft:
            if not may_be_sent:
                raise Blocked
            screened = self.gate.screen(draft, session, digest)
            if found.head == 0:
                self._list_session(draft, session, sent.route)
            return screened

        owner = draft.recipient
        sent = self.gate.resume(sent, digest)
        sent, message, counter = self.placing.place_again(
            sent,
            draft,
            digest,
            session,
            found.after_head,
            owner,
            screen,
            consistent=not may_be_sent,
            certain=self.gate.judges,
        )
        if sent.route is Route.LIVE:
            if found.head < message.seq:
                self.messages.raise_head(session, message.seq)
            return message
        if counter is not None and message.seq <= counter.floor:
            self.telemetry.count(Metric.BELOW_FLOOR)
        if counter is None or not counter.has_counted(message.seq):
            return self._deliver_stored(caller, message, found.presence[draft.sender])
        # Stored and counted, so nothing is lost without another push. A flood of retries would cause a flood of pushes.
        if may_be_sent and (found.sent is None or self.limit.allows(draft.sender, found.pace)):
            self._look_and_push(caller, message, found.presence[draft.sender], counter)
        return message


def _is_allowed(draft: Draft, found: Lookup) -> bool:
    return rule_of("chat").allows_in_spite_of(found.blocked_by, draft.recipient)
