"""The tables of what the person has hidden from themselves: the seqs, and the version that this device knows."""

import json
import sqlite3
from collections.abc import Iterable

from catchup_client.names import Seq, SessionId


def add(db: sqlite3.Connection, session_id: SessionId, seqs: Iterable[Seq], *, due: bool = False) -> None:
    """Note hidden seqs; `due`: the server is to be told of them."""
    db.executemany(
        "INSERT INTO hidden (session_id, seq, due) VALUES (?, ?, ?)"
        " ON CONFLICT (session_id, seq) DO UPDATE SET due = max(due, excluded.due)",
        [(session_id, seq, due) for seq in seqs],
    )


def has(db: sqlite3.Connection, session_id: SessionId, seq: Seq) -> bool:
    """Tell whether a seq is hidden."""
    found = db.execute("SELECT 1 FROM hidden WHERE session_id = ? AND seq = ?", (session_id, seq))
    return found.fetchone() is not None


def due(db: sqlite3.Connection, limit: int) -> list[tuple[SessionId, tuple[Seq, ...]]]:
    """Return the seqs that the server is to be told of, by session, at most `limit` of each."""
    named = db.execute("SELECT DISTINCT session_id FROM hidden WHERE due = 1 ORDER BY session_id").fetchall()
    query = "SELECT seq FROM hidden WHERE session_id = ? AND due = 1 ORDER BY seq DESC LIMIT ?"
    return [(SessionId(name), tuple(Seq(seq) for (seq,) in db.execute(query, (name, limit)))) for (name,) in named]


def is_due(db: sqlite3.Connection, session_id: SessionId, seqs: Iterable[Seq]) -> bool:
    """Tell whether the server is still to be told of any of these seqs."""
    query = "SELECT 1 FROM hidden WHERE session_id = ? AND due = 1 AND seq IN (SELECT value FROM json_each(?)) LIMIT 1"
    return db.execute(query, (session_id, json.dumps(list(seqs)))).fetchone() is not None


def settle(db: sqlite3.Connection, session_id: SessionId, seqs: Iterable[Seq]) -> None:
    """Note that the server needs to be told of these seqs no more."""
    db.executemany("UPDATE hidden SET due = 0 WHERE session_id = ? AND seq = ?", [(session_id, seq) for seq in seqs])


def version(db: sqlite3.Connection, session_id: SessionId) -> int:
    """Return the version up to which this device knows what is hidden in a session."""
    row = db.execute("SELECT version FROM hidden_version WHERE session_id = ?", (session_id,)).fetchone()
    return 0 if row is None else int(row[0])


def raise_version(db: sqlite3.Connection, session_id: SessionId, to: int) -> None:
    """Note that this device knows what is hidden up to a version; a lower one changes nothing."""
    db.execute(
        "INSERT INTO hidden_version (session_id, version) VALUES (?, ?)"
        " ON CONFLICT (session_id) DO UPDATE SET version = max(version, excluded.version)",
        (session_id, to),
    )


def sum_of_versions(db: sqlite3.Connection) -> int:
    """Return the sum that a login's `hiddenSum` is compared with."""
    total: int = db.execute("SELECT coalesce(sum(version), 0) FROM hidden_version").fetchone()[0]
    return total
