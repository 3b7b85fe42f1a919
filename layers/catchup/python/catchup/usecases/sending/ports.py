"""The ports of sending. `storage` and `push` implement ports, and `bootstrap` plugs them in.

Each write must be safe to repeat, because botocore repeats a call if its response is lost. So each has a condition that
is true only before its effect, and reports "already done" as success. Errors: `Unavailable` if AWS does not answer.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from catchup.domain.counter import Counter
from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import Message, Place
from catchup.domain.pace import Pace
from catchup.domain.presence import Presence
from catchup.domain.standing import Changed


class Sent(NamedTuple):
    """What the sender's msgId stands for. The place is a candidate: only the message at its seq proves it.

    `is_held`: it is kept for review, has no place in its session, and nobody has it.
    """

    uid: Uid
    msg_id: MsgId
    digest: bytes
    place: Place
    is_held: bool = False


class Lookup(NamedTuple):
    """What a send must know first.

    `after_head`: the first place that may be free, as far as the counters of the two know. `pace`: how fast the sender
    has been. `is_listed`: whether the sender finds the session in their list. `is_blocked`: by the receiver.
    """

    sent: Sent | None
    after_head: Place
    presence: Presence
    pace: Pace = Pace()
    is_listed: bool = False
    is_blocked: bool = False


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
        """Sent, what the counters of the two say, who of `people` is online, and the pace of `uid`, if among them. One
        call. Eventually consistent: conditions catch a stale Sent or head, and a push to a connection that is gone
        says so."""

    def hold(self, sent: Sent, is_held: bool) -> Sent:
        """Whether it waits for review, if that is still what `sent` says; returns what is there now."""


class Link(NamedTuple):
    """A message of a session, as far as those after it need it.

    `author`: "" if it can't be read. `changed`: what it changes; None if it is no change of
    membership, or one that can't be read: then it changes nothing.
    """

    session_id: SessionId
    place: Place
    author: Uid
    is_change: bool = False
    changed: Changed | None = None

    @property
    def number(self) -> int:
        """As of a message."""
        return self.following.before.of(self.session_id, self.author)

    @property
    def following(self) -> Place:
        """The place behind it."""
        return self.place.following(self.session_id, self.author, self.is_change)


class MessageLog(Protocol):
    """All messages, each stored once. The put of a message allocates its seq, so seqs are dense."""

    def allocate(self, message: Message) -> Message | Link:
        """Puts the message if its seq is free. Returns it as it stands there, if it is there now or was before; or the
        other message that has the seq."""

    def last(self, session: SessionId) -> Link | None:
        """The last message; consistent. None if there is none, or it can't be read."""

    def link(self, session: SessionId, seq: Seq) -> Link | None:
        """The message at this seq; None if it has been removed."""

    def between(self, session: SessionId, after: Seq, before: Seq) -> Sequence[Link]:
        """The messages strictly between these seqs, in their order; consistent. Raises OutOfTime."""

    def find(
        self, sent: Sent, session: SessionId, counter_of: Uid | None, *, consistent: bool = False
    ) -> tuple[Message | None, Counter | None]:
        """The message of `sent`, if it is at that seq (eventually consistent by default, since `allocate` catches a
        stale read), and this person's counter (consistent; None if it can't be read or no person was given). One
        call."""


class Counting(Protocol):
    """A person in a private session. Rows are never deleted."""

    def raise_to(
        self, owner: Uid, message: Message, found: Counter | None = None, skipped: frozenset[Seq] = frozenset()
    ) -> Counter | None:
        """Raises the counter to a message, which is not pending then. To one of the other's only if it is the next of
        theirs; or, if `found` is given, if the counter is as far as it was then, and `skipped` become pending.

        Otherwise returns the counter as it is, below the message. A row that can't be read is reported, and stays.
        """

    def ensure(self, owner: Uid, session: SessionId, at_ms: int) -> None:
        """Makes an empty row if there is none, so that the session can be listed."""


class Storing(Protocol):
    """Stores messages that wait for a person."""

    def put(self, owner: Uid, message: Message) -> None:
        """Stores the message. Storing it again changes nothing, since the key is the same."""
