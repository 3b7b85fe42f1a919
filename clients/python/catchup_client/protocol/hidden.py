"""What the server tells of messages that a person has hidden from themselves (docs/protocol.md, section 4, "hide")."""

from dataclasses import dataclass

from catchup_client.names import Seq, SessionId


@dataclass(frozen=True, slots=True)
class HiddenReply:
    """The answer of `hide` and of `hidden`."""

    session_id: SessionId
    seqs: tuple[Seq, ...]
    version: int
    """Of what is hidden in the session; it only rises, and 0 means that nothing is hidden."""
    end: bool = True
    """Whether no seqs follow."""


@dataclass(frozen=True, slots=True)
class HidePush:
    """The person has hidden messages on another device."""

    session_id: SessionId
    seqs: tuple[Seq, ...]
    version: int
