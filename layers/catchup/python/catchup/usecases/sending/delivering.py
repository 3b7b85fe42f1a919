"""Delivers a private message that is in its place: stores, counts and pushes it. Each step may be repeated."""

from dataclasses import dataclass

from catchup.clock import deadline
from catchup.concurrency import Concurrency
from catchup.domain.message import Draft, Message
from catchup.domain.presence import Caller, Endpoint
from catchup.errors import OutOfTime
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.devices import PushToDevices
from catchup.usecases.people.ports import PresenceBook
from catchup.usecases.sending.ports import Counting, Lookup, MessageLog, Storing


@dataclass(eq=False, repr=False, slots=True)
class PrivateDelivery:
    """The steps after a private message is in its place."""

    messages: MessageLog
    inbox: Storing
    counters: Counting
    presence: PresenceBook
    devices: PushToDevices
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, caller: Caller, message: Message, found: Lookup, *, told: bool = False) -> None:
        """Stores, counts, looks up presence, and pushes. `told`: it is counted, and stored if it asks for an ack.

        The sender's devices are those at the beginning of the send. They are not read again, because a newer device
        finds what it lacks by seq.
        """
        owner, own = message.draft.recipient, found.presence[message.draft.sender]
        if is_note(message.draft):
            raising = [] if told else [lambda: self.raise_counter(message)]
            self.concurrency.run(*raising, lambda: self.devices(caller, message, found.presence))
            return
        live = not message.draft.wants_ack and (told or bool(found.presence[owner]))
        if not (live or told):
            self.store(message)
        if not told and not self.raise_counter(message) and not live:
            message = self.as_revised(message)
        taken = self.look_and_push(caller, message, own)
        if taken:
            self.telemetry.count(Metric.PUSHED_LIVE if live else Metric.PUSHED)
        elif live:
            self.store(message)
            self.look_and_push(caller, self.as_revised(message), ())

    def store(self, message: Message) -> None:
        """Puts it into the receiver's offline store."""
        self.inbox.put(message.draft.recipient, message)
        self.telemetry.count(Metric.STORED)

    def as_revised(self, message: Message) -> Message:
        """Returns a message that was stored late as it is in history, and gives what was stored that content.

        A recall or an edit changes history, then raises the counter, then changes the offline store. If the message was
        not there yet, because its send was slow, that send does it: its raise comes later, and it looks at history
        after that.
        """
        now = self.messages.get(message.session_id, message.seq)
        if now is None or now.revised <= message.revised:
            return message
        self.inbox.revise(message.draft.recipient, now)
        return now

    def raise_counter(self, message: Message) -> bool:
        """Raises the receiver's counter to the message. The number comes from the log, so the count can't be wrong. If
        the raise passes other messages, they count too, and are pending until their own send or a retry stores them;
        what they recall is recalled. Returns False if another message has passed this one before."""
        owner, session, author = message.draft.recipient, message.session_id, message.draft.sender
        revision = message.draft.revision
        recalled = revision.recalled if revision is not None and author != owner else frozenset[int]()
        found = self.counters.raise_to(owner, message, recalled=recalled)
        while found is not None and found.last_seq < message.seq:
            if not deadline().allows():
                raise OutOfTime
            between = [
                other
                for other in self.messages.between(session, found.last_seq, message.seq)
                if other.author == author != owner
            ]
            skipped = frozenset(other.place.seq for other in between)
            recalled = recalled.union(*(other.revision.recalled for other in between if other.revision is not None))
            found = self.counters.raise_to(owner, message, found, skipped, recalled)
        return found is None

    def look_and_push(self, caller: Caller, message: Message, own: tuple[Endpoint, ...]) -> bool:
        """Pushes to the devices online now. Returns whether a device of the receiver took the message."""
        owner = message.draft.recipient
        presence = {**self.presence.online([owner]), message.draft.sender: own}
        return self.devices(caller, message, presence)[owner]


def is_note(draft: Draft) -> bool:
    """Whether it is a note to oneself."""
    return draft.recipient == draft.sender
