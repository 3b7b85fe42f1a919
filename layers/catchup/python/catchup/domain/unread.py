"""The unread counter of a person in one session, as docs/protocol.md describes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.domain.ids import Seq, SessionId
from catchup.domain.reading import NOTHING_READ, Position
from catchup.domain.session_settings import NO_SETTINGS, SessionSettings


@dataclass(frozen=True, slots=True, repr=False)
class OwnBelow:
    """The person wrote `count` messages with numbers above `cleared`, up to `to`."""

    to: int
    count: int


@dataclass(frozen=True, slots=True, repr=False)
class Unread:
    """A counter. `count`: messages since the last clear, without own ones. `read`: how far the person has read.
    `not_read`: how many messages are above that, without own ones.

    Groups only: `own` are the numbers of the person's own messages above `cleared` (and above `own_below`, if they are
    many), and above `read` if that is lower; `mentions` are seqs of messages that name the person, above `read`.
    `joined`, `left`: which messages began and ended the membership that is counted; `left` 0: it goes on. Nothing is
    unread for a former member.
    """

    session_id: SessionId
    count: int
    received: int
    cleared: int
    timestamp_ms: int
    last_seq: Seq
    own: Sequence[int] = ()
    own_below: OwnBelow | None = None
    mentions: Sequence[Seq] = ()
    joined: Seq = Seq(0)
    joined_number: int = 0
    left: Seq = Seq(0)
    # Whether no device has cleared since the person joined or left.
    is_unseen: bool = False
    read: Position = NOTHING_READ
    not_read: int = 0
    settings: SessionSettings = NO_SETTINGS

    @property
    def is_news(self) -> bool:
        """Whether a login lists it: something is not cleared or not read, or no device has cleared since the person
        joined or left."""
        return self.is_to_count or self.not_read > 0

    @property
    def is_to_count(self) -> bool:
        """Whether some device has to count or to clear here; otherwise a login only tells how much is not read."""
        return self.count > 0 or self.is_unseen
