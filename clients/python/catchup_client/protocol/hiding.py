"""The requests about hidden messages, and what becomes of those (docs/protocol.md, section 7, "Hiding")."""

from dataclasses import dataclass, replace

from catchup_client.names import Seq, SessionId
from catchup_client.protocol.hidden import HiddenReply
from catchup_client.protocol.model import Message
from catchup_client.protocol.requests import Request


@dataclass(frozen=True, slots=True)
class Hide(Request[HiddenReply]):
    """Hide messages of a session from the person (at most 100)."""

    session_id: SessionId
    seqs: tuple[Seq, ...]

    @property
    def answered_by(self) -> type[HiddenReply]:  # noqa: D102
        return HiddenReply


@dataclass(frozen=True, slots=True)
class Hidden(Request[HiddenReply]):
    """Ask for one page of what the person has hidden in a session, above a seq."""

    session_id: SessionId
    after: Seq = Seq(0)

    @property
    def answered_by(self) -> type[HiddenReply]:  # noqa: D102
        return HiddenReply


def blank(message: Message) -> Message:
    """Return a hidden message as it is saved. A change of a group keeps its content: it says who is a member."""
    content = message.content if message.kind == "system" else {}
    return replace(message, content=content, at=(), at_all=False, hidden=True)
