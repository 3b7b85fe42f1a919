"""What catching up needs of the world. The rules of `usecases.sending.ports` hold."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from catchup.domain.counter import Counter
from catchup.domain.group import Membership
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.page import Bounds
from catchup.usecases.sending.ports import Link


class Stretch(NamedTuple):
    """Messages of a session, in one direction.

    `more`: there are further ones. `resume_at`: the search stopped at this seq, because too many expired rows were in
    the way. `lowest`: the lowest seq among what was found and is not expired, whether or not it can be read.
    """

    messages: Sequence[Message]
    more: bool
    resume_at: Seq | None = None
    lowest: Seq | None = None


class MessageHistory(Protocol):
    """What is kept of the messages of sessions."""

    def first(self, session: SessionId) -> Link | None:
        """The first message that retention has left; consistent. None if there is none. Raises OutOfTime."""

    def page(self, session: SessionId, bounds: Bounds, limit: int, newest_first: bool) -> Stretch:
        """At most `limit` messages that can be read. One query, as a rule."""


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

    def newest(
        self, owner: Uid, session: SessionId, limit: int, bounds: Bounds, leaving: frozenset[Seq] = frozenset()
    ) -> Waiting:
        """The newest that wait, without those that are `leaving`. Consistent; one query as a rule."""

    def remove(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> Sequence[Seq]:
        """Deletes exactly these; returns those that could not be deleted in time."""


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
    """A person in a session."""

    def clear(self, owner: Uid, session: SessionId, seen: int) -> ClearResult:
        """Sets `cleared` to what the client has counted, if that is higher and not more than `received`."""

    def all(self, owner: Uid, consistent: bool = True) -> Sequence[InSession]:
        """All of a person's sessions."""

    def page(self, owner: Uid, after: SessionId | None, limit: int) -> tuple[Sequence[InSession], SessionId | None]:
        """At most `limit` sessions in the order of their ids, and the session to go on after; None if these are all.
        Consistent."""

    def heads(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Seq]:
        """How far these private sessions have come, as far as the counters of the two know. Eventually consistent."""

    def named(self, owner: Uid, sessions: Sequence[SessionId]) -> Sequence[InSession]:
        """A person in these sessions; consistent. Zeros for a private session that there is not; a group that the
        person never was a member of is left out."""


class DataSet(Protocol):
    """All that is stored, as one."""

    def epoch(self) -> str:
        """Its identity, made once: seqs and counts that have begun again go with another one."""
