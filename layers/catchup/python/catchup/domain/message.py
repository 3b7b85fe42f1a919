"""Chat messages and their places in a session."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

from catchup.domain.ids import MsgId, Seq, SessionId, Uid


class ChatType(IntEnum):
    """The kind of a chat: `chatType` on the wire."""

    PRIVATE = 1
    GROUP = 2


class Route(StrEnum):
    """How a message reaches its receiver. Sent remembers it, so that a retry takes the same route."""

    # Kept in the offline store and counted.
    STORED = "stored"
    # Pushed once to someone online, neither kept nor counted (`ackFlg` 0).
    LIVE = "live"
    # Held for review: it has no place in its session, and nobody has received it.
    HELD = "held"


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A message as its sender made it, validated, with no place in the session yet.

    `content` is a serialised google.protobuf.Struct, opaque here; equal contents have equal bytes.
    `sent_at_ms` is the sender's clock. In a group `recipient` is the groupId.
    """

    msg_id: MsgId
    sender: Uid
    recipient: Uid
    wants_ack: bool
    sent_at_ms: int
    content: bytes
    chat_type: ChatType = ChatType.PRIVATE
    # Groups: who is mentioned, and whether everyone is.
    at: tuple[Uid, ...] = ()
    at_all: bool = False
    # A change of the group, made by the server from a request of the sender's.
    is_system: bool = False


class Place(NamedTuple):
    """A candidate place of a message in its session, with what the put writes beside it.

    `last_change`: groups: the seq of the last change of membership before it; 0: there is none. So a place
    names the whole chain of changes before it (docs/adr/0029-rights-are-judged-by-the-log.md).
    """

    seq: Seq
    last_change: Seq = Seq(0)


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A message in its place. `accepted_at_ms` is the server's clock when it was accepted.

    `last_change` is that of its `Place`. Only the log has it; it is not delivered.
    """

    draft: Draft
    session_id: SessionId
    seq: Seq
    accepted_at_ms: int
    last_change: Seq = Seq(0)

    @property
    def place(self) -> Place:
        """Its place in the session."""
        return Place(self.seq, self.last_change)

    def is_from(self, sender: Uid, msg_id: MsgId) -> bool:
        """Whether `sender` sent this message as `msg_id`."""
        return self.draft.sender == sender and self.draft.msg_id == msg_id
