"""The table of files to upload: a row comes with its message in the outbox, and goes when the message can be sent."""

import json
import sqlite3
from dataclasses import dataclass, replace

from catchup_client.names import MsgId
from catchup_client.protocol.model import Outgoing
from catchup_client.store import outbox


@dataclass(frozen=True, slots=True)
class FileToSend:
    """A file on this device, for one message."""

    path: str
    keep_metadata: bool
    parts: tuple[str, ...]
    """The SHA-256 of each part."""


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """A message in the outbox whose file is not uploaded yet. Its content lacks `key`."""

    message: Outgoing
    file: FileToSend
    upload_id: str = ""
    """Of an upload in parts that has begun."""


def insert(db: sqlite3.Connection, msg_id: MsgId, file: FileToSend) -> None:
    """Let a message in the outbox wait for its file."""
    db.execute(
        "INSERT INTO upload (msg_id, path, keep_metadata, parts, upload_id) VALUES (?, ?, ?, ?, '')",
        (msg_id, file.path, file.keep_metadata, json.dumps(file.parts)),
    )


def pending(db: sqlite3.Connection) -> list[PendingUpload]:
    """Return the files to upload, in the order of their messages."""
    rows = db.execute("SELECT msg_id, path, keep_metadata, parts, upload_id FROM upload").fetchall()
    if not rows:
        return []
    files = {
        msg_id: (FileToSend(path, bool(keep), tuple(json.loads(parts))), upload_id)
        for msg_id, path, keep, parts, upload_id in rows
    }
    return [
        PendingUpload(queued.message, *files[queued.message.msg_id])
        for queued in outbox.everything(db)
        if queued.message.msg_id in files
    ]


def begin(db: sqlite3.Connection, msg_id: MsgId, upload_id: str) -> None:
    """Note an upload in parts that has begun; "": it must begin again."""
    db.execute("UPDATE upload SET upload_id = ? WHERE msg_id = ?", (upload_id, msg_id))


def finish(db: sqlite3.Connection, message: Outgoing, key: str, mime: str) -> bool:
    """Let a message be sent: its file is there. Tell whether it still waited."""
    if not delete(db, message.msg_id):
        return False
    content = {**message.content, "key": key, "mime": mime}
    outbox.put_content(db, replace(message, content=content))
    return True


def delete(db: sqlite3.Connection, msg_id: MsgId) -> bool:
    """Forget a file; tell whether it was there."""
    return db.execute("DELETE FROM upload WHERE msg_id = ?", (msg_id,)).rowcount > 0
