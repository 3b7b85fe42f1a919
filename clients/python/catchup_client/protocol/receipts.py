"""Receipts: how far others have read, and whether the person has receipts (docs/protocol.md, section 4, "receipts")."""

from collections.abc import Mapping
from dataclasses import dataclass

from catchup_client.names import Seq, SessionId, Uid
from catchup_client.protocol.reading import ReadPosition


@dataclass(frozen=True, slots=True)
class ReceiptsChoice:
    """Whether a person has receipts."""

    on: bool = True
    changed_at_ms: int = 0
    """When the person chose it; 0: never."""
    off_for_all: bool = False
    """Whether the deployment has no receipts."""


NOT_CHOSEN = ReceiptsChoice()


@dataclass(frozen=True, slots=True)
class ReadToPush:
    """The other person of private sessions has read so far."""

    reader: Uid
    sessions: Mapping[SessionId, ReadPosition]


@dataclass(frozen=True, slots=True)
class ReceiptsPush:
    """The person has turned receipts on or off on another device."""

    choice: ReceiptsChoice


@dataclass(frozen=True, slots=True)
class ReadersReply:
    """Who has read a message."""

    session_id: SessionId
    seq: Seq
    uids: tuple[Uid, ...]
