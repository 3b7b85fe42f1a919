"""The requests (docs/protocol.md, section 4). `Request[A]` is answered by a body of type A."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from catchup_client.names import Number, Seq, SessionId, Uid
from catchup_client.protocol.blocks import BlockedReply, BlockReply
from catchup_client.protocol.model import Body as AnswerBody
from catchup_client.protocol.model import (
    ChatAck,
    CountersReply,
    Outgoing,
    Page,
    Pong,
    ResultsReply,
    SessionsReply,
)
from catchup_client.protocol.reading import ReadPosition
from catchup_client.protocol.receipts import ReadersReply, ReceiptsChoice
from catchup_client.protocol.session_settings import SettingsChange, SettingsReply
from catchup_client.protocol.signals import OnlineReply, SignalReply

A = TypeVar("A", bound=AnswerBody)


@dataclass(frozen=True, slots=True)
class Request(Generic[A]):
    """Base of all requests. Every request may be repeated."""

    @property
    def cmd(self) -> str:
        """The name of the request on the wire."""
        return type(self).__name__.lower()

    @property
    def answered_by(self) -> type[A]:
        """The type of the answer's body."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Login(Request[CountersReply]):
    """Register this connection for pushes and ask for the counters of what is unread."""

    since: int | None = None
    """The server's time of the last login that was used to its end: also tell of recalls and edits since then."""

    @property
    def answered_by(self) -> type[CountersReply]:  # noqa: D102
        return CountersReply


@dataclass(frozen=True, slots=True)
class Counters(Request[CountersReply]):
    """Ask for the counters of named sessions (at most 100), or for the `next` ones of a login."""

    session_ids: tuple[SessionId, ...] = ()
    next: str = ""
    since: int | None = None
    """As in Login."""

    @property
    def answered_by(self) -> type[CountersReply]:  # noqa: D102
        return CountersReply


@dataclass(frozen=True, slots=True)
class Clear(Request[ResultsReply]):
    """Tell up to which number this device has counted each session (at most 100 sessions)."""

    sessions: Mapping[SessionId, Number]

    @property
    def answered_by(self) -> type[ResultsReply]:  # noqa: D102
        return ResultsReply


@dataclass(frozen=True, slots=True)
class Read(Request[ResultsReply]):
    """Tell how far the person has read each session (at most 100 sessions)."""

    sessions: Mapping[SessionId, ReadPosition]

    @property
    def answered_by(self) -> type[ResultsReply]:  # noqa: D102
        return ResultsReply


@dataclass(frozen=True, slots=True)
class Receipts(Request[ReceiptsChoice]):
    """Turn receipts on or off, for both ways."""

    on: bool
    changed_at_ms: int

    @property
    def answered_by(self) -> type[ReceiptsChoice]:  # noqa: D102
        return ReceiptsChoice


@dataclass(frozen=True, slots=True)
class Readers(Request[ReadersReply]):
    """Ask who of a group has read a message of this account."""

    session_id: SessionId
    seq: Seq

    @property
    def answered_by(self) -> type[ReadersReply]:  # noqa: D102
        return ReadersReply


@dataclass(frozen=True, slots=True)
class Chat(Request[ChatAck]):
    """Send a message."""

    message: Outgoing

    @property
    def answered_by(self) -> type[ChatAck]:  # noqa: D102
        return ChatAck


@dataclass(frozen=True, slots=True)
class SessionAck:
    """One session in an `ack`."""

    seqs: tuple[Seq, ...]
    received: Number | None = None
    """If given: also clear up to this number."""


@dataclass(frozen=True, slots=True)
class Ack(Request[ResultsReply]):
    """Name saved messages, for the server to delete from the offline store (at most 100 in all)."""

    sessions: Mapping[SessionId, SessionAck]

    @property
    def answered_by(self) -> type[ResultsReply]:  # noqa: D102
        return ResultsReply


@dataclass(frozen=True, slots=True)
class Pull(Request[Page]):
    """Ask for one page of the offline store, between exclusive bounds; `ack` names saved messages to delete there."""

    session_id: SessionId
    limit: int
    ack: tuple[Seq, ...] = ()
    before: Seq | None = None
    after: Seq | None = None

    @property
    def answered_by(self) -> type[Page]:  # noqa: D102
        return Page


@dataclass(frozen=True, slots=True)
class History(Request[Page]):
    """Ask for one page of all messages of a session; both bounds are exclusive."""

    session_id: SessionId
    limit: int
    before: Seq | None = None
    after: Seq | None = None

    @property
    def answered_by(self) -> type[Page]:  # noqa: D102
        return Page


@dataclass(frozen=True, slots=True)
class Sessions(Request[SessionsReply]):
    """Ask for one page of all sessions of this account."""

    limit: int
    next: str = ""

    @property
    def answered_by(self) -> type[SessionsReply]:  # noqa: D102
        return SessionsReply


@dataclass(frozen=True, slots=True)
class ChangeSettings(Request[SettingsReply]):
    """Tell what the person has chosen for sessions (at most 100)."""

    sessions: Mapping[SessionId, SettingsChange]

    @property
    def cmd(self) -> str:  # noqa: D102
        return "settings"

    @property
    def answered_by(self) -> type[SettingsReply]:  # noqa: D102
        return SettingsReply


@dataclass(frozen=True, slots=True)
class Block(Request[BlockReply]):
    """Refuse new private messages from a person."""

    uid: Uid

    @property
    def answered_by(self) -> type[BlockReply]:  # noqa: D102
        return BlockReply


@dataclass(frozen=True, slots=True)
class Unblock(Request[BlockReply]):
    """Accept private messages from a person again."""

    uid: Uid

    @property
    def answered_by(self) -> type[BlockReply]:  # noqa: D102
        return BlockReply


@dataclass(frozen=True, slots=True)
class Blocked(Request[BlockedReply]):
    """Ask whom this account has blocked, on any of its devices."""

    @property
    def answered_by(self) -> type[BlockedReply]:  # noqa: D102
        return BlockedReply


@dataclass(frozen=True, slots=True)
class Signal(Request[SignalReply]):
    """Tell those online in a session of something that is not kept. `to`: a uid, or a group's id."""

    session_id: SessionId
    to: str
    kind: str
    data: str = ""

    @property
    def answered_by(self) -> type[SignalReply]:  # noqa: D102
        return SignalReply


@dataclass(frozen=True, slots=True)
class Online(Request[OnlineReply]):
    """Ask who of these people is online (at most 100)."""

    uids: tuple[Uid, ...]

    @property
    def answered_by(self) -> type[OnlineReply]:  # noqa: D102
        return OnlineReply


@dataclass(frozen=True, slots=True)
class Ping(Request[Pong]):
    """Keep an idle connection open."""

    @property
    def answered_by(self) -> type[Pong]:  # noqa: D102
        return Pong
