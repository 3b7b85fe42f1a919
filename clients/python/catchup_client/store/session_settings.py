"""The tables of settings of sessions: what the server has told, and choices that wait for its answer."""

import sqlite3

from catchup_client.names import Number, Seq, SessionId
from catchup_client.protocol.session_settings import NO_SETTINGS, Position, SessionSettings, SettingsChange

Choice = tuple[int, SessionId, SettingsChange]
"""The position of a choice in the table, its session, and what was chosen."""

MAX_CHOICES_PER_REQUEST = 40
"""So many settings always have room in the answer."""
MAX_AHEAD_MS = 240_000
"""The server refuses choices that are dated five minutes after its time."""

_TOLD = "muted_until_ms, pinned_at_ms, hidden_seq, hidden_number, marked_seq, marked_number, changed_at_ms, version"
_CHOSEN = "changed_at_ms, at_seq, at_number, muted_until_ms, pinned, hidden, marked_unread"


def put_newer(db: sqlite3.Connection, session_id: SessionId, told: SessionSettings | None) -> bool:
    """Save what the server has told, if it is newer; tell whether it was."""
    if told is None or told.version <= _told(db, session_id).version:
        return False
    hidden, marked = told.hidden_at or (None, None), told.marked_at or (None, None)
    db.execute(
        f"INSERT OR REPLACE INTO session_settings (session_id, {_TOLD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session_id,
            told.muted_until_ms,
            told.pinned_at_ms,
            *hidden,
            *marked,
            told.changed_at_ms,
            told.version,
        ),
    )
    return True


def get(db: sqlite3.Connection, session_id: SessionId) -> SessionSettings:
    """Return the settings to show: what was told, and above it the choices that wait."""
    settings = _told(db, session_id)
    rows = db.execute(f"SELECT {_CHOSEN} FROM choice WHERE session_id = ? ORDER BY position", (session_id,))
    for row in rows:
        settings = settings.with_choice(_choice(row))
    return settings


def sum_of_versions(db: sqlite3.Connection) -> int:
    """Return the sum that a login's `settingsSum` is compared with."""
    total: int = db.execute("SELECT coalesce(sum(version), 0) FROM session_settings").fetchone()[0]
    return total


def add_choice(db: sqlite3.Connection, session_id: SessionId, choice: SettingsChange) -> int:
    """Put a choice into the table; return its position."""
    values = (
        choice.changed_at_ms,
        *choice.at,
        choice.muted_until_ms,
        choice.pinned,
        choice.hidden,
        choice.marked_unread,
    )
    added = db.execute(
        f"INSERT INTO choice (session_id, {_CHOSEN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (session_id, *values)
    )
    return added.lastrowid or 0


def waiting(db: sqlite3.Connection) -> list[Choice]:
    """Return of each session the choice to send next, as many as one request may name."""
    rows = db.execute(
        f"SELECT min(position), session_id, {_CHOSEN} FROM choice GROUP BY session_id ORDER BY 1 LIMIT ?",
        (MAX_CHOICES_PER_REQUEST,),
    )
    return [(position, SessionId(session_id), _choice(row)) for position, session_id, *row in rows]


def drop_choice(db: sqlite3.Connection, position: int) -> None:
    """Remove a choice that needs no answer any more."""
    db.execute("DELETE FROM choice WHERE position = ?", (position,))


def redate(db: sqlite3.Connection, now_ms: int) -> None:
    """Give choices that are dated too far in the future a new time, in their order: the clock was ahead."""
    too_late = "SELECT position, session_id FROM choice WHERE changed_at_ms > ? ORDER BY position"
    for number, (position, session_id) in enumerate(db.execute(too_late, (now_ms + MAX_AHEAD_MS,)).fetchall()):
        changed_at_ms = max(now_ms, _told(db, session_id).changed_at_ms + 1) + number
        db.execute("UPDATE choice SET changed_at_ms = ? WHERE position = ?", (changed_at_ms, position))


def _told(db: sqlite3.Connection, session_id: SessionId) -> SessionSettings:
    row = db.execute(f"SELECT {_TOLD} FROM session_settings WHERE session_id = ?", (session_id,)).fetchone()
    if row is None:
        return NO_SETTINGS
    muted, pinned, hidden_seq, hidden_number, marked_seq, marked_number, changed, version = row
    return SessionSettings(
        muted, pinned, _position(hidden_seq, hidden_number), _position(marked_seq, marked_number), changed, version
    )


def _choice(row: list[int | None]) -> SettingsChange:
    changed, seq, number, muted, *flags = row
    pinned, hidden, marked = (None if flag is None else bool(flag) for flag in flags)
    at = Position(Seq(seq or 0), Number(number or 0))
    return SettingsChange(changed or 0, at, muted, pinned, hidden, marked)


def _position(seq: int | None, number: int | None) -> Position | None:
    return None if number is None else Position(Seq(seq or 0), Number(number))
