"""Keeps a note to oneself: a message with the same sender and receiver.

    look up ── judge ── reserve ── allocate ── raise ── answer
    (Sent,              (Sent)     (Message)   (Counter)
     Counter)                                  push to the person's other devices

It is stored once, in history. It is an own message on each device, so it is never unread, never counted, and never in
the offline store. A device that was away finds it missing by its seq, like each own message from another device.
"""

from collections.abc import Callable
from dataclasses import dataclass

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.domain.ids import SessionId, Uid, private_session
from catchup.domain.message import Draft, Message
from catchup.domain.presence import Caller
from catchup.usecases.people.devices import PushToDevices
from catchup.usecases.sending.gate import Gate
from catchup.usecases.sending.placing import Placing
from catchup.usecases.sending.ports import Counting, Lookup, Sent, SentLog
from catchup.usecases.sending.send_limit import SendLimit


@dataclass(eq=False, repr=False, slots=True)
class KeepNote:
    """Keeps one note. `__call__` returns it, in its place, once it is durable."""

    limit: SendLimit
    placing: Placing
    sent_log: SentLog
    counters: Counting
    devices: PushToDevices
    gate: Gate
    concurrency: Concurrency
    clock: Clock

    def __call__(self, caller: Caller, draft: Draft, digest: bytes) -> Message:
        """Keeps the note. Raises TooManyMessages, ContentRejected, ContentHeld, MsgIdReused, Contended, Unavailable."""
        owner = draft.sender
        session = private_session(owner, owner)
        found = self.sent_log.look_up(owner, draft.msg_id, session, [owner])
        before = found.sent
        if before is None:
            self.limit(owner, found.pace)
            draft = self.gate.screen_new(draft, session, digest)
            self._list_session(owner, session, found)
            candidate = Sent(owner, draft.msg_id, digest, found.after_head)
            before = self.sent_log.reserve(candidate)
            if before is None:
                _, message = self.placing.place(candidate, draft, session, found.after_head)
                return self._deliver(caller, message, found)

        def screen(draft: Draft) -> Draft:
            screened = self.gate.screen(draft, session, digest)
            self._list_session(owner, session, found)
            return screened

        _, message, _ = self.placing.place_again(
            self.gate.resume(before, digest),
            draft,
            digest,
            session,
            found.after_head,
            before_placing=screen,
            certain=self.gate.judges,
        )
        # Otherwise a flood of retries would cause a flood of pushes.
        again = found.sent is None or self.limit.allows(owner, found.pace)
        return self._deliver(caller, message, found, push=again)

    def _list_session(self, owner: Uid, session: SessionId, found: Lookup) -> None:
        """Before the first note can exist, its author finds the session in their list."""
        if not found.is_listed:
            self.counters.ensure(owner, session, self.clock())

    def _deliver(self, caller: Caller, message: Message, found: Lookup, *, push: bool = True) -> Message:
        tasks: list[Callable[[], object]] = []
        if found.after_head.seq <= message.seq:
            tasks.append(lambda: self.counters.raise_to(message.draft.sender, message))
        if push:
            tasks.append(lambda: self.devices(caller, message, found.presence))
        self.concurrency.run(*tasks)
        return message
