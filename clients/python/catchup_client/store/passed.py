"""The tables of seqs that don't count in groups, above `read_at`: see `protocol.group_counting`."""

import sqlite3

from catchup_client.names import Received, Seq, SessionId


def add(db: sqlite3.Connection, session_id: SessionId, low: int, high: int) -> None:
    """Note that these seqs don't count; ranges that touch become one."""
    # Ranges don't overlap, so of those that begin below only the last may reach up to here.
    rows = db.execute(
        "SELECT low, high FROM passed WHERE session_id = :id AND low BETWEEN :low AND :high + 1 UNION ALL SELECT * FROM"
        " (SELECT low, high FROM passed WHERE session_id = :id AND low < :low ORDER BY low DESC LIMIT 1)",
        {"id": session_id, "low": low, "high": high},
    ).fetchall()
    touching = [row for row in rows if row[1] >= low - 1]
    start = min([low, *(row[0] for row in touching)])
    end = max([high, *(row[1] for row in touching)])
    absorbed = [(session_id, row[0]) for row in touching]
    if absorbed:
        db.executemany("DELETE FROM passed WHERE session_id = ? AND low = ?", absorbed)
    db.execute("INSERT INTO passed (session_id, low, high) VALUES (?, ?, ?)", (session_id, start, end))


def covers(db: sqlite3.Connection, session_id: SessionId, seq: int) -> bool:
    """Tell whether a seq is known not to count."""
    row = db.execute(
        "SELECT high FROM passed WHERE session_id = ? AND low <= ? ORDER BY low DESC LIMIT 1", (session_id, seq)
    ).fetchone()
    return row is not None and row[0] >= seq


def count(db: sqlite3.Connection, session_id: SessionId, low: int, high: int) -> int:
    """Return how many seqs from `low` to `high` are known not to count."""
    total: int = db.execute(
        "SELECT coalesce(sum(min(high, :high) - max(low, :low) + 1), 0) FROM passed"
        " WHERE session_id = :id AND low <= :high AND high >= :low",
        {"id": session_id, "low": low, "high": high},
    ).fetchone()[0]
    return total


def add_anonymous(db: sqlite3.Connection, session_id: SessionId, low: int, high: int, count: int) -> None:
    """Note that `count` of the seqs from `low` to `high` didn't count; which ones is unknown."""
    db.execute(
        "INSERT INTO anonymous (session_id, low, high, count) VALUES (?, ?, ?, ?)", (session_id, low, high, count)
    )


def name_anonymous(db: sqlite3.Connection, session_id: SessionId, seq: int) -> bool:
    """Note that this seq is one of the unknown ones; False if there is none left."""
    cursor = db.execute(
        "UPDATE anonymous SET count = count - 1 WHERE session_id = ? AND low <= ? AND high >= ? AND count > 0",
        (session_id, seq, seq),
    )
    return cursor.rowcount > 0


def anonymous_within(db: sqlite3.Connection, session_id: SessionId, low: int, high: int) -> int:
    """Return the highest possible number of unknown seqs in this range."""
    total: int = db.execute(
        "SELECT coalesce(sum(min(count, min(high, :high) - max(low, :low) + 1)), 0) FROM anonymous"
        " WHERE session_id = :id AND low <= :high AND high >= :low",
        {"id": session_id, "low": low, "high": high},
    ).fetchone()[0]
    return total


def forget(db: sqlite3.Connection, session_id: SessionId, up_to: Received) -> None:
    """Forget the seqs that have been read: they are no longer in `unread`."""
    for table in ("passed", "anonymous"):
        db.execute(f"DELETE FROM {table} WHERE session_id = ? AND high <= ?", (session_id, up_to))


def add_mention(db: sqlite3.Connection, session_id: SessionId, seq: int) -> None:
    """Note that an unread message mentions the account."""
    db.execute("INSERT OR IGNORE INTO mention (session_id, seq) VALUES (?, ?)", (session_id, seq))


def drop_mentions(db: sqlite3.Connection, session_id: SessionId, low: int, high: int) -> None:
    """Note that these seqs are no unread mentions."""
    db.execute("DELETE FROM mention WHERE session_id = ? AND seq BETWEEN ? AND ?", (session_id, low, high))


def mentions(db: sqlite3.Connection, session_id: SessionId) -> list[Seq]:
    """Return the unread messages that mention the account, ascending."""
    return [
        Seq(row[0]) for row in db.execute("SELECT seq FROM mention WHERE session_id = ? ORDER BY seq", (session_id,))
    ]
