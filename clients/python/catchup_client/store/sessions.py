"""The table of sessions: counts, and how far this device has got in each."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from catchup_client.names import Number, Seq, SessionId
from catchup_client.protocol.counting import Count
from catchup_client.protocol.groups import OwnBelow
from catchup_client.protocol.ranges import Range
from catchup_client.protocol.reading import ReadPosition

COLUMNS = (
    "session_id, known, added, recalled, unlisted, unlisted_to, joined, cleared, last_seq, read_seq, read_number,"
    " told_seq, told_number, read_to_seq, read_to_number, floor_seq, inexact, bottom, timestamp_ms, announced,"
    " caught_up"
)

CLEAR_IS_DUE = Number(-1)
"""A value of `cleared`: the server must confirm `known`, even if it is 0."""


@dataclass(slots=True)
class SessionRow:
    """One session, to be changed and written back within one transaction."""

    session_id: SessionId
    count: Count = Count()
    joined: Seq = Seq(0)
    cleared: Number = Number(0)
    last_seq: Seq = Seq(0)
    read_seq: Seq = Seq(0)
    read_number: Number = Number(0)
    told_seq: Seq = Seq(0)
    told_number: Number = Number(0)
    read_to_seq: Seq = Seq(0)
    read_to_number: Number = Number(0)
    floor_seq: Seq = Seq(0)
    inexact: bool = False
    bottom: bool = False
    timestamp_ms: int = 0
    announced: int = 0
    caught_up: int = 0
    unread_before: int = field(init=False)

    def __post_init__(self) -> None:
        self.unread_before = self.count.unread

    @property
    def new_unread(self) -> int | None:
        """How many messages are unread now, None if it has not changed since the row was read."""
        return self.count.unread if self.count.unread != self.unread_before else None

    @property
    def waiting(self) -> bool:
        """Whether messages were announced that aren't saved."""
        return self.announced > self.caught_up

    @property
    def read(self) -> ReadPosition:
        """How far the person has read."""
        return ReadPosition(self.read_number, self.read_seq)

    def read_up_to(self, position: ReadPosition) -> None:
        """Note that the person has read so far; a lower position changes nothing."""
        self.read_number, self.read_seq = max(self.read, position)

    @property
    def read_to(self) -> ReadPosition:
        """How far the other person has read."""
        return ReadPosition(self.read_to_number, self.read_to_seq)

    def other_read_up_to(self, position: ReadPosition) -> bool:
        """Note that the other person has read so far; tell whether that is further than before."""
        is_further = position > self.read_to
        self.read_to_number, self.read_to_seq = max(self.read_to, position)
        return is_further

    def confirm_read(self, position: ReadPosition) -> None:
        """Note that the server knows that the person has read so far."""
        self.told_number, self.told_seq = max(ReadPosition(self.told_number, self.told_seq), position)

    def hear_of(self, seq: int, timestamp_ms: int = 0) -> None:
        """Note that a message with this seq exists."""
        self.last_seq = Seq(max(self.last_seq, seq))
        self.timestamp_ms = max(self.timestamp_ms, timestamp_ms)


def _row(values: tuple[Any, ...]) -> SessionRow:
    session_id, known, added, recalled, unlisted, unlisted_to, *rest = values
    ranges = tuple(Range(low, high) for low, high in json.loads(added))
    gone = tuple(map(Number, json.loads(recalled)))
    return SessionRow(session_id, Count(Number(known), ranges, OwnBelow(Number(unlisted_to), unlisted), gone), *rest)


def get(db: sqlite3.Connection, session_id: SessionId) -> SessionRow:
    """Return a session; an unknown one has zeros."""
    values = db.execute(f"SELECT {COLUMNS} FROM session WHERE session_id = ?", (session_id,)).fetchone()
    return SessionRow(session_id) if values is None else _row(values)


def put(db: sqlite3.Connection, row: SessionRow) -> None:
    """Write a session back."""
    values = (
        row.session_id,
        row.count.known,
        json.dumps([(one.low, one.high) for one in row.count.added]),
        json.dumps(row.count.recalled),
        row.count.unlisted.count,
        row.count.unlisted.to,
        row.joined,
        row.cleared,
        row.last_seq,
        row.read_seq,
        row.read_number,
        row.told_seq,
        row.told_number,
        row.read_to_seq,
        row.read_to_number,
        row.floor_seq,
        row.inexact,
        row.bottom,
        row.timestamp_ms,
        row.announced,
        row.caught_up,
    )
    db.execute(f"INSERT OR REPLACE INTO session ({COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)


def newest_first(db: sqlite3.Connection) -> list[SessionRow]:
    """Return all sessions, the one with the newest message first."""
    return [
        _row(values) for values in db.execute(f"SELECT {COLUMNS} FROM session ORDER BY timestamp_ms DESC, session_id")
    ]


def uncleared(db: sqlite3.Connection) -> dict[SessionId, Number]:
    """Return, per session, the `known` that the server hasn't confirmed yet."""
    rows = db.execute("SELECT session_id, known FROM session WHERE known > cleared ORDER BY session_id")
    return {SessionId(session_id): Number(known) for session_id, known in rows}


def untold_reads(db: sqlite3.Connection) -> dict[SessionId, ReadPosition]:
    """Return, per session, how far the person has read, where the server hasn't confirmed it yet."""
    rows = db.execute(
        "SELECT session_id, read_number, read_seq FROM session"
        " WHERE (read_number, read_seq) > (told_number, told_seq) ORDER BY session_id"
    )
    return {SessionId(session_id): ReadPosition(Number(number), Seq(seq)) for session_id, number, seq in rows}
