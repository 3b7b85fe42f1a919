"""The unread counter of a person in one session, as docs/protocol.md describes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.domain.ids import Seq, SessionId
from catchup.domain.reading import NOTHING_READ, Position
from catchup.domain.session_settings import NO_SETTINGS, SessionSettings

# Recalled numbers that a counter lists, whether they are cleared or not. When there are half as many more, a private
# counter drops the lowest that are cleared, and a group moves the lowest to another row. So few keep a group's row,
# which each message changes, under 1 KB.
RECALLED_LIMIT = 32
# All that are above `cleared` are listed too, up to so many, because a counter counts without them. That many fit into
# a frame with the longest numbers.
UNCLEARED_RECALLED_LIMIT = 1_000
# A request may note its news half a minute after it has read the clock, and the clocks of machines differ a little.
NEWS_LAG_MS = 60_000


@dataclass(frozen=True, slots=True, repr=False)
class OwnBelow:
    """The person wrote `count` messages with numbers above `cleared`, up to `to`."""

    to: int
    count: int


@dataclass(frozen=True, slots=True, repr=False)
class Unread:
    """A counter. `count`: messages since the last clear, without own ones and recalled ones. `read`: how far the person
    has read. `not_read`: how many messages are above that, without own ones and recalled ones. `recalled`: the numbers
    of messages that were recalled: all above `cleared`, and the newest of the others. `news_at_ms`: when the
    counter last learned of a recall or an edit, or of what was read or left; 0: never.

    Groups only: `own` are the numbers of the person's own messages above `cleared` (and above `own_below`, if they are
    many), and above `read` if that is lower; `mentions` are seqs of messages that name the person, above `read`.
    `joined`, `left`: which messages began and ended the membership that is counted; `left` 0: it goes on. Nothing is
    unread for a former member.

    `hidden_version`: that of the messages which the person has hidden from themselves; 0 if there are none.
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
    hidden_version: int = 0
    recalled: Sequence[int] = ()
    news_at_ms: int = 0
    # Whether no device has cleared since the person joined or left, or since the last recall or edit.
    is_unseen: bool = False
    read: Position = NOTHING_READ
    not_read: int = 0
    settings: SessionSettings = NO_SETTINGS

    @property
    def is_news(self) -> bool:
        """Whether a login lists it: something is not cleared or not read, or `is_unseen`."""
        return self.is_to_count or self.not_read > 0

    @property
    def is_to_count(self) -> bool:
        """Whether some device has to count or to clear here; otherwise a login only tells how much is not read."""
        return self.count > 0 or self.is_unseen

    def is_told(self, since_ms: int | None) -> bool:
        """Whether a login lists it for a device whose last login was at this time: also if something came after it that
        another device may have cleared or caused meanwhile."""
        return self.is_news or (since_ms is not None and self.news_at_ms > since_ms - NEWS_LAG_MS)
