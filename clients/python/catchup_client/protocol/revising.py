"""The requests that revise messages, and what becomes of those (docs/protocol.md, section 7, "Recalls and edits")."""

from dataclasses import dataclass, replace

from catchup_client.names import MsgId, Seq, SessionId, Uid
from catchup_client.protocol.model import ChatAck, Content, Message
from catchup_client.protocol.requests import Request

RECALL, EDIT = "recall", "edit"
"""`type` of the notices."""


@dataclass(frozen=True, slots=True)
class Recall(Request[ChatAck]):
    """Take back a message."""

    msg_id: MsgId
    session_id: SessionId
    seq: Seq

    @property
    def answered_by(self) -> type[ChatAck]:  # noqa: D102
        return ChatAck


@dataclass(frozen=True, slots=True)
class Edit(Request[ChatAck]):
    """Replace the content of a message; groups: `at` and `at_all` say who is still mentioned."""

    msg_id: MsgId
    session_id: SessionId
    seq: Seq
    content: Content
    at: tuple[Uid, ...] = ()
    at_all: bool = False

    @property
    def answered_by(self) -> type[ChatAck]:  # noqa: D102
        return ChatAck


def without_content(message: Message, by: Seq) -> Message:
    """Return a message as it is after its recall."""
    return replace(message, content={}, at=(), at_all=False, recalled=True, revised=Seq(max(message.revised, by)))


def edited(message: Message, notice: Message) -> Message:
    """Return a message with the content of an edit's push."""
    return replace(message, content=notice.content, at=notice.at, at_all=notice.at_all, revised=notice.seq)


def newer(saved: Message, come: Message) -> Message:
    """Of two copies of a message, return the one that stays; nothing replaces what was recalled.

    Equal copies may come more than once, so the one that comes counts as newer.
    """
    if saved.recalled or (come.revised < saved.revised and not come.recalled):
        return saved
    return come
