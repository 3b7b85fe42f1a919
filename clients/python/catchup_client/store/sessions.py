"""The table of sessions: counts, and how far this device has got in each."""

import sqlite3
from dataclasses import dataclass

from catchup_client.names import Received, Seq, SessionId
from catchup_client.protocol.counting import Count

COLUMNS = (
    "session_id, unread, known, read_at, cleared, last_seq, counted_seq, floor_seq, bottom, timestamp_ms,"
    " announced, caught_up"
)


@dataclass(slots=True)
class SessionRow:
    """One session, to be changed and written back within one transaction."""

    session_id: SessionId
    count: Count = Count()
    cleared: Received = Received(0)
    last_seq: Seq = Seq(0)
    counted_seq: Seq = Seq(0)
    floor_seq: Seq = Seq(0)
    bottom: bool = False
    timestamp_ms: int = 0
    announced: int = 0
    caught_up: int = 0
    unread_before: int = 0

    @property
    def new_unread(self) -> int | None:
        """How many messages are unread now, None if as many as when the row was read."""
        return self.count.unread if self.count.unread != self.unread_before else None

    @property
    def waiting(self) -> bool:
        """Whether something was heard of that isn't saved."""
        return self.announced > self.caught_up

    def hear_of(self, seq: int, timestamp_ms: int = 0) -> None:
        """Note that a message with this seq exists."""
        self.last_seq = Seq(max(self.last_seq, seq))
        self.timestamp_ms = max(self.timestamp_ms, timestamp_ms)

    def counted_to(self, seq: int) -> None:
        """Note that the messages up to this seq are in `known`."""
        self.counted_seq = Seq(max(self.counted_seq, seq))


def _row(values: tuple[str, int, int, int, int, int, int, int, int, int, int, int]) -> SessionRow:
    session_id, unread, known, read_at, cleared, last_seq, counted_seq, floor_seq, bottom, timestamp, new, done = values
    return SessionRow(
        session_id=SessionId(session_id),
        count=Count(unread, Received(known), Received(read_at)),
        cleared=Received(cleared),
        last_seq=Seq(last_seq),
        counted_seq=Seq(counted_seq),
        floor_seq=Seq(floor_seq),
        bottom=bool(bottom),
        timestamp_ms=timestamp,
        announced=new,
        caught_up=done,
        unread_before=unread,
    )


def get(db: sqlite3.Connection, session_id: SessionId) -> SessionRow:
    """Return a session; one that isn't there yet has zeros."""
    values = db.execute(f"SELECT {COLUMNS} FROM session WHERE session_id = ?", (session_id,)).fetchone()
    return SessionRow(session_id) if values is None else _row(values)


def put(db: sqlite3.Connection, row: SessionRow) -> None:
    """Write a session back."""
    db.execute(
        f"INSERT OR REPLACE INTO session ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.session_id,
            row.count.unread,
            row.count.known,
            row.count.read_at,
            row.cleared,
            row.last_seq,
            row.counted_seq,
            row.floor_seq,
            row.bottom,
            row.timestamp_ms,
            row.announced,
            row.caught_up,
        ),
    )


def newest_first(db: sqlite3.Connection) -> list[SessionRow]:
    """Return all sessions, the one with the newest message first."""
    return [
        _row(values) for values in db.execute(f"SELECT {COLUMNS} FROM session ORDER BY timestamp_ms DESC, session_id")
    ]


def uncleared(db: sqlite3.Connection) -> dict[SessionId, Received]:
    """Return, per session, the `known` that the server hasn't confirmed yet."""
    rows = db.execute("SELECT session_id, known FROM session WHERE known > cleared ORDER BY session_id")
    return {SessionId(session_id): Received(known) for session_id, known in rows}
