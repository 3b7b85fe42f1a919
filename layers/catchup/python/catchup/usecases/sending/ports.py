"""What sending needs of the world. `storage` and `push` provide what ports name, `bootstrap` plugs it in.

Every write here is safe to repeat, because botocore repeats a call whose response was lost: each has a condition that
holds only before its effect, and reports "already so" as success. Errors: `Unavailable` if AWS does not answer.
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
    """What the sender's msgId stands for. `seq`, with the `last_change` before it, is a candidate: only the message at
    that seq proves it."""

    uid: Uid
    msg_id: MsgId
    seq: Seq
    route: Route
    digest: bytes
    last_change: Seq = Seq(0)

    @property
    def place(self) -> Place:
        """The candidate."""
        return Place(self.seq, self.last_change)

    def at(self, place: Place) -> "Sent":
        """With another candidate."""
        return self._replace(seq=place.seq, last_change=place.last_change)


class Lookup(NamedTuple):
    """What a send must know first. `head`: a hint of the session's last seq, 0 if it looks new. `pace`: how fast the
    sender has been. `blocked_by`: who of the two has blocked the other."""

    sent: Sent | None
    head: Seq
    presence: Presence
    pace: Pace = Pace()
    blocked_by: frozenset[Uid] = frozenset()

    @property
    def after_head(self) -> Place:
        """The first place that may be free; in a private session nobody's rights change."""
        return Place(Seq(self.head + 1))


class Placer(Protocol):
    """The candidates of messages that have no place yet."""

    def reserve(self, sent: Sent) -> Sent | None:
        """Writes the candidate if this msgId is new; otherwise changes nothing and returns what is there."""

    def move(self, sent: Sent, to: Place) -> Sent:
        """Moves the candidate, if it is still where `sent` says; returns what is there now."""

    def find(self, uid: Uid, msg_id: MsgId) -> Sent | None:
        """What this msgId stands for; consistent."""


class SentLog(Placer, Protocol):
    """What each person has sent, by msgId."""

    def look_up(self, uid: Uid, msg_id: MsgId, session: SessionId, people: Sequence[Uid]) -> Lookup:
        """Sent, the head, who has blocked the other, who of `people` is online, and the pace of `uid`, if among
        them. One call. Eventually consistent: conditions catch a stale Sent or head, and a push to a connection that
        is gone says so."""

    def reroute(self, sent: Sent, to: Route = Route.STORED) -> Sent:
        """To another route, if it is still what `sent` says; returns what is there now."""


class Owed(NamedTuple):
    """Messages of others that are to be counted, whether or not they were; `to`: how far was looked."""

    seqs: frozenset[Seq]
    to: Seq


class Link(NamedTuple):
    """A message of a session, as far as the chain of changes needs it: each names the last change before it.

    `changed`: what it changes; None if it is no change, or one that can't be read: then it changes nothing.
    """

    seq: Seq
    last_change: Seq
    is_change: bool = False
    changed: Changed | None = None

    @property
    def next_place(self) -> Place:
        """The place behind it."""
        return Place(Seq(self.seq + 1), self.seq if self.is_change else self.last_change)


class MessageLog(Protocol):
    """Every message once. Whoever puts a message at a seq has allocated it: that is what makes seq dense."""

    def allocate(self, message: Message, route: Route = Route.STORED) -> Message | Link:
        """Puts the message if its seq is free. Returns it as it stands there, if it is there now or was before; or the
        other message that has the seq."""

    def raise_head(self, session: SessionId, seq: Seq) -> None:
        """Raises the hint, never lowers it. Only for a seq that exists."""

    def last(self, session: SessionId) -> Link | None:
        """The last message; consistent. None if there is none."""

    def link(self, session: SessionId, seq: Seq) -> Link | None:
        """The message at this seq; None if there is none any more."""

    def find(
        self, sent: Sent, session: SessionId, counter_of: Uid | None, *, consistent: bool = False
    ) -> tuple[Message | None, Counter | None]:
        """The message that `sent` speaks of, if it is at that seq (eventually consistent unless asked otherwise:
        `allocate` catches a stale read), and this person's counter (consistent; None if it can't be read, or nobody's
        was asked for). One call."""

    def own_between(self, session: SessionId, sender: Uid, after: Seq, to: Seq) -> tuple[int, Seq]:
        """How many messages above `after`, up to `to`, are this sender's, and how far was looked. Consistent."""

    def owed(self, session: SessionId, owner: Uid, floor: Seq, to: Seq) -> Owed:
        """Which messages above `floor`, up to `to`, are to be counted for this person. Consistent."""


class Counted(NamedTuple):
    """The counter after (or, if the message was counted before, as it was found at) an attempt to count."""

    counter: Counter
    moved: bool


class Counting(Protocol):
    """A person in a private session. Rows are never deleted, so that a late retry finds what it counted."""

    def count(self, owner: Uid, session: SessionId, seq: Seq, at_ms: int) -> Counted | None:
        """Counts a message, once: ADD received 1, recent {seq}, on condition that it was not counted. None if the row
        is corrupt: it is reported and kept as it is, and nothing is counted."""

    def owe(self, owner: Uid, session: SessionId, seq: Seq) -> None:
        """A message that was not to be counted now is. Only while nobody else can have counted it."""

    def trim(self, owner: Uid, session: SessionId, trim: Trim) -> None:
        """Removes seqs from `recent` and raises `floor`, on condition that the counter is as it was found."""

    def ensure(self, owner: Uid, session: SessionId, at_ms: int) -> None:
        """Makes an empty row if there is none, so that the session can be listed."""


class Storing(Protocol):
    """What waits for a person is stored."""

    def put(self, owner: Uid, message: Message) -> None:
        """Stores it; by its key, storing it again changes nothing."""
