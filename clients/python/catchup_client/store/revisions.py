"""What recalls and edits change in the table of messages."""

import json
import sqlite3
from collections.abc import Iterable

from catchup_client.names import Seq, SessionId
from catchup_client.protocol.model import Message
from catchup_client.store.messages import COLUMNS, as_message


def notices_of(db: sqlite3.Connection, session_id: SessionId, seq: Seq) -> list[Message]:
    """Return the saved notices about this message, ascending."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM message WHERE session_id = ? AND ref_seq = ? ORDER BY seq", (session_id, seq)
    )
    return [as_message(session_id, *row) for row in rows]


def with_numbers(db: sqlite3.Connection, session_id: SessionId, numbers: Iterable[int]) -> list[Message]:
    """Return the saved counted messages with these numbers, whoever has written them, that have a content."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM message WHERE session_id = ? AND quiet = 0 AND recalled = 0"
        " AND number IN (SELECT value FROM json_each(?))",
        (session_id, json.dumps(list(numbers))),
    )
    return [as_message(session_id, *row) for row in rows]


# A saved message `m` whose edit, told by the notice `n`, has not reached it.
_STALE = (
    " FROM message AS n JOIN message AS m ON m.session_id = n.session_id AND m.seq = n.ref_seq"
    " WHERE n.ref_seq IS NOT NULL AND n.kind = 'edit' AND m.recalled = 0 AND m.hidden = 0 AND m.revised < n.seq"
)


def stale(db: sqlite3.Connection, session_id: SessionId) -> list[Seq]:
    """Return the saved messages that were edited, and whose new content has not come, ascending."""
    rows = db.execute(f"SELECT DISTINCT m.seq {_STALE} AND n.session_id = ? ORDER BY m.seq", (session_id,))
    return [Seq(seq) for (seq,) in rows]


def stale_sessions(db: sqlite3.Connection) -> list[SessionId]:
    """Return the sessions that have such messages."""
    return [SessionId(session_id) for (session_id,) in db.execute(f"SELECT DISTINCT n.session_id {_STALE}")]


def replace_content(db: sqlite3.Connection, message: Message, *, mentions_me: bool) -> None:
    """Give a saved message this content."""
    db.execute(
        "UPDATE message SET content = ?, at = ?, at_all = ?, recalled = ?, revised = ?, hidden = ?, mentions_me = ?"
        " WHERE session_id = ? AND seq = ?",
        (
            json.dumps(message.content),
            json.dumps(message.at),
            message.at_all,
            message.recalled,
            message.revised,
            message.hidden,
            mentions_me,
            message.session_id,
            message.seq,
        ),
    )


def empty_notices(db: sqlite3.Connection, session_id: SessionId, seq: Seq) -> None:
    """Remove what the notices of edits of this message say. They say it only until the message has it, or is gone."""
    db.execute(
        "UPDATE message SET content = '{}', at = '[]', at_all = 0 WHERE session_id = ? AND ref_seq = ?",
        (session_id, seq),
    )
