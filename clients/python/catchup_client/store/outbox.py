"""The table of messages to send: inserted before the first attempt, deleted when the server has stored them."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from catchup_client.names import MsgId, Seq, SessionId
from catchup_client.protocol.codes import Code
from catchup_client.protocol.model import Outgoing

_COLUMNS = (
    "msg_id, session_id, recipient, content, wants_ack, time_ms, chat_type, refused_code, refused_why, at, at_all,"
    " source_session, source_seq"
)

# A message whose file is not uploaded yet does not hold up those after it.
_READY = "refused_code IS NULL AND msg_id NOT IN (SELECT msg_id FROM upload)"


@dataclass(frozen=True, slots=True)
class Queued:
    """One message in the outbox."""

    message: Outgoing
    """Its content lacks `key` while its file is not uploaded."""
    refused: Code | None = None
    """If set, it is not sent again: the server holds it for review (HELD), or will never take it as it is."""
    refused_why: str = ""


def insert(db: sqlite3.Connection, message: Outgoing) -> bool:
    """Put a message at the end of the outbox; False if its id is already there."""
    cursor = db.execute(
        "INSERT OR IGNORE INTO outbox (msg_id, session_id, recipient, content, wants_ack, time_ms, chat_type,"
        " at, at_all, source_session, source_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message.msg_id,
            message.session_id,
            message.recipient,
            json.dumps(message.content),
            message.wants_ack,
            message.time_ms,
            message.chat_type,
            json.dumps(message.at),
            message.at_all,
            *(message.source or (None, None)),
        ),
    )
    return cursor.rowcount > 0


def head(db: sqlite3.Connection, session_id: SessionId) -> Outgoing | None:
    """Return the message of a session that is to be sent next."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE session_id = ? AND {_READY} ORDER BY position LIMIT 1",
        (session_id,),
    ).fetchone()
    return None if row is None else _queued(row).message


def waiting(db: sqlite3.Connection, session_id: SessionId) -> list[MsgId]:
    """Return the messages of a session that are to be sent, in order."""
    rows = db.execute(f"SELECT msg_id FROM outbox WHERE session_id = ? AND {_READY} ORDER BY position", (session_id,))
    return [MsgId(msg_id) for (msg_id,) in rows]


def waiting_sessions(db: sqlite3.Connection) -> list[SessionId]:
    """Return the sessions that have something to send, the longest waiting first."""
    rows = db.execute(f"SELECT session_id FROM outbox WHERE {_READY} GROUP BY session_id ORDER BY min(position)")
    return [SessionId(row[0]) for row in rows]


def everything(db: sqlite3.Connection) -> list[Queued]:
    """Return all that is in the outbox, in the order of sending."""
    return [_queued(row) for row in db.execute(f"SELECT {_COLUMNS} FROM outbox ORDER BY position")]


def refuse(db: sqlite3.Connection, msg_id: MsgId, code: Code, why: str) -> None:
    """Note that the server will never accept this message, or holds it for review; the messages after it are sent."""
    db.execute("UPDATE outbox SET refused_code = ?, refused_why = ? WHERE msg_id = ?", (code, why, msg_id))


def put_content(db: sqlite3.Connection, message: Outgoing) -> None:
    """Replace the content of a message that was not tried yet."""
    db.execute("UPDATE outbox SET content = ? WHERE msg_id = ?", (json.dumps(message.content), message.msg_id))


def release(db: sqlite3.Connection, msg_id: MsgId) -> None:
    """Take out a message that was held for review and is in its session now."""
    db.execute("DELETE FROM outbox WHERE msg_id = ? AND refused_code = ?", (msg_id, Code.HELD))


def delete(db: sqlite3.Connection, msg_id: MsgId) -> bool:
    """Take a message out; tell whether it was there."""
    return db.execute("DELETE FROM outbox WHERE msg_id = ?", (msg_id,)).rowcount > 0


def _queued(row: tuple[Any, ...]) -> Queued:
    msg_id, session_id, recipient, content, wants_ack, time_ms, chat_type, refused, why, at, at_all, *source = row
    message = Outgoing(
        msg_id=MsgId(msg_id),
        session_id=SessionId(session_id),
        recipient=recipient,
        content=json.loads(content),
        wants_ack=bool(wants_ack),
        time_ms=time_ms,
        chat_type=chat_type,
        at=tuple(json.loads(at)),
        at_all=bool(at_all),
        source=None if source[0] is None else (SessionId(source[0]), Seq(source[1])),
    )
    return Queued(message, None if refused is None else Code(refused), why)
