"""What the person has chosen about receipts: one value of the table `meta`."""

import json
import sqlite3
from dataclasses import replace

from catchup_client.protocol.receipts import NOT_CHOSEN, ReceiptsChoice
from catchup_client.store.session_settings import MAX_AHEAD_MS

_KEY = "receipts"


def get(db: sqlite3.Connection) -> ReceiptsChoice:
    """Return what holds, as far as this device knows."""
    return _read(db)[0]


def is_due(db: sqlite3.Connection) -> bool:
    """Tell whether the server is to be told."""
    return _read(db)[1]


def put(db: sqlite3.Connection, choice: ReceiptsChoice, *, due: bool = False) -> None:
    """Save a choice; `due`: the server is to be told."""
    value = json.dumps([choice.on, choice.changed_at_ms, choice.off_for_all, due])
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_KEY, value))


def take(db: sqlite3.Connection, told: ReceiptsChoice) -> bool:
    """Save what the server tells, unless this device has a later choice; tell whether that changes anything.

    Answers and pushes overtake one another. Whether receipts are off for all is the deployment's choice: it has no
    time.
    """
    held, _ = _read(db)
    is_ours = not (told.off_for_all or held.off_for_all)
    if is_ours and held.changed_at_ms > told.changed_at_ms:
        return False
    put(db, told)
    return told != held


def redate(db: sqlite3.Connection, now_ms: int) -> None:
    """Give a choice that is dated too far in the future a new time: the clock was ahead."""
    held, due = _read(db)
    if due and held.changed_at_ms > now_ms + MAX_AHEAD_MS:
        put(db, replace(held, changed_at_ms=now_ms), due=True)


def forget(db: sqlite3.Connection) -> None:
    """Forget it: it belongs to a data set."""
    db.execute("DELETE FROM meta WHERE key = ?", (_KEY,))


def _read(db: sqlite3.Connection) -> tuple[ReceiptsChoice, bool]:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    if row is None:
        return NOT_CHOSEN, False
    on, changed_at_ms, off_for_all, due = json.loads(row[0])
    return ReceiptsChoice(on, changed_at_ms, off_for_all), due
