"""What the store does if the server has another data set: it keeps a copy of itself, and starts empty."""

import sqlite3

from catchup_client.protocol.codes import Code
from catchup_client.store import receipts
from catchup_client.store.database import Database

KEPT_TABLES = ("meta", "outbox", "upload")
"""The owner, the outbox and the files for it are the same for every data set."""


def epoch_of(database: Database) -> str | None:
    """Return the identity of the data set that the store was filled from, None before the first login."""
    row = database.reading.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
    return None if row is None else str(row[0])


def put_epoch(db: sqlite3.Connection, epoch: str) -> None:
    """Note which data set the store is filled from, from now on."""
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('epoch', ?)", (epoch,))


def forget_all(db: sqlite3.Connection) -> None:
    """Empty all tables but the KEPT_TABLES.

    Messages held for review are sent again, because the new data set doesn't have them. Refused ones stay refused.
    """
    db.execute("DELETE FROM meta WHERE key = 'since'")
    receipts.forget(db)
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for name in names:
        if name not in KEPT_TABLES and not name.startswith("sqlite_"):
            db.execute(f'DELETE FROM "{name}"')
    db.execute("UPDATE outbox SET refused_code = NULL, refused_why = '' WHERE refused_code = ?", (Code.HELD,))
