"""The ports of catching up. The rules of `usecases.sending.ports` apply."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.message import Message
from catchup.domain.page import Bounds
from catchup.domain.reading import Position
from catchup.usecases.sending.ports import Link


class Stretch(NamedTuple):
    """Messages of a session, in one direction.

    `more`: there are further ones. `resume_at`: the search stopped at this seq, because it met too many expired rows.
    `lowest`: the lowest seq of the rows that have not expired, readable or not.
    """

    messages: Sequence[Message]
    more: bool
    resume_at: Seq | None = None
    lowest: Seq | None = None


class MessageHistory(Protocol):
    """The kept messages of sessions."""

    def first(self, session: SessionId) -> Link | None:
        """The oldest message that is still kept, None if there is none; consistent. Raises OutOfTime."""

    def page(self, session: SessionId, bounds: Bounds, limit: int, newest_first: bool) -> Stretch:
        """At most `limit` readable messages. It usually takes one query."""


class HiddenMessages(Protocol):
    """What people have hidden from themselves."""

    def among(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> frozenset[Seq]:
        """Those of these seqs that are hidden; consistent."""


class Waiting(NamedTuple):
    """Messages that wait for a person in a session, newest first, up to the requested number.

    `more`: at least one further message waits. `trimmed`: the search met expired ones. `resume_before`: the search
    stopped at this seq, because it met too many expired rows.
    """

    messages: Sequence[Message]
    more: bool
    trimmed: bool = False
    resume_before: Seq | None = None


class Inbox(Protocol):
    """The offline store of private sessions: messages to a person that none of their devices has acked.

    A row is deleted only when a client names its seq. Readers must leave out expired rows.
    """

    def newest(
        self, owner: Uid, session: SessionId, limit: int, bounds: Bounds, leaving: frozenset[Seq] = frozenset()
    ) -> Waiting:
        """The newest waiting messages, without those in `leaving`. Consistent; it usually takes one query."""

    def remove(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> Sequence[Seq]:
        """Deletes exactly these messages and returns those that could not be deleted in time."""


class ClearResult(Enum):
    """The result of clearing one session."""

    # Cleared now or earlier.
    CLEARED = "cleared"
    # More than the account ever received; nothing was changed.
    TOO_HIGH = "too high"
    UNKNOWN_SESSION = "unknown session"
    # The person was never a member of this group.
    NOT_YOURS = "not yours"
    # Another request changed it at the same time, or the store did not answer.
    TRY_AGAIN = "try again"


class Moved(NamedTuple):
    """The result of moving a read position. `stands`: the person has now read exactly so far, by this request or an
    earlier one."""

    result: ClearResult
    stands: bool = False


class Positions(Protocol):
    """How far persons have read."""

    def move(self, owner: Uid, session: SessionId, to: Position) -> Moved:
        """Raises the position to this one, if it is lower. TOO_HIGH if the other person has not written so much, or if
        it is after the end of a membership."""


# A person's row in a private session or a group.
InSession = Counter | Membership


class Counters(Protocol):
    """The rows of persons in sessions."""

    def clear(self, owner: Uid, session: SessionId, seen: int) -> ClearResult:
        """Sets `cleared` to what the client has counted, if that is higher and not more than `received`."""

    def all(self, owner: Uid, consistent: bool = True) -> Sequence[InSession]:
        """A person's rows in all sessions; also that of their notes to themselves if only their choice about receipts
        is in it."""

    def page(self, owner: Uid, after: SessionId | None, limit: int) -> tuple[Sequence[InSession], SessionId | None]:
        """At most `limit` sessions in the order of their ids, and the session after which to continue; None at the end.
        Consistent."""

    def heads(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Seq]:
        """The last seqs of these private sessions, as far as the two people's counters know. Eventually consistent."""

    def named(self, owner: Uid, sessions: Sequence[SessionId]) -> Sequence[InSession]:
        """A person's rows in these sessions; consistent. A missing private session gives zeros. Groups of which the
        person was never a member are left out."""


class DataSet(Protocol):
    """The data set, which is all stored data together."""

    def epoch(self) -> str:
        """The identity of the data set, made once. If seqs and counts begin again, it differs."""
