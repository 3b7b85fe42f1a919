"""The ports of sending. `storage` and `push` implement ports, and `bootstrap` plugs them in.

Each write must be safe to repeat, because botocore repeats a call if its response is lost. So each has a condition that
is true only before its effect, and reports "already done" as success. Errors: `Unavailable` if AWS does not answer.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from catchup.domain.counter import Counter, Trim
from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import Message, Place, Route
from catchup.domain.pace import Pace
from catchup.domain.presence import Presence
from catchup.domain.standing import Changed


class Sent(NamedTuple):
    """The reservation for a sender's msgId. `seq`, with the `last_change` before it, is a candidate: only the message
    at that seq proves it."""

    uid: Uid
    msg_id: MsgId
    seq: Seq
    route: Route
    digest: bytes
    last_change: Seq = Seq(0)

    @property
    def place(self) -> Place:
        """The candidate's place."""
        return Place(self.seq, self.last_change)

    def at(self, place: Place) -> "Sent":
        """A copy with another candidate."""
        return self._replace(seq=place.seq, last_change=place.last_change)


class Lookup(NamedTuple):
    """What a send reads first. `head`: a hint of the session's last seq, 0 if the session looks new. `pace`: how fast
    the sender has sent. `blocked_by`: which of the two has blocked the other."""

    sent: Sent | None
    head: Seq
    presence: Presence
    pace: Pace = Pace()
    blocked_by: frozenset[Uid] = frozenset()

    @property
    def after_head(self) -> Place:
        """The first place that may be free. In a private session rights never change."""
        return Place(Seq(self.head + 1))


class Placer(Protocol):
    """The candidates of messages without a place."""

    def reserve(self, sent: Sent) -> Sent | None:
        """Writes the candidate if this msgId is new; otherwise changes nothing and returns the existing one."""

    def move(self, sent: Sent, to: Place) -> Sent:
        """Moves the candidate, if it is still at the place in `sent`; returns the stored one."""

    def find(self, uid: Uid, msg_id: MsgId) -> Sent | None:
        """The reservation for this msgId; consistent."""


class SentLog(Placer, Protocol):
    """The messages that each person has sent, by msgId."""

    def look_up(self, uid: Uid, msg_id: MsgId, session: SessionId, people: Sequence[Uid]) -> Lookup:
        """Reads Sent, the head, the blocks, which of `people` are online, and the pace of `uid` if it is one of them.
        One call. Eventually consistent: conditions catch a stale Sent or head, and a push to a dead connection reports
        it."""

    def reroute(self, sent: Sent, to: Route = Route.STORED) -> Sent:
        """Sets another route, if the row still equals `sent`; returns the stored one."""


class Owed(NamedTuple):
    """Messages of others that must be counted, whether they are yet or not. `to`: the last seq that was read."""

    seqs: frozenset[Seq]
    to: Seq


class Link(NamedTuple):
    """The part of a message that the chain of changes needs: each message names the last change before it.

    `changed`: its change; None if it is no change, or an unreadable one, which changes nothing.
    """

    seq: Seq
    last_change: Seq
    is_change: bool = False
    changed: Changed | None = None

    @property
    def next_place(self) -> Place:
        """The place after this message."""
        return Place(Seq(self.seq + 1), self.seq if self.is_change else self.last_change)


class MessageLog(Protocol):
    """All messages, each stored once. The put of a message allocates its seq, so seqs are dense."""

    def allocate(self, message: Message, route: Route = Route.STORED) -> Message | Link:
        """Puts the message if its seq is free. Returns the stored message: this one, now or from an earlier put, or
        another one that has the seq."""

    def raise_head(self, session: SessionId, seq: Seq) -> None:
        """Raises the hint, never lowers it. The seq must exist."""

    def last(self, session: SessionId) -> Link | None:
        """The last message, or None; consistent."""

    def link(self, session: SessionId, seq: Seq) -> Link | None:
        """The message at this seq; None if it has been removed."""

    def find(
        self, sent: Sent, session: SessionId, counter_of: Uid | None, *, consistent: bool = False
    ) -> tuple[Message | None, Counter | None]:
        """The message of `sent`, if it is at that seq (eventually consistent by default, since `allocate` catches a
        stale read), and this person's counter (consistent; None if it can't be read or no person was given). One
        call."""

    def own_between(self, session: SessionId, sender: Uid, after: Seq, to: Seq) -> tuple[int, Seq]:
        """How many messages above `after`, up to `to`, are from this sender, and the last seq that was read.
        Consistent."""

    def owed(self, session: SessionId, owner: Uid, floor: Seq, to: Seq) -> Owed:
        """The messages above `floor`, up to `to`, that must be counted for this person. Consistent."""


class Counted(NamedTuple):
    """The counter after an attempt to count; if the message was already counted, the unchanged counter."""

    counter: Counter
    moved: bool


class Counting(Protocol):
    """The counters of persons in private sessions. Rows are never deleted, so that a late retry finds what it
    counted."""

    def count(self, owner: Uid, session: SessionId, seq: Seq, at_ms: int) -> Counted | None:
        """Counts a message once: ADD received 1, recent {seq}, on condition that it was not counted. None if the row is
        corrupt; then it is reported and kept unchanged, and nothing is counted."""

    def owe(self, owner: Uid, session: SessionId, seq: Seq) -> None:
        """Marks a message as one to count, after it was marked as one not to count. Only valid while no other attempt
        can have counted it."""

    def trim(self, owner: Uid, session: SessionId, trim: Trim) -> None:
        """Removes seqs from `recent` and raises `floor`, on condition that the counter has not changed."""

    def ensure(self, owner: Uid, session: SessionId, at_ms: int) -> None:
        """Makes an empty row if there is none, so that the session can be listed."""


class Storing(Protocol):
    """Stores messages that wait for a person."""

    def put(self, owner: Uid, message: Message) -> None:
        """Stores the message. Storing it again changes nothing, since the key is the same."""
