"""What the methods of the store return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catchup_client.names import Number, Seq, SessionId
from catchup_client.protocol.groups import GroupSummary
from catchup_client.protocol.model import Message
from catchup_client.protocol.reading import NOTHING_READ, ReadPosition
from catchup_client.protocol.session_settings import NO_SETTINGS, SessionSettings


@dataclass(frozen=True, slots=True)
class Saved:
    """Messages of one session that are saved now."""

    new: tuple[Message, ...] = ()
    duplicates: int = 0
    uncounted: bool = False
    """Whether their numbers show that messages are not counted: ask for the counter."""
    gap: int | None = None
    """Set if other messages are missing, in a session that was caught up until now. Give this mark to
    `finish_catch_up` if they come by push."""
    unread: int | None = None
    """How many messages of the session are unread now, None if it has not changed."""
    revised: tuple[Message, ...] = ()
    """Messages that were saved before, and have another content now."""
    stale: bool = False
    """Whether the new content of an edited message must be asked for."""


@dataclass(frozen=True, slots=True)
class HeadNoted:
    """A `head` that is noted now."""

    news: bool
    """Whether the seq is higher than before."""
    uncounted: bool
    """Whether the counter must be asked for."""


@dataclass(frozen=True, slots=True)
class CountersSaved:
    """Counters that are added now."""

    added: int
    """By how much `unread` grew in all sessions together."""
    messages: Mapping[SessionId, Saved]
    uncounted: Sequence[SessionId] = ()
    """Groups whose counter couldn't be added: send `clear`, then ask for the counter again."""
    unread: Mapping[SessionId, int] = field(default_factory=dict)
    """How many messages are unread now, of the sessions where that has changed."""
    settings: Sequence[SessionId] = ()
    """The sessions whose settings are new to this device."""
    lack_hidden: Sequence[SessionId] = ()
    """The sessions in which more is hidden than this device knows."""


@dataclass(frozen=True, slots=True)
class SummariesNoted:
    """Sessions of the answer of `sessions` that are noted now."""

    uncounted: Sequence[SessionId]
    """Groups whose counter must be asked for, because a summary doesn't say which numbers are own messages."""
    unread: Mapping[SessionId, int]
    """How many messages are unread now, of the sessions where that has changed."""
    revised: Mapping[SessionId, Saved] = field(default_factory=dict)
    """What has another content now, by session."""
    settings: Sequence[SessionId] = ()
    """The sessions whose settings are new to this device."""
    lack_hidden: Sequence[SessionId] = ()
    """The sessions in which more is hidden than this device knows."""
    read_to: Sequence[SessionId] = ()
    """The sessions in which the other person has read more than this device knew."""


@dataclass(frozen=True, slots=True)
class HideNoted:
    """Hidden messages that are noted now."""

    revised: tuple[Message, ...] = ()
    """Messages that were saved before, and have no content now."""
    lacks: bool = False
    """Whether more is hidden than this device knows: ask `hidden`."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """The copy of a store whose data set the server no longer has."""

    path: str
    """Its file; "" if the store was only in memory."""


@dataclass(frozen=True, slots=True)
class SessionState:
    """A session as this device sees it."""

    session_id: SessionId
    unread: int
    """The red dot."""
    known: Number
    """The number up to which this device has counted."""
    last_seq: Seq
    """The highest seq that this device has heard of."""
    timestamp_ms: int
    """When the newest message was accepted, by the server's clock."""
    waiting: bool
    """Whether there may be messages that this device hasn't saved yet: catch up to get them."""
    group: GroupSummary | None = None
    """Of a group: the last answer of `sessions`, None if there was none yet."""
    settings: SessionSettings = NO_SETTINGS
    """What the person has chosen for the session."""
    hidden: bool = False
    """Whether it is hidden now: nothing has come since the person hid it."""
    read_to: ReadPosition = NOTHING_READ
    """Private sessions: how far the other person has read. Own messages with a `number` up to its `number` are read.
    Nothing while receipts are off."""
