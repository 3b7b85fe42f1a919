"""The table of messages: saved once per (session, seq), whatever frame brought them."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catchup_client.names import MsgId, Seq, SessionId, Uid, is_group
from catchup_client.protocol.counting import Counted
from catchup_client.protocol.gaps import Range, left_out, subtract
from catchup_client.protocol.model import Message

FINAL_ANSWERS = 2
"""So many answers of history that leave a seq out make it a hole for good. The first may come from a replica that
doesn't have a message of the last second yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the table knows of a message that is already saved."""

    msg_id: MsgId
    counted: Counted


def find(db: sqlite3.Connection, session_id: SessionId, seq: Seq) -> Found | None:
    """Return what is saved under this number."""
    row = db.execute(
        "SELECT msg_id, counted FROM message WHERE session_id = ? AND seq = ?", (session_id, seq)
    ).fetchone()
    return None if row is None else Found(MsgId(row[0]), Counted(row[1]))


def is_saved(db: sqlite3.Connection, sender: Uid | None, msg_id: MsgId) -> bool:
    """Tell whether a message is saved, by its sender and msgId. Scans the whole table: only for rare cases."""
    found = db.execute("SELECT 1 FROM message WHERE sender = ? AND msg_id = ? LIMIT 1", (sender, msg_id))
    return found.fetchone() is not None


def insert(db: sqlite3.Connection, message: Message, counted: Counted, *, to_ack: bool) -> None:
    """Save a new message."""
    db.execute(
        "INSERT INTO message (session_id, seq, msg_id, sender, recipient, chat_type, wants_ack, time_ms,"
        " server_time_ms, version, content, counted, to_ack, at, at_all, kind)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            message.version,
            json.dumps(message.content),
            counted,
            to_ack,
            json.dumps(message.at),
            message.at_all,
            message.kind,
        ),
    )


def mark_seen_again(db: sqlite3.Connection, message: Message, counted: Counted, *, to_ack: bool) -> None:
    """Note that a saved message came once more; the server may then want its ack once more, too."""
    db.execute(
        "UPDATE message SET counted = ?, to_ack = max(to_ack, ?) WHERE session_id = ? AND seq = ?",
        (counted, to_ack, message.session_id, message.seq),
    )


def mark_read(db: sqlite3.Connection, session_id: SessionId) -> None:
    """Note that what pushes had added to `unread` has been read."""
    # A literal, as only that lets SQLite use the partial index.
    db.execute(
        f"UPDATE message SET counted = ? WHERE session_id = ? AND counted = {int(Counted.BY_PUSH)}",
        (Counted.BY_PUSH_THEN_READ, session_id),
    )


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
        "SELECT seq, msg_id, sender, recipient, chat_type, wants_ack, time_ms, server_time_ms, version, content, at,"
        " at_all, kind FROM message WHERE session_id = ? AND seq < coalesce(?, 9223372036854775807)"
        " ORDER BY seq DESC LIMIT ?",
        (session_id, before, limit),
    )
    return [_message(session_id, *row) for row in rows]


def _message(
    session_id: SessionId,
    seq: int,
    msg_id: str,
    sender: str,
    recipient: str,
    chat_type: int,
    wants_ack: int,
    time_ms: int,
    server_time_ms: int,
    version: int,
    content: str,
    at: str,
    at_all: int,
    kind: str,
) -> Message:
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
        version=version,
        content=json.loads(content),
        at=tuple(json.loads(at)),
        at_all=bool(at_all),
        kind=kind,
    )


def bounds(db: sqlite3.Connection, session_id: SessionId) -> Range | None:
    """Return the lowest and the highest saved seq, None if no message is saved."""
    # Two subqueries, because SQLite answers only a lone min() or max() from the index.
    low, high = db.execute(
        "SELECT (SELECT min(seq) FROM message WHERE session_id = :id),"
        " (SELECT max(seq) FROM message WHERE session_id = :id)",
        {"id": session_id},
    ).fetchone()
    return None if low is None else Range(Seq(low), Seq(high))


def count(db: sqlite3.Connection, session_id: SessionId) -> int:
    """Return how many messages of a session are saved."""
    total: int = db.execute("SELECT count(*) FROM message WHERE session_id = ?", (session_id,)).fetchone()[0]
    return total


def gaps(db: sqlite3.Connection, session_id: SessionId, *, floor: Seq, last: Seq, whole: bool = True) -> list[Range]:
    """Return the seqs that are lacking from `floor` up to `last`, ascending.

    Without `whole`, a private session is searched only above its lowest saved seq: what is older may have been read
    on another device.
    """
    span = bounds(db, session_id)
    below = Range(Seq(1), Seq(span.low - 1 if span else last))
    missing = [below] if len(below) and (whole or is_group(session_id)) else []
    rows = db.execute(
        "SELECT seq + 1, following - 1 FROM"
        " (SELECT seq, lead(seq, 1, max(?, ?) + 1) OVER (ORDER BY seq) AS following FROM message WHERE session_id = ?)"
        " WHERE following > seq + 1 ORDER BY seq",
        (last, span.high if span else 0, session_id),
    )
    missing += [Range(Seq(low), Seq(high)) for low, high in rows]
    final = db.execute(
        "SELECT low, high FROM hole WHERE session_id = ? AND answers >= ? ORDER BY low", (session_id, FINAL_ANSWERS)
    )
    removed = [Range(Seq(1), Seq(floor - 1))] if floor > 1 else []
    return subtract(subtract(missing, removed), [Range(Seq(low), Seq(high)) for low, high in final])


def others(db: sqlite3.Connection, session_id: SessionId, me: Uid | None, most: int) -> int:
    """Return how many messages of others are saved, at most `most`: counting stops there."""
    found: int = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM message WHERE session_id = ? AND sender IS NOT ? LIMIT ?)",
        (session_id, me, most),
    ).fetchone()[0]
    return found


def lacking(db: sqlite3.Connection, session_id: SessionId, within: Range) -> list[Range]:
    """Return which of these seqs are not saved, ascending."""
    rows = db.execute(
        "SELECT seq FROM message WHERE session_id = ? AND seq BETWEEN ? AND ?", (session_id, within.low, within.high)
    )
    return left_out(within, [Seq(row[0]) for row in rows])


def add_hole(db: sqlite3.Connection, session_id: SessionId, hole: Range) -> None:
    """Note that history has left these seqs out once more."""
    db.execute(
        "INSERT INTO hole (session_id, low, high) VALUES (?, ?, ?)"
        " ON CONFLICT (session_id, low, high) DO UPDATE SET answers = answers + 1",
        (session_id, hole.low, hole.high),
    )
