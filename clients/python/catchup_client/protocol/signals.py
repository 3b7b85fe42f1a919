"""Signals, and who is online, as the wire has them (docs/protocol.md, sections 4 and 5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from catchup_client.names import SessionId, Uid

TYPING, STOPPED = "typing", "stopped"
"""The kinds that every client knows."""


@dataclass(frozen=True, slots=True)
class SignalPush:
    """Somebody does something in a session now."""

    session_id: SessionId
    sender: Uid
    kind: str
    data: str
    time_ms: int
    """The server's clock when it pushed the signal."""


@dataclass(frozen=True, slots=True)
class SignalReply:
    """The answer of `signal`, which doesn't tell whether anybody was online."""


@dataclass(frozen=True, slots=True)
class OnlineStatus:
    """What the server tells of a person."""

    online: bool
    last_seen_ms: int | None = None
    """When their last device went, in milliseconds since 1970; None if they are online, or if it isn't told."""


@dataclass(frozen=True, slots=True)
class OnlineReply:
    """The answer of `online`."""

    people: Mapping[Uid, OnlineStatus]
