"""What the use cases need of the world. `storage` and `push` provide it, `bootstrap` plugs it in.

Every write here is safe to repeat, because botocore repeats a call whose response was lost: each has a condition that
holds only before its effect, and reports "already so" as success. Errors: `Unavailable` if AWS does not answer.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from catchup.domain.counter import Counter, Trim
from catchup.domain.group import Membership
from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import Message, Place, Route
from catchup.domain.pace import Pace
from catchup.domain.page import Bounds
from catchup.domain.presence import Connection, Endpoint, Presence
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


class Stretch(NamedTuple):
    """Messages of a session, in one direction.

    `more`: there are further ones. `resume_at`: the search stopped at this seq, because too many expired rows were in
    the way. `lowest`: the lowest seq among what was found and is not expired, whether or not it can be read.
    """

    messages: Sequence[Message]
    more: bool
    resume_at: Seq | None = None
    lowest: Seq | None = None


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

    def kept(self, owner: Uid, counter: Counter) -> int:
        """How many of the messages that are unread by this counter are kept still. Consistent: read the counter
        before."""

    def page(self, session: SessionId, bounds: Bounds, limit: int, newest_first: bool) -> Stretch:
        """At most `limit` messages that can be read. One query, as a rule."""

    def heads(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Seq]:
        """The hints of these sessions; sessions without one are missing."""


class Waiting(NamedTuple):
    """What waits for a person in a session: newest first, at most as many as asked for.

    `more`: at least one further message waits. `trimmed`: expired ones were met. `resume_before`: the search stopped
    at this seq, because too many expired rows were in the way.
    """

    messages: Sequence[Message]
    more: bool
    trimmed: bool = False
    resume_before: Seq | None = None


class Inbox(Protocol):
    """The offline store of private sessions: what was sent to a person and not yet named by one of their devices.

    A row is deleted only when the client has named its seq; whoever reads must leave out what expired.
    """

    def put(self, owner: Uid, message: Message) -> None:
        """Stores it; by its key, storing it again changes nothing."""

    def newest(
        self, owner: Uid, session: SessionId, limit: int, bounds: Bounds, leaving: frozenset[Seq] = frozenset()
    ) -> Waiting:
        """The newest that wait, without those that are `leaving`. Consistent; one query as a rule."""

    def remove(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> Sequence[Seq]:
        """Deletes exactly these; returns those that could not be deleted in time."""


class Counted(NamedTuple):
    """The counter after (or, if the message was counted before, as it was found at) an attempt to count."""

    counter: Counter
    moved: bool


class ClearResult(Enum):
    """How clearing one session went."""

    # Cleared now, or before.
    CLEARED = "cleared"
    # More than was ever received: nothing changed.
    TOO_HIGH = "too high"
    UNKNOWN_SESSION = "unknown session"
    # A group that the person never was a member of.
    NOT_YOURS = "not yours"
    # Somebody else changed it at the same time, or the store did not answer.
    TRY_AGAIN = "try again"


# A person in a session: private, or a group.
InSession = Counter | Membership


class Counters(Protocol):
    """A person in a session. Rows are never deleted, so that a late retry finds what it counted."""

    def count(self, owner: Uid, session: SessionId, seq: Seq, at_ms: int) -> Counted | None:
        """Counts a message, once: ADD received 1, recent {seq}, on condition that it was not counted. None if the row
        is corrupt: it is reported and kept as it is, and nothing is counted."""

    def owe(self, owner: Uid, session: SessionId, seq: Seq) -> None:
        """A message that was not to be counted now is. Only while nobody else can have counted it."""

    def trim(self, owner: Uid, session: SessionId, trim: Trim) -> None:
        """Removes seqs from `recent` and raises `floor`, on condition that the counter is as it was found."""

    def ensure(self, owner: Uid, session: SessionId, at_ms: int) -> None:
        """Makes an empty row if there is none, so that the session can be listed."""

    def clear(self, owner: Uid, session: SessionId, seen: int) -> ClearResult:
        """Sets `cleared` to what the client has counted, if that is higher and not more than `received`."""

    def all(self, owner: Uid, consistent: bool = True) -> Sequence[InSession]:
        """All of a person's sessions."""

    def page(self, owner: Uid, after: SessionId | None, limit: int) -> tuple[Sequence[InSession], SessionId | None]:
        """At most `limit` sessions in the order of their ids, and the session to go on after; None if these are all.
        Consistent."""

    def named(self, owner: Uid, sessions: Sequence[SessionId]) -> Sequence[InSession]:
        """A person in these sessions; consistent. Zeros for a private session that there is not; a group that the
        person never was a member of is left out."""


class DataSet(Protocol):
    """All that is stored, as one."""

    def epoch(self) -> str:
        """Its identity, made once: seqs and counts that have begun again go with another one."""


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

    def hold(self, uid: Uid, until_ms: int) -> None:
        """New messages of this person are refused until then; never shortens a hold."""

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

    def message(self, to: Endpoint, message: Message, received: int | None) -> PushResult:
        """Pushes a message; `received` is its number for the receiving account, None if it has none."""

    def head(self, to: Endpoint, session: SessionId, seq: Seq) -> PushResult:
        """Pushes how far a group has come."""

    def close(self, connection: Connection) -> None:
        """Closes a connection; nothing if it is gone. Never raises: closing is a courtesy."""
