"""The unread messages that mention the account: saved ones say it themselves; for the others a counter has said it."""

import sqlite3
from collections.abc import Iterable

from catchup_client.names import Seq, SessionId, Uid
from catchup_client.store.sessions import SessionRow

MAX_SEQ = Seq(2**53 - 1)


def add(db: sqlite3.Connection, session_id: SessionId, seqs: Iterable[Seq]) -> None:
    """Note the mentions that a counter has listed."""
    db.executemany("INSERT OR IGNORE INTO mention (session_id, seq) VALUES (?, ?)", [(session_id, seq) for seq in seqs])


def forget(db: sqlite3.Connection, session_id: SessionId, up_to: Seq = MAX_SEQ) -> None:
    """Forget the listed mentions up to this seq."""
    db.execute("DELETE FROM mention WHERE session_id = ? AND seq <= ?", (session_id, up_to))


def forget_one(db: sqlite3.Connection, session_id: SessionId, seq: Seq) -> None:
    """Forget a listed mention."""
    db.execute("DELETE FROM mention WHERE session_id = ? AND seq = ?", (session_id, seq))


def block(db: sqlite3.Connection, uids: Iterable[Uid], *, is_all: bool = False) -> None:
    """Note whom the account has blocked: these people mention it in vain. `is_all`: nobody else is blocked."""
    if is_all:
        db.execute("DELETE FROM blocked")
    db.executemany("INSERT OR IGNORE INTO blocked (uid) VALUES (?)", [(uid,) for uid in uids])


def unblock(db: sqlite3.Connection, uid: Uid) -> None:
    """Note that a person is not blocked any more."""
    db.execute("DELETE FROM blocked WHERE uid = ?", (uid,))


def unread(db: sqlite3.Connection, row: SessionRow) -> list[Seq]:
    """Return the unread messages that mention the account, ascending."""
    told = db.execute(
        "SELECT seq FROM mention WHERE session_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM message WHERE message.session_id = mention.session_id AND message.seq = mention.seq)",
        (row.session_id,),
    )
    saved = db.execute(
        "SELECT seq, number FROM message WHERE session_id = ? AND mentions_me = 1"
        " AND sender NOT IN (SELECT uid FROM blocked)",
        (row.session_id,),
    )
    counted = [seq for seq, number in saved if any(number in added for added in row.count.added)]
    return sorted(map(Seq, [*(seq for (seq,) in told), *counted]))
