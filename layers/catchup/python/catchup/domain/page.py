"""Pages: bounds, end flags, and how much fits into a frame."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar

from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Message
from catchup.domain.unread import Unread

T = TypeVar("T")


class EndReason(IntEnum):
    """Why nothing is left; the wire's `endReason`."""

    NOT_END = 0
    CAUGHT_UP = 1
    RETENTION = 2
    JOIN_POINT = 3


class Bounds(NamedTuple):
    """Only seqs strictly between `after` and `before`."""

    before: Seq | None = None
    after: Seq | None = None

    @property
    def lowest(self) -> int:
        """The lowest seq within the bounds."""
        return 1 if self.after is None else self.after + 1


class PageRequest(NamedTuple):
    """A page of one session, of at most `limit` messages. `acked`: what leaves the offline store; none for history."""

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


class FrameBudget(Protocol):
    """What fits into one frame of the caller's encoding, in bytes."""

    @property
    def room(self) -> int:
        """Bytes that a frame has for its parts."""

    def message_bytes(self, message: Message) -> int:
        """What a message takes."""

    def counter_bytes(self, counter: Unread) -> int:
        """What a counter takes, without messages."""

    def group_bytes(self, name: str) -> int:
        """What an entry of a list of sessions takes, of a group of this name."""


def fitting(items: Sequence[T], size: Callable[[T], int], room: int) -> tuple[Sequence[T], int]:
    """The longest prefix of `items` that fits into `room`, and the room that is then left."""
    for index, item in enumerate(items):
        needed = size(item)
        if needed > room:
            return items[:index], room
        room -= needed
    return items, room
