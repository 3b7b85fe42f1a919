"""The table of groups, as `sessions` has described them."""

import sqlite3

from catchup_client.names import Seq, SessionId
from catchup_client.protocol.groups import GroupSummary, Role


def put(db: sqlite3.Connection, session_id: SessionId, group: GroupSummary) -> None:
    """Save the newest summary of a group."""
    db.execute(
        "INSERT OR REPLACE INTO group_info"
        " (session_id, name, role, members, joined, left_at, muted_until_ms, all_muted_until_ms, dissolved)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session_id,
            group.name,
            group.role,
            group.members,
            group.joined,
            group.left,
            group.muted_until_ms,
            group.all_muted_until_ms,
            group.dissolved,
        ),
    )


def get(db: sqlite3.Connection, session_id: SessionId) -> GroupSummary | None:
    """Return the saved summary of a group, None if there is none."""
    row = db.execute(
        "SELECT name, role, members, joined, left_at, muted_until_ms, all_muted_until_ms, dissolved"
        " FROM group_info WHERE session_id = ?",
        (session_id,),
    ).fetchone()
    if row is None:
        return None
    name, role, members, joined, left, muted, all_muted, dissolved = row
    ended = None if left is None else Seq(left)
    return GroupSummary(name, Role(role), members, Seq(joined), ended, muted, all_muted, bool(dissolved))
