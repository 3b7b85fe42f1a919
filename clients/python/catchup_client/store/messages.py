"""The table of messages. Each is saved once per (session, seq), whichever frame has brought it."""

import json
import sqlite3
from collections.abc import Collection, Iterable

from catchup_client.names import MsgId, Number, Seq, SessionId, Uid, is_group
from catchup_client.protocol.model import Message, Ref
from catchup_client.protocol.ranges import Range, subtract
from catchup_client.store.sessions import SessionRow

FINAL_ANSWERS = 2
"""After so many answers of history without a seq, it counts as unreadable. The first answer may come from a replica
that doesn't have a message of the last second yet."""

COLUMNS = (
    "seq, msg_id, sender, recipient, chat_type, wants_ack, time_ms, server_time_ms, number, quiet, version,"
    " content, at, at_all, kind, recalled, revised, ref_seq, ref_number, ref_uid, hidden"
)


def find(db: sqlite3.Connection, session_id: SessionId, seq: Seq) -> Message | None:
    """Return the message that is saved at this seq, None if there is none."""
    where = "session_id = ? AND seq = ?"
    row = db.execute(f"SELECT {COLUMNS} FROM message WHERE {where}", (session_id, seq)).fetchone()
    return None if row is None else as_message(session_id, *row)


def is_saved(db: sqlite3.Connection, sender: Uid | None, msg_id: MsgId) -> bool:
    """Tell whether a message is saved, by its sender and msgId. Scans the whole table: only for rare cases."""
    found = db.execute("SELECT 1 FROM message WHERE sender = ? AND msg_id = ? LIMIT 1", (sender, msg_id))
    return found.fetchone() is not None


def insert(db: sqlite3.Connection, message: Message, *, to_ack: bool, mentions_me: bool) -> None:
    """Save a new message."""
    db.execute(
        "INSERT INTO message (session_id, seq, msg_id, sender, recipient, chat_type, wants_ack, time_ms,"
        " server_time_ms, number, quiet, version, content, to_ack, at, at_all, kind, mentions_me, recalled, revised,"
        " ref_seq, ref_number, ref_uid, hidden)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message.session_id,
            message.seq,
            message.msg_id,
            message.sender,
            message.recipient,
            message.chat_type,
            message.wants_ack,
            message.time_ms,
            message.server_time_ms,
            message.number,
            message.quiet,
            message.version,
            json.dumps(message.content),
            to_ack,
            json.dumps(message.at),
            message.at_all,
            message.kind,
            mentions_me,
            message.recalled,
            message.revised,
            *((message.ref.seq, message.ref.number, message.ref.uid) if message.ref else (None, None, None)),
            message.hidden,
        ),
    )


def must_be_acked(db: sqlite3.Connection, message: Message) -> None:
    """Note that a saved message came once more, so it must be acked once more."""
    db.execute("UPDATE message SET to_ack = 1 WHERE session_id = ? AND seq = ?", (message.session_id, message.seq))


def settle(db: sqlite3.Connection, session_id: SessionId, seqs: Iterable[Seq]) -> None:
    """Note that the server has confirmed these acks."""
    db.executemany(
        "UPDATE message SET to_ack = 0 WHERE session_id = ? AND seq = ?", [(session_id, seq) for seq in seqs]
    )


def to_ack(
    db: sqlite3.Connection, limit: int, *, only: SessionId | None = None, skip: Collection[SessionId] = ()
) -> list[tuple[SessionId, Seq]]:
    """Return messages that are saved and not yet acked, by session, the newest of each first."""
    wheres, values = ["to_ack = 1"], list[str]()
    if only is not None:
        wheres.append("session_id = ?")
        values.append(only)
    elif skip:
        wheres.append(f"session_id NOT IN ({', '.join('?' * len(skip))})")
        values.extend(skip)
    rows = db.execute(
        f"SELECT session_id, seq FROM message WHERE {' AND '.join(wheres)} ORDER BY session_id, seq DESC LIMIT ?",
        (*values, limit),
    )
    return [(SessionId(row[0]), Seq(row[1])) for row in rows]


def page(db: sqlite3.Connection, session_id: SessionId, before: Seq | None, limit: int) -> list[Message]:
    """Return saved messages of a session, newest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM message WHERE session_id = ? AND seq < coalesce(?, 9223372036854775807)"
        " ORDER BY seq DESC LIMIT ?",
        (session_id, before, limit),
    )
    return [as_message(session_id, *row) for row in rows]


def as_message(
    session_id: SessionId,
    seq: int,
    msg_id: str,
    sender: str,
    recipient: str,
    chat_type: int,
    wants_ack: int,
    time_ms: int,
    server_time_ms: int,
    number: int,
    quiet: int,
    version: int,
    content: str,
    at: str,
    at_all: int,
    kind: str,
    recalled: int,
    revised: int,
    ref_seq: int | None,
    ref_number: int | None,
    ref_uid: str | None,
    hidden: int,
) -> Message:
    """Return the message of a row of COLUMNS."""
    return Message(
        session_id=session_id,
        seq=Seq(seq),
        msg_id=MsgId(msg_id),
        sender=Uid(sender),
        recipient=recipient,
        chat_type=chat_type,
        wants_ack=bool(wants_ack),
        time_ms=time_ms,
        server_time_ms=server_time_ms,
        number=Number(number),
        quiet=bool(quiet),
        version=version,
        content=json.loads(content),
        at=tuple(json.loads(at)),
        at_all=bool(at_all),
        kind=kind,
        ref=None if ref_seq is None else Ref(Seq(ref_seq), Number(ref_number or 0), Uid(ref_uid or "")),
        recalled=bool(recalled),
        revised=Seq(revised),
        hidden=bool(hidden),
    )


def bounds(db: sqlite3.Connection, session_id: SessionId) -> Range | None:
    """Return the lowest and the highest saved seq, None if no message is saved."""
    # Two subqueries, because SQLite answers only a lone min() or max() from the index.
    low, high = db.execute(
        "SELECT (SELECT min(seq) FROM message WHERE session_id = :id),"
        " (SELECT max(seq) FROM message WHERE session_id = :id)",
        {"id": session_id},
    ).fetchone()
    return None if low is None else Range(low, high)


def count(db: sqlite3.Connection, session_id: SessionId) -> int:
    """Return how many messages of a session are saved."""
    total: int = db.execute("SELECT count(*) FROM message WHERE session_id = ?", (session_id,)).fetchone()[0]
    return total


def gaps(db: sqlite3.Connection, row: SessionRow, *, whole: bool = True) -> list[Range]:
    """Return the ranges of missing seqs from the floor of a session up to its last seq, ascending.

    Without `whole`, a private session is searched only above its lowest saved seq: older messages may have been read
    on another device.
    """
    session_id, floor, last = row.session_id, row.floor_seq, row.last_seq
    span = bounds(db, session_id)
    below = Range(1, span.low - 1 if span else last)
    missing = [below] if len(below) and (whole or is_group(session_id)) else []
    rows = db.execute(
        "SELECT seq + 1, following - 1 FROM"
        " (SELECT seq, lead(seq, 1, max(?, ?) + 1) OVER (ORDER BY seq) AS following FROM message WHERE session_id = ?)"
        " WHERE following > seq + 1 ORDER BY seq",
        (last, span.high if span else 0, session_id),
    )
    missing += [Range(low, high) for low, high in rows]
    final = db.execute(
        "SELECT low, high FROM hole WHERE session_id = ? AND answers >= ? ORDER BY low", (session_id, FINAL_ANSWERS)
    )
    removed = [Range(1, floor - 1)] if floor > 1 else []
    return subtract(subtract(missing, removed), [Range(low, high) for low, high in final])


def changes_above(db: sqlite3.Connection, session_id: SessionId, seq: Seq) -> list[Message]:
    """Return the saved changes of membership above a seq."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM message WHERE session_id = ? AND seq > ? AND kind = 'system'",
        (session_id, seq),
    )
    return [as_message(session_id, *row) for row in rows]


def numbers_of_others(db: sqlite3.Connection, session_id: SessionId, me: Uid | None) -> list[Number]:
    """Return the numbers of the saved messages that others have written."""
    rows = db.execute(
        "SELECT number FROM message WHERE session_id = ? AND quiet = 0 AND recalled = 0 AND sender IS NOT ?",
        (session_id, me),
    )
    return [Number(number) for (number,) in rows]


def add_hole(db: sqlite3.Connection, session_id: SessionId, hole: Range) -> None:
    """Note that history has left these seqs out once more."""
    db.execute(
        "INSERT INTO hole (session_id, low, high) VALUES (?, ?, ?)"
        " ON CONFLICT (session_id, low, high) DO UPDATE SET answers = answers + 1",
        (session_id, hole.low, hole.high),
    )


def has_counted_above(db: sqlite3.Connection, session_id: SessionId, seq: Seq, sender: Uid | None) -> bool:
    """Tell whether a counted message of this person with a higher seq is saved."""
    query = "SELECT 1 FROM message WHERE session_id = ? AND seq > ? AND sender = ? AND quiet = 0 LIMIT 1"
    return db.execute(query, (session_id, seq, sender)).fetchone() is not None
