"""The ports for block lists, presence and pushes. The rules of `usecases.sending.ports` apply."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from catchup.domain.ids import ConnectionId, Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.pace import Pace
from catchup.domain.presence import Connection, Endpoint, Presence


class BlockBook(Protocol):
    """The block lists. A blocked person can't send private messages to the owner of the list."""

    def block(self, owner: Uid, other: Uid) -> None:
        """Blocks `other`; later sends of `other` to `owner` see it. Raises BlockListFull; then nothing was changed."""

    def unblock(self, owner: Uid, other: Uid) -> None:
        """Removes the block. Does nothing if there is none."""

    def blocked(self, owner: Uid) -> Sequence[Uid]:
        """The people whom this person has blocked, in the order of their uids; consistent."""

    def blockers(self, uid: Uid, among: Sequence[Uid]) -> Sequence[Uid]:
        """Those of these people who have blocked this person, in order. One call for up to 100; eventually consistent,
        as in a send."""

    def blocked_among(self, owners: Sequence[Uid], among: Sequence[Uid]) -> Sequence[Uid]:
        """Those of these people whom one of the owners has blocked, in order. One call for up to 100 pairs; consistent:
        whoever was told that somebody is blocked does not see them admitted afterwards."""


class Registered(NamedTuple):
    """The result of registering. `superseded`: the device has a newer connection, and nothing was changed. `closing`:
    connections that this one replaces."""

    superseded: bool
    closing: Sequence[Endpoint] = ()


class OnlineAndRecalled(NamedTuple):
    """The connections of people, and which messages of an author in a session were recalled lately."""

    online: Presence
    recalled: frozenset[Seq]


class PresenceBook(Protocol):
    """The devices online."""

    def register(self, endpoint: Endpoint) -> Registered:
        """Enters the device's connection, on condition that the device has no later one."""

    def forget(self, endpoint: Endpoint) -> None:
        """Removes the device's entry, on condition that it still has this connection."""

    def cool_down(self, uid: Uid, until_ms: int) -> None:
        """Makes processes refuse new messages of this person until then. It never shortens a cooldown."""

    def mark(self, uid: Uid, mark: int, found: Pace, renewed: Callable[[Pace], Pace]) -> Pace:
        """Adds a mark to this person's pace, and returns the pace as it is then.

        `found`: the pace that was read before. `renewed`: the pace to add the mark to. If other processes keep changing
        it at the same time, the mark is left out, and the returned pace does not have it.
        """

    def note_recalled(self, message: Message) -> None:
        """Notes in its author's row that a message of a group was recalled, for fan-outs that still wait."""

    def online_and_recalled(self, people: Sequence[Uid], author: Uid, session: SessionId) -> OnlineAndRecalled:
        """As `online`, with the author's row beside those of these people; consistent."""

    def online(self, people: Sequence[Uid], consistent: bool = True) -> Presence:
        """The connections of these people. The answer has an entry for each person."""


class Notice(NamedTuple):
    """A push to all devices of some people, which the function that asks for it does not make itself: it would have to
    look up who is online. Best effort: whoever misses it learns the same at the next login.

    `frame`: an Envelope of the wire, serialised, without its time. `except_for`: the connection that asks.
    `read`: private sessions that the person has read, whose other people are told too (`usecases.receipts.tell`).
    `managers_of`: also to the owner and admins of this group. `request_id`: the request that queued it; the queue sets
    it, only for the log.
    """

    to: tuple[Uid, ...]
    frame: bytes
    except_for: ConnectionId | None = None
    read: tuple[SessionId, ...] = ()
    managers_of: SessionId | None = None
    request_id: str = ""


class Managers(Protocol):
    """Who manages groups."""

    def managers(self, session: SessionId, limit: int) -> Sequence[Uid]:
        """At most so many of the group's owner and admins. It may lag behind by a second."""


class PushResult(Enum):
    """The result of one push."""

    DELIVERED = "delivered"
    # The connection does not exist any more.
    GONE = "gone"
    # Throttled or failed after retries: it may or may not have arrived.
    FAILED = "failed"
    # There was no time for it, or for another try.
    LATE = "late"


class Push(Protocol):
    """Posts to connections."""

    def message(self, to: Endpoint, message: Message) -> PushResult:
        """Pushes a message."""

    def head(self, to: Endpoint, session: SessionId, seq: Seq, number: int) -> PushResult:
        """Pushes the head of a group: its newest seq and the number at it."""

    def notice(self, to: Endpoint, frame: bytes) -> PushResult:
        """Pushes the frame of a notice."""

    def close(self, connection: Connection) -> None:
        """Closes a connection. Does nothing if it is gone. It never raises, since closing is a courtesy."""
