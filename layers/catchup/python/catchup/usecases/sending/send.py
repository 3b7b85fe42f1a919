"""Sends a message to one person, or keeps a note to oneself: docs/architecture.md, "Sending a message".

    look up ── judge ── reserve ── allocate ── store ── raise ── look ── push ── answer
    (Sent,              (Sent)     (Message)   (Inbox)  (Counter)(Presence)
     Counter)

The order of the steps makes it correct. The receiver's counter is raised before the look at who is online, and a login
registers before it reads counters. So either the sender sees the connection, or the login sees the count. Each step may
be repeated; a retry continues at the step where the previous attempt ended.

A message that asks for no ack (`ackFlg` 0), to somebody who seems to be online, is stored only if no device took it:

    … allocate ── raise ── look ── push ── answer
                                     └─ nobody took it ── store ── look ── push ── answer

A note has the same sender and receiver. It is stored once, in history, and pushed to the person's other devices while
their counter is raised. It is an own message on each device, so it is never unread and never in the offline store. A
device that was away finds it missing by its seq, like each own message from another device.
"""

from dataclasses import dataclass
from functools import partial

from catchup.clock import Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.ids import SessionId, private_session
from catchup.domain.message import Draft, Message
from catchup.domain.presence import Caller
from catchup.errors import Blocked, Refused
from catchup.usecases.media.attaching import Attaching, Attachment, Unattached, kept, resumed
from catchup.usecases.sending.delivering import PrivateDelivery, is_note
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Counting, Lookup, Sent, SentLog
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class SendMessage:
    """Sends one private message. `__call__` returns it, in its place, once it is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: SentLog
    counters: Counting
    delivery: PrivateDelivery
    gate: Gate
    attaching: Attaching | Unattached
    concurrency: Concurrency
    clock: Clock

    def __call__(self, caller: Caller, draft: Draft, digest: bytes) -> Message:
        """Sends the message, or keeps the note. `digest` identifies content, receiver and ackFlg.

        Raises Blocked, TooManyMessages, NoSuchMedia, MediaDiffers, ContentRejected, ContentHeld, MsgIdReused,
        Contended, Unavailable.
        """
        session = private_session(draft.sender, draft.recipient)
        people = [draft.sender] if draft.wants_ack or is_note(draft) else [draft.recipient, draft.sender]
        found, attachment = self.attaching.beside(
            draft, lambda: self.sent_log.look_up(draft.sender, draft.msg_id, session, people)
        )
        before = found.sent or self._allowed(draft, found, attachment)
        if before is None:
            draft = kept(attachment, partial(self.gate.screen_new, draft, session, digest))
            candidate = Sent(draft.sender, draft.msg_id, digest, found.after_head)
            before = self._reserve(candidate, session, found)
            if before is None:
                _, message = self.placing.place(candidate, draft, session, found.after_head)
                self.delivery(caller, message, found)
                return message
        return self._resume(caller, before, draft, digest, session, found, attachment)

    def _allowed(self, draft: Draft, found: Lookup, attachment: Attachment | None) -> Sent | None:
        """Checks whether a message that looks new may be sent. If the receiver has blocked the sender, it may not, nor
        if its media can't be named. But an eventually consistent read may have missed that it was accepted before; then
        that is returned."""
        self.limit(draft.sender, found.pace)
        try:
            _check(found, attachment)
        except (Blocked, Refused):
            earlier = self.sent_log.find(draft.sender, draft.msg_id)
            if earlier is None:
                raise
            return earlier
        return None

    def _reserve(self, candidate: Sent, session: SessionId, found: Lookup) -> Sent | None:
        """Writes the candidate. If the session looks new, it is added to the sender's list before its first message can
        exist; the raise adds it to the receiver's list."""
        if found.is_listed:
            return self.sent_log.reserve(candidate)
        before: Sent | None = self.concurrency.run(
            lambda: self.sent_log.reserve(candidate),
            lambda: self.counters.ensure(candidate.uid, session, self.clock()),
        )[0]
        return before

    def _resume(
        self,
        caller: Caller,
        sent: Sent,
        draft: Draft,
        digest: bytes,
        session: SessionId,
        found: Lookup,
        attachment: Attachment | None,
    ) -> Message:
        """Handles a retry: finds out how far the previous attempt came, and does the rest."""

        may_be_sent = _is_allowed(found)

        def screen(draft: Draft) -> Draft:
            _check(found, attachment)
            screened = kept(attachment, partial(self.gate.screen, draft, session, digest))
            if not found.is_listed:
                self.counters.ensure(draft.sender, session, self.clock())
            return screened

        # What is told stays told, so a stale counter that says so is enough. Notes have no counter but this one.
        is_enough = is_note(draft) or found.counter.has_told(sent.place.seq)
        sent, message, counter = self.placing.place_again(
            resumed(attachment, partial(self.gate.resume, sent, digest)),
            draft,
            digest,
            session,
            found.after_head,
            None if is_enough else draft.recipient,
            screen,
            consistent=not may_be_sent,
            certain=self.gate.judges,
        )
        seen = found.counter if is_enough else counter
        if seen is None or not seen.has_told(message.seq):
            self.delivery(caller, message, found)
            return message
        # Nothing is lost without another push. A flood of retries would otherwise cause a flood of pushes.
        if may_be_sent and (found.sent is None or self.limit.allows(draft.sender, found.pace)):
            self.delivery(caller, message, found, told=True)
        elif not (draft.wants_ack or is_note(draft)):
            # Perhaps no device took it.
            self.delivery.store(message)
            self.delivery.as_revised(message)
        return message


def _check(found: Lookup, attachment: Attachment | None) -> None:
    if not _is_allowed(found):
        raise Blocked
    if attachment is not None:
        attachment.check()


def _is_allowed(found: Lookup) -> bool:
    return rule_of("chat").allows_in_spite_of(found.counter.blocked)
