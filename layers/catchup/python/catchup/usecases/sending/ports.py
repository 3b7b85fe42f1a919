"""The ports of sending. `storage` and `push` implement ports, and `bootstrap` plugs them in.

Each write must be safe to repeat, because botocore repeats a call if its response is lost. So each has a condition that
is true only before its effect, and reports "already done" as success. Errors: `Unavailable` if AWS does not answer.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from catchup.domain.counter import Counter
from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import Message, Place, Revision
from catchup.domain.pace import Pace
from catchup.domain.presence import Presence
from catchup.domain.standing import Changed


class Sent(NamedTuple):
    """The reservation for a sender's msgId. The place is a candidate: only the message at its seq proves it.

    `is_held`: the message waits for review. It has no place in its session, and nobody has received it.
    """

    uid: Uid
    msg_id: MsgId
    digest: bytes
    place: Place
    is_held: bool = False


class Lookup(NamedTuple):
    """What a send reads first.

    `after_head`: the first place that may be free, as far as the counters of the two people know. `counter`: the
    receiver's, which may be stale. `pace`: how fast the sender has sent. `is_listed`: whether the session is in the
    sender's list. `target`: the message that a request is about, if it names one; it may be stale.
    """

    sent: Sent | None
    after_head: Place
    counter: Counter
    presence: Presence
    pace: Pace = Pace()
    is_listed: bool = False
    target: Message | None = None


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

    def look_up(
        self, uid: Uid, msg_id: MsgId, session: SessionId, people: Sequence[Uid], target: Seq | None = None
    ) -> Lookup:
        """Reads Sent, the counters of the two people, which of `people` are online, the pace of `uid` if it is one of
        them, and the message at `target` if one is given. One call. Eventually consistent: conditions catch a stale
        Sent or head, and a push to a dead connection reports it."""

    def hold(self, sent: Sent, is_held: bool) -> Sent:
        """Notes whether the message waits for review, if the row is still as in `sent`. Returns the row after that."""


class Link(NamedTuple):
    """The part of a message that the messages after it need.

    `author`: "" if it can't be read. `changed`: its change of membership; None if it is no change, or an unreadable
    one, which changes nothing. `is_notice`: it is the notice of a recall or an edit; `revision`: which one, with the
    same exception.
    """

    session_id: SessionId
    place: Place
    author: Uid
    is_change: bool = False
    changed: Changed | None = None
    is_notice: bool = False
    revision: Revision | None = None

    @property
    def counts(self) -> bool:
        """Whether it is a counted message."""
        return not (self.is_change or self.is_notice)

    @property
    def number(self) -> int:
        """The number of the message; see `Message.number`."""
        return self.following.before.of(self.session_id, self.author)

    @property
    def following(self) -> Place:
        """The place after it."""
        return self.place.following(self.session_id, self.author, self.is_change, self.is_notice)


class MessageLog(Protocol):
    """All messages, each stored once. The put of a message allocates its seq, so seqs are dense."""

    def allocate(self, message: Message) -> Message | Link:
        """Puts the message if its seq is free. Returns the stored message: this one, now or from an earlier put, or
        another one that has the seq."""

    def last(self, session: SessionId) -> Link | None:
        """The last message; consistent. None if there is none, or it can't be read."""

    def link(self, session: SessionId, seq: Seq) -> Link | None:
        """The message at this seq; None if it has been removed."""

    def get(self, session: SessionId, seq: Seq) -> Message | None:
        """The message at this seq as it is now; consistent. None if it has been removed, or can't be read."""

    def revise(self, revised: Message) -> None:
        """Gives the stored message this content, if it is there and has neither been recalled nor the content of a
        later edit."""

    def between(self, session: SessionId, after: Seq, before: Seq) -> Sequence[Link]:
        """The messages between these seqs, both excluded, ascending; consistent. Raises OutOfTime."""

    def find(
        self, sent: Sent, session: SessionId, counter_of: Uid | None, *, consistent: bool = False
    ) -> tuple[Message | None, Counter | None]:
        """The message of `sent`, if it is at that seq (eventually consistent by default, since `allocate` catches a
        stale read), and this person's counter (consistent; None if it can't be read or no person was given). One
        call."""


class Counting(Protocol):
    """The counters of people in private sessions. Rows are never deleted."""

    def raise_to(
        self,
        owner: Uid,
        message: Message,
        found: Counter | None = None,
        skipped: frozenset[Seq] = frozenset(),
        recalled: frozenset[int] = frozenset(),
    ) -> Counter | None:
        """Raises the owner's counter to a message, and takes the message out of `pending`. `recalled`: numbers of the
        other person's that this message, or those in between, recall.

        A message of the other person must be their next one after the counter. If it is not, give `found`, the counter
        as it was read, and `skipped`, the other person's seqs in between: the counter is raised if it is still as
        found, and `skipped` become pending.

        Returns None if the counter is at the message now; otherwise the counter as it was: below the message, or above
        it, because another message has passed it. A row that can't be read is reported, and stays as it is.
        """

    def ensure(self, owner: Uid, session: SessionId, at_ms: int) -> None:
        """Makes an empty row if there is none, so that the session can be listed."""


class Storing(Protocol):
    """Stores messages that wait for a person."""

    def put(self, owner: Uid, message: Message) -> None:
        """Stores the message. Storing it again changes nothing, since the key is the same."""

    def revise(self, owner: Uid, revised: Message) -> None:
        """As `MessageLog.revise`, if the message waits for this person. One that was acked does not come back."""
