"""How the person wants to see a session, the same on all devices (docs/protocol.md, section 4, "settings")."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from catchup_client.names import Number, Seq, SessionId
from catchup_client.protocol.codes import Code

FOR_EVER = 2**53 - 1
"""`mutedUntil` of a session that is muted for ever."""


class Position(NamedTuple):
    """How far a session had come: the seq, 0 if unknown, and the number (in a private session the other person's)."""

    seq: Seq
    number: Number


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What the person has chosen for a session. Times are milliseconds since 1970, by the server's clock."""

    muted_until_ms: int = 0
    """0: not muted."""
    pinned_at_ms: int = 0
    """When it was pinned, the order of pinned sessions; 0: not pinned."""
    hidden_at: Position | None = None
    """It is hidden until something newer comes; None: not hidden."""
    marked_at: Position | None = None
    """It is marked as unread since; None: not marked."""
    changed_at_ms: int = 0
    """When the person changed any of these last."""
    version: int = 0
    """Of two settings of a session, the one with the higher version is newer. 0: nothing was ever chosen."""

    def muted(self, now_ms: int) -> bool:
        """Tell whether the session is muted at this time."""
        return now_ms < self.muted_until_ms

    def seen_at(self, read: Number) -> "SessionSettings":
        """Return the settings as they are shown when the person has read so far: no mark that they have read beyond."""
        is_over = self.marked_at is not None and read > self.marked_at.number
        return replace(self, marked_at=None) if is_over else self

    def with_choice(self, choice: "SettingsChange") -> "SessionSettings":
        """Return the settings as they are shown while this choice waits for its answer."""
        changed: dict[str, object] = {"changed_at_ms": max(self.changed_at_ms, choice.changed_at_ms)}
        if choice.muted_until_ms is not None:
            changed["muted_until_ms"] = choice.muted_until_ms
        if choice.pinned is not None:
            changed["pinned_at_ms"] = choice.changed_at_ms if choice.pinned else 0
        if choice.hidden is not None:
            changed["hidden_at"] = choice.at if choice.hidden else None
        if choice.marked_unread is not None:
            changed["marked_at"] = choice.at if choice.marked_unread else None
        return replace(self, **changed)  # type: ignore[arg-type]


NO_SETTINGS = SessionSettings()


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """A choice of the person; what is None stays as it is."""

    changed_at_ms: int
    """When the person chose it, by the server's clock. Of two choices the later one counts."""
    at: Position
    """How far the session had come before the person's eyes."""
    muted_until_ms: int | None = None
    pinned: bool | None = None
    hidden: bool | None = None
    marked_unread: bool | None = None


@dataclass(frozen=True, slots=True)
class SettingsResult:
    """The result for one session of a `settings`."""

    code: Code
    settings: SessionSettings | None = None
    """What holds now; None if the answer had no room for it."""


@dataclass(frozen=True, slots=True)
class SettingsReply:
    """The answer of `settings`."""

    sessions: Mapping[SessionId, SettingsResult]


@dataclass(frozen=True, slots=True)
class SettingsPush:
    """A push: the person has chosen this on another device."""

    sessions: Mapping[SessionId, SessionSettings]
