"""The content of the server's frames, the same for both encodings (docs/protocol.md, sections 3 to 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catchup_client.names import MsgId, Number, Seq, SessionId, Uid
from catchup_client.protocol.blocks import BlockedReply, BlockReply
from catchup_client.protocol.codes import Code, EndReason, Fault
from catchup_client.protocol.groups import AskPush, GroupSummary, Head, MembersReply, OwnBelow, RequestsReply
from catchup_client.protocol.hidden import HiddenReply, HidePush
from catchup_client.protocol.media import MediaReply, UploadReply
from catchup_client.protocol.reading import NOTHING_READ, ReadPosition, ReadPush
from catchup_client.protocol.receipts import NOT_CHOSEN, ReadersReply, ReadToPush, ReceiptsChoice, ReceiptsPush
from catchup_client.protocol.session_settings import SessionSettings, SettingsPush, SettingsReply
from catchup_client.protocol.signals import OnlineReply, SignalPush, SignalReply

Content = Mapping[str, Any]
"""`msg`: a JSON object. Its numbers are doubles."""

PRIVATE, GROUP = 1, 2
"""`chatType` of a message between two people, and of one in a group."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The message that a notice is about."""

    seq: Seq
    number: Number
    uid: Uid
    """Its author."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the server delivers it. Times are milliseconds since 1970."""

    session_id: SessionId
    seq: Seq
    msg_id: MsgId
    sender: Uid
    recipient: str
    content: Content
    chat_type: int = PRIVATE
    wants_ack: bool = True
    """`ackFlg` 1."""
    time_ms: int = 0
    """The sender's clock."""
    server_time_ms: int = 0
    """The server's clock when it accepted the message."""
    number: Number = Number(0)
    """Its position among the counted messages: of its author in a private session, of all members in a group."""
    quiet: bool = False
    """Whether it is not counted. Its number is then that of the last counted message before it."""
    version: int = 1
    at: tuple[Uid, ...] = ()
    """Groups: who is mentioned."""
    at_all: bool = False
    """Groups: everyone is mentioned."""
    kind: str = ""
    """`type`: "system" for a change of a group, which `content` then describes; "recall" or "edit" for a notice."""
    ref: Ref | None = None
    """Notices: what they are about."""
    recalled: bool = False
    """Whether it was recalled; it has no content then."""
    revised: Seq = Seq(0)
    """The seq of the notice that the content is from; 0: it is as it was sent."""
    hidden: bool = False
    """Whether the person has hidden it from themselves; it has no content then, and is not to be shown."""

    def ends_membership_of(self, uid: Uid) -> bool:
        """Tell whether this is the change by which this person, if a member, is one no more."""
        if self.kind != "system":
            return False
        if self.content.get("event") == "dissolve":
            return True
        removed = self.content.get("event") == "remove" and uid in self.content.get("uids", ())
        return removed or (self.content.get("event") == "leave" and self.sender == uid)

    def may_begin_membership_of(self, uid: Uid) -> bool:
        """Tell whether this is a change that has made this person a member, if they were not one already."""
        if self.kind != "system":
            return False
        named = self.content.get("event") in {"create", "add"} and uid in self.content.get("uids", ())
        return named or (self.content.get("event") in {"create", "join"} and self.sender == uid)

    def mentions(self, uid: Uid) -> bool:
        """Tell whether it mentions this person."""
        return self.at_all or uid in self.at


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send; it stays the same each time it is sent again."""

    msg_id: MsgId
    session_id: SessionId
    recipient: str
    """A uid, or a group's id."""
    content: Content
    wants_ack: bool
    time_ms: int
    chat_type: int = PRIVATE
    at: tuple[Uid, ...] = ()
    at_all: bool = False
    source: tuple[SessionId, Seq] | None = None
    """Of a forward: the message whose file it names."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter of one session, as the server sends it."""

    received: Number
    """The highest number of a message from others (in a group: from anybody)."""
    cleared: Number
    """The number up to which the account has cleared."""
    last_seq: Seq = Seq(0)
    timestamp_ms: int = 0
    last_messages: tuple[Message, ...] = ()
    """The newest messages that wait in the offline store, newest first; may be empty."""
    own: tuple[Number, ...] = ()
    """Groups: the numbers of the account's own messages above `cleared`."""
    own_below: OwnBelow | None = None
    """Groups: set if there are too many own numbers to list; `own` then has only the higher ones."""
    mentions: tuple[Seq, ...] = ()
    """Groups: seqs above `cleared` that mention the account."""
    joined: Seq = Seq(0)
    """Groups: the seq of the message that made the account a member."""
    joined_number: Number = Number(0)
    """Groups: the number of the message `joined`; only higher numbers count as unread."""
    left: Seq | None = None
    """Groups: the seq of the message that ended the membership, None for members. If set, nothing is unread."""
    recalled: tuple[Number, ...] = ()
    """The numbers of recalled messages, the newest ones: in a private session the other person's."""
    settings: SessionSettings | None = None
    read: ReadPosition | None = None
    """How far the person has read, on any device; None if the server is too old to tell."""
    hidden_version: int = 0
    """The version of what the person has hidden in the session."""

    @property
    def counted(self) -> Number:
        """The number up to which nothing is to be counted: what is read, or else what is cleared."""
        return self.cleared if self.read is None else self.read.number


@dataclass(frozen=True, slots=True)
class CountersReply:
    """The answer of `login` and `counters`."""

    counters: Mapping[SessionId, Counter]
    next: str = ""
    """If not empty: `counters` with this token gives more of them."""
    epoch: str | None = None
    """Of a login: the identity of the server's data set, None if the server is too old to send one."""
    time_ms: int = 0
    """The server's clock when it answered."""
    settings_sum: int | None = None
    """Of a login: the sum of the versions of the settings of all sessions."""
    hidden_sum: int = 0
    """Of a login: the sum of `hidden_version` of all sessions."""
    receipts: ReceiptsChoice = NOT_CHOSEN
    """Of a login: what the person has chosen about receipts."""


@dataclass(frozen=True, slots=True)
class ChatAck:
    """The server has stored this message for good."""

    msg_id: MsgId
    session_id: SessionId
    seq: Seq
    number: Number
    time_ms: int
    content: Content | None = None
    """What the server has stored, if it differs from what was sent."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one session of a `clear` or `ack`."""

    code: Code
    remaining: tuple[Seq, ...] = ()
    """Seqs whose deletion could not be finished in time: name them again."""


@dataclass(frozen=True, slots=True)
class ResultsReply:
    """The answer of `clear` and `ack`."""

    sessions: Mapping[SessionId, Result]


@dataclass(frozen=True, slots=True)
class Page:
    """The answer of `pull` and `history`."""

    session_id: SessionId
    messages: tuple[Message, ...]
    end: bool
    end_reason: EndReason
    remaining: tuple[Seq, ...] = ()
    resume_before: Seq | None = None
    """Set if the server stopped searching early: ask for the messages below this seq."""
    resume_after: Seq | None = None
    """The same for a page that goes up: ask for the messages above this seq."""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One session in the answer of `sessions`."""

    session_id: SessionId
    received: Number
    cleared: Number
    last_seq: Seq
    """The highest seq of the session, own messages included."""
    timestamp_ms: int
    group: GroupSummary | None = None
    recalled: tuple[Number, ...] = ()
    settings: SessionSettings | None = None
    read: ReadPosition | None = None
    hidden_version: int = 0
    read_to: ReadPosition = NOTHING_READ
    """Private sessions: how far the other person has read, as far as that is told."""


@dataclass(frozen=True, slots=True)
class SessionsReply:
    """The answer of `sessions`."""

    sessions: tuple[SessionSummary, ...]
    next: str
    end: bool


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer of `ping`."""


Body = (
    CountersReply
    | ResultsReply
    | ChatAck
    | Page
    | SessionsReply
    | SettingsReply
    | HiddenReply
    | MembersReply
    | RequestsReply
    | BlockReply
    | BlockedReply
    | SignalReply
    | OnlineReply
    | ReceiptsChoice
    | ReadersReply
    | UploadReply
    | MediaReply
    | Pong
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A frame with a `code`."""

    cmd: str
    req_id: str | None
    code: Code
    fault: Fault
    body: Body | None
    """None if `code` is not OK, if this version doesn't know `cmd`, or if it couldn't be read (`fault` says why)."""
    time_ms: int = 0
    """The server's clock; 0 if the answer doesn't tell it."""


@dataclass(frozen=True, slots=True)
class Push:
    """A live message."""

    message: Message


@dataclass(frozen=True, slots=True)
class PlatformError:
    """The platform's own frame after a function has died. It replaces an answer, but doesn't say to which request."""

    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A push that this version doesn't know; it is ignored."""

    cmd: str


Frame = (
    Answer
    | Push
    | Head
    | ReadPush
    | ReadToPush
    | ReceiptsPush
    | SettingsPush
    | HidePush
    | SignalPush
    | AskPush
    | PlatformError
    | Unknown
)
