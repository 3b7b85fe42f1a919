"""What is known of persons, and what reaches them. The rules of `usecases.sending.ports` hold."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.pace import Pace
from catchup.domain.presence import Connection, Endpoint, Presence


class BlockBook(Protocol):
    """Who has blocked whom."""

    def block(self, owner: Uid, other: Uid) -> bool:
        """From now on sends of `other` to `owner` learn of it. False: the list is full, and nothing was changed."""

    def unblock(self, owner: Uid, other: Uid) -> None:
        """Takes it back; nothing if there is no block."""

    def blocked(self, owner: Uid) -> Sequence[Uid]:
        """Whom this person has blocked, in the order of their uids; consistent."""

    def blockers(self, uid: Uid, among: Sequence[Uid]) -> Sequence[Uid]:
        """Who of these has blocked this person, in their order. One call for up to 100; eventually consistent, as a
        send learns of it."""


class Registered(NamedTuple):
    """How registering went. `superseded`: a newer connection of the device is there, nothing was changed.
    `closing`: connections that this one replaces."""

    superseded: bool
    closing: Sequence[Endpoint] = ()


class PresenceBook(Protocol):
    """Who is online."""

    def register(self, endpoint: Endpoint) -> Registered:
        """Enters the device's connection, on condition that no later one of the device is there."""

    def forget(self, endpoint: Endpoint) -> None:
        """Removes the device's entry, on condition that it is still this connection."""

    def cool_down(self, uid: Uid, until_ms: int) -> None:
        """New messages of this person are refused until then; never shortens a cooldown."""

    def mark(self, uid: Uid, mark: int, found: Pace, renewed: Callable[[Pace], Pace]) -> Pace:
        """Adds a mark to this person's pace, and returns the pace as it is then.

        `found`: the pace as it was read, perhaps a moment ago. `renewed`: the pace that the mark is added to. If others
        change it again and again at the same time, the mark is left out: it is missing in what is returned.
        """

    def online(self, people: Sequence[Uid]) -> Presence:
        """Their connections; consistent. Everyone asked for is in the answer."""


class PushResult(Enum):
    """What became of one push."""

    DELIVERED = "delivered"
    # The connection does not exist any more.
    GONE = "gone"
    # Throttled or failed after retries: it may or may not have arrived.
    FAILED = "failed"
    # There was no time for it, or none to try it again.
    LATE = "late"


class Push(Protocol):
    """Posting to connections."""

    def message(self, to: Endpoint, message: Message) -> PushResult:
        """Pushes a message."""

    def head(self, to: Endpoint, session: SessionId, seq: Seq, number: int) -> PushResult:
        """Pushes how far a group has come."""

    def close(self, connection: Connection) -> None:
        """Closes a connection; nothing if it is gone. Never raises: closing is a courtesy."""
