"""What happens, for applications: `async for event in client.events()`."""

import asyncio
import enum
from collections.abc import AsyncIterator
from dataclasses import dataclass

from catchup_client.names import MsgId, Seq, SessionId
from catchup_client.protocol.codes import Code
from catchup_client.protocol.model import Message


class Source(enum.Enum):
    """How messages came to this device."""

    PUSH = "push"
    """Live."""
    COUNTER = "counter"
    """With a counter: the newest ones that waited."""
    PULL = "pull"
    """A page of what waited."""
    HISTORY = "history"
    """To fill a gap, or because somebody scrolled."""


@dataclass(frozen=True, slots=True)
class LoginReport:
    """What a login has brought, and what it took."""

    frames: int
    """1, and one more for each `next`."""
    bytes: int
    """Of all these frames."""
    seconds: float
    sessions: int
    """With something unread, or cleared but changed."""
    unread: int
    """By how much `unread` grew in all sessions together."""


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
    """The server has another data set than before: it was set up anew, or goes on from a backup.

    The local database is empty but for the outbox, which is sent to the new one. It comes before LoggedIn: forget what
    is on the screen, and show `sessions` and `messages` again.
    """

    epoch: str
    """The identity of the new data set."""
    set_aside: str
    """Where the local database as it was is kept; "" if it was in memory alone."""


@dataclass(frozen=True, slots=True)
class Offline:
    """There is no connection now; the next one is tried by itself."""

    reason: str
    retry_in_seconds: float
    failures: int
    """How many connections in a row didn't get as far as a lasting login."""


@dataclass(frozen=True, slots=True)
class MessagesSaved:
    """Messages that are new to this device are in the local database now."""

    session_id: SessionId
    messages: tuple[Message, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class UnreadChanged:
    """The red dot of a session has another number."""

    session_id: SessionId
    unread: int


@dataclass(frozen=True, slots=True)
class GroupMoved:
    """A group has got further, and its messages were not pushed: catch up with it if it is on the screen."""

    session_id: SessionId
    seq: Seq


@dataclass(frozen=True, slots=True)
class MessageSent:
    """The server has stored this message of the outbox for good."""

    msg_id: MsgId
    sent: Sent


@dataclass(frozen=True, slots=True)
class MessageHeld:
    """The server keeps this message for review, and nobody has it yet; it is not sent again.

    It stays in the outbox, with `Code.HELD`, until it is released (then it comes with MessagesSaved) or discarded.
    """

    msg_id: MsgId
    why: str


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """The server will never take this message; it stays in the outbox until it is discarded."""

    msg_id: MsgId
    code: Code
    why: str


Event = (
    LoggedIn
    | StartedAnew
    | Offline
    | MessagesSaved
    | UnreadChanged
    | GroupMoved
    | MessageSent
    | MessageHeld
    | MessageRefused
)


class Events:
    """Hands every event to every subscriber."""

    def __init__(self) -> None:
        self._subscribers: set[Subscription] = set()
        self._ended = False
        self._failure: BaseException | None = None

    def publish(self, event: Event) -> None:
        """Hand an event to all who subscribed before."""
        for subscriber in self._subscribers:
            subscriber.put(event)

    def subscribe(self) -> "Subscription":
        """Return the events from now on."""
        subscription = Subscription(self._subscribers)
        if self._ended:
            subscription.end(self._failure)
        return subscription

    def end(self, failure: BaseException | None) -> None:
        """End all subscriptions: with an error, or in peace if it is None."""
        self._ended, self._failure = True, failure
        for subscriber in self._subscribers:
            subscriber.end(failure)


class Subscription(AsyncIterator[Event]):
    """Events since its creation. They are kept until they are taken: whoever subscribes must take them."""

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
