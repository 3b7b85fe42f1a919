"""The table of what `sessions` told about groups."""

import sqlite3

from catchup_client.names import Seq, SessionId
from catchup_client.protocol.groups import GroupSummary, Role


def put(db: sqlite3.Connection, session_id: SessionId, group: GroupSummary) -> None:
    """Write down the newest that was told about a group."""
    db.execute(
        "INSERT OR REPLACE INTO group_info (session_id, name, role, members, joined, left_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (session_id, group.name, group.role, group.members, group.joined, group.left),
    )


def get(db: sqlite3.Connection, session_id: SessionId) -> GroupSummary | None:
    """Return what was told about a group, None if nothing was."""
    row = db.execute(
        "SELECT name, role, members, joined, left_at FROM group_info WHERE session_id = ?", (session_id,)
    ).fetchone()
    if row is None:
        return None
    name, role, members, joined, left = row
    return GroupSummary(name, Role(role), members, Seq(joined), None if left is None else Seq(left))
