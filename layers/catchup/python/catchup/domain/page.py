"""Pages: bounds, end flags, and how much fits into an answer."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar

from catchup.domain.ids import MAX_NUMBER, Seq, SessionId
from catchup.domain.message import Message
from catchup.domain.session_settings import SessionSettings
from catchup.domain.unread import Unread

T = TypeVar("T")


class EndReason(IntEnum):
    """Why nothing is left: `endReason` on the wire."""

    NOT_END = 0
    CAUGHT_UP = 1
    RETENTION = 2
    JOIN_POINT = 3


class Bounds(NamedTuple):
    """Bounds on seq: strictly between `after` and `before`."""

    before: Seq | None = None
    after: Seq | None = None

    @property
    def lowest(self) -> int:
        """The lowest seq within the bounds."""
        return 1 if self.after is None else self.after + 1

    @property
    def highest(self) -> int:
        """The highest seq within the bounds. They are empty if it is below the lowest."""
        return MAX_NUMBER if self.before is None else self.before - 1


class PageRequest(NamedTuple):
    """A request for at most `limit` messages of one session. `acked`: seqs to delete from the offline store; none for
    history."""

    session_id: SessionId
    limit: int
    bounds: Bounds = Bounds()
    acked: Sequence[Seq] = ()


class Page(NamedTuple):
    """Messages of one session, in page order.

    `remaining`: acked seqs whose deletion could not be finished in time. `resume_before`, `resume_after`: the search
    stopped early, so that the number of requests stays bounded; go on from there.
    """

    session_id: SessionId
    messages: Sequence[Message]
    end_reason: EndReason
    remaining: Sequence[Seq] = ()
    resume_before: Seq | None = None
    resume_after: Seq | None = None


class Budget(Protocol):
    """How much an answer may hold, and the sizes of its parts, in bytes of the caller's encoding."""

    @property
    def room(self) -> int:
        """The bytes that an answer has for its parts."""

    @property
    def largest_page(self) -> int:
        """The most items of a page, and the most that a request may ack at once."""

    def message_bytes(self, message: Message) -> int:
        """The size of a message."""

    def counter_bytes(self, counter: Unread) -> int:
        """The size of a counter without messages."""

    def settings_bytes(self, settings: SessionSettings) -> int:
        """The size of a session's settings."""

    def id_bytes(self, session: SessionId) -> int:
        """The size of a session's id."""

    def group_bytes(self, name: str, recalled: Sequence[int] = ()) -> int:
        """The size of an entry in a list of sessions, for a group of this name, with these recalled numbers; an entry
        of another list, with this text, is no larger."""


def fitting(items: Sequence[T], size: Callable[[T], int], room: int) -> tuple[Sequence[T], int]:
    """Returns the longest prefix of `items` that fits into `room`, and the remaining room."""
    for index, item in enumerate(items):
        needed = size(item)
        if needed > room:
            return items[:index], room
        room -= needed
    return items, room
