"""The events for applications: `async for event in client.events()`."""

import asyncio
import enum
from collections.abc import AsyncIterator
from dataclasses import dataclass

from catchup_client.names import MsgId, Seq, SessionId, Uid
from catchup_client.protocol.codes import Code
from catchup_client.protocol.model import Message
from catchup_client.protocol.reading import ReadPosition
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.protocol.session_settings import SessionSettings


class Source(enum.Enum):
    """The way by which messages came to this device."""

    PUSH = "push"
    """By a live push."""
    COUNTER = "counter"
    """With a counter, which brings the newest messages."""
    PULL = "pull"
    """With a pulled page."""
    HISTORY = "history"
    """With a page of history: to fill a gap, or to scroll back."""


@dataclass(frozen=True, slots=True)
class LoginReport:
    """The result of a login, its traffic and its duration."""

    frames: int
    """How many frames brought the counters: 1, and one more for each `next`."""
    bytes: int
    """The size of all these frames."""
    seconds: float
    sessions: int
    """How many sessions had a counter."""
    unread: int
    """By how much `unread` grew in all sessions together."""
    ahead_ms: int | None = None
    """By how much the server's clock is ahead of this device's; None if it is not known."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the server has stored for good."""

    seq: Seq
    session_id: SessionId


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A connection is open and its counters are added."""

    report: LoginReport


@dataclass(frozen=True, slots=True)
class StartedAnew:
    """The server has another data set than before: it was set up anew, or restored from a backup.

    The local database is empty, except for the outbox, which is sent to the new data set. This event comes before
    LoggedIn: clear the screen, and show `sessions` and `messages` again.
    """

    epoch: str
    """The identity of the new data set."""
    set_aside: str
    """The file in which the old local database is kept; "" if it was only in memory."""


@dataclass(frozen=True, slots=True)
class MessagesRevised:
    """Saved messages look different now: they were recalled (`recalled`), hidden (`hidden`), both without content, or
    edited. Draw them anew, and hidden ones nowhere.
    """

    session_id: SessionId
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Offline:
    """There is no connection now; the client tries again by itself."""

    reason: str
    retry_in_seconds: float
    failures: int
    """How many connections in a row failed, or ended soon after their login."""


@dataclass(frozen=True, slots=True)
class MessagesSaved:
    """Messages that are new to this device are in the local database now."""

    session_id: SessionId
    messages: tuple[Message, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class UnreadChanged:
    """The number of unread messages of a session has changed."""

    session_id: SessionId
    unread: int


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """A group has new messages that were not pushed: catch up with it if it is on the screen."""

    session_id: SessionId
    seq: Seq


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The settings of a session have changed: the person has chosen something, here or on another device."""

    session_id: SessionId
    settings: SessionSettings


@dataclass(frozen=True, slots=True)
class ReadToChanged:
    """The other person of a private session has read more of it."""

    session_id: SessionId
    read_to: ReadPosition
    """Own messages with a `number` up to its `number` are read."""


@dataclass(frozen=True, slots=True)
class ReceiptsChanged:
    """The person has turned receipts on or off, here or on another device."""

    choice: ReceiptsChoice


@dataclass(frozen=True, slots=True)
class AskedToJoin:
    """Somebody asks to join a group whose owner or admin this account is: show it, or ask `join_requests`."""

    session_id: SessionId
    uid: Uid
    note: str


@dataclass(frozen=True, slots=True)
class MessageSent:
    """The server has stored this message of the outbox for good."""

    msg_id: MsgId
    sent: Sent


@dataclass(frozen=True, slots=True)
class MessageHeld:
    """The server holds this message for review. Nobody has received it, and the client doesn't send it again.

    It stays in the outbox, with `Code.HELD`, until the reviewer releases it (a MessagesSaved event follows) or the
    application discards it.
    """

    msg_id: MsgId
    why: str


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """The server will never accept this message; it stays in the outbox until it is discarded."""

    msg_id: MsgId
    code: Code
    why: str


@dataclass(frozen=True, slots=True)
class Uploading:
    """More of a message's file is uploaded. When all of it is, the message is sent: MessageSent."""

    msg_id: MsgId
    sent: int
    """Bytes. It falls if a part must be sent again."""
    total: int


@dataclass(frozen=True, slots=True)
class Signalled:
    """Somebody does something in a session now, such as typing. Signals are never saved."""

    session_id: SessionId
    uid: Uid
    kind: str
    """`typing`, `stopped`, or a kind of the application's own."""
    data: str
    """A text of the application's own."""


@dataclass(frozen=True, slots=True)
class TypingChanged:
    """Who types in a session has changed."""

    session_id: SessionId
    uids: tuple[Uid, ...]
    """All who type there now, in the order of their uids."""


Event = (
    LoggedIn
    | StartedAnew
    | Offline
    | MessagesSaved
    | MessagesRevised
    | UnreadChanged
    | GroupMoved
    | SettingsChanged
    | ReadToChanged
    | ReceiptsChanged
    | AskedToJoin
    | MessageSent
    | MessageHeld
    | MessageRefused
    | Uploading
    | Signalled
    | TypingChanged
)


class Events:
    """Hands every event to every subscriber."""

    def __init__(self) -> None:
        self._subscribers: set[Subscription] = set()
        self._ended = False
        self._failure: BaseException | None = None

    def publish(self, event: Event) -> None:
        """Hand an event to all subscribers."""
        for subscriber in self._subscribers:
            subscriber.put(event)

    def subscribe(self) -> "Subscription":
        """Return the events from now on."""
        subscription = Subscription(self._subscribers)
        if self._ended:
            subscription.end(self._failure)
        return subscription

    def end(self, failure: BaseException | None) -> None:
        """End all subscriptions: with an error, or without one if `failure` is None."""
        self._ended, self._failure = True, failure
        for subscriber in self._subscribers:
            subscriber.end(failure)


class Subscription(AsyncIterator[Event]):
    """The events since its creation. It keeps them until they are taken: take all, or `close` the subscription."""

    def __init__(self, subscribers: "set[Subscription]") -> None:
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._failure: BaseException | None = None
        self._subscribers = subscribers
        subscribers.add(self)

    def put(self, event: Event) -> None:
        """Append an event."""
        self._queue.put_nowait(event)

    def end(self, failure: BaseException | None) -> None:
        """Let the iteration end after the events that are already there."""
        self._failure = failure
        self._queue.put_nowait(None)

    def pending(self) -> list[Event]:
        """Take the events that are there already, without waiting for more."""
        events: list[Event] = []
        while not self._queue.empty():
            event = self._queue.get_nowait()
            if event is None:
                self._queue.put_nowait(None)
                break
            events.append(event)
        return events

    def close(self) -> None:
        """Get no more events."""
        self._subscribers.discard(self)

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Event:
        event = await self._queue.get()
        if event is not None:
            return event
        self._queue.put_nowait(None)  # for whoever asks again
        if self._failure is not None:
            raise self._failure
        raise StopAsyncIteration
