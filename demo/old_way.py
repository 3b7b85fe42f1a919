"""Measures the old way: at login the server pushes all waiting messages, and the phone saves them before its first
screen.

The server reads the same rows as Catchup, and sends the frames that Catchup would have pushed, in batches. The phone
saves each batch in its database and acknowledges it before it gets the next one. The real system had more work: here
no function runs between server and phone, and nothing is drawn.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Numbers, Place
from catchup.domain.presence import Encoding
from catchup.storage.tables import pair_of
from catchup.wire.codec import encode
from catchup.wire.messages import decode_payload
from catchup.wire.pushes import message_push
from demo.group_check import SESSION
from local.aws import client
from local.stack import LocalStack

BATCH = 50
SCHEMA = """
CREATE TABLE message (session TEXT, seq INTEGER, frame TEXT, PRIMARY KEY (session, seq)) WITHOUT ROWID;
CREATE TABLE session (id TEXT PRIMARY KEY, unread INTEGER);
"""


@dataclass(frozen=True, slots=True)
class OldWay:
    """The result of the old way. `seconds`: from the login until the last message is saved and acknowledged."""

    messages: int
    frames: int
    bytes: int
    seconds: float


async def the_old_way(stack: LocalStack, joined: Seq, folder: Path) -> OldWay:
    """Pushes all messages that wait for Bob: from friends, and from the group since he joined. It deletes none."""

    async def push(phone: ServerConnection) -> None:
        await phone.recv()  # the login
        waiting = await asyncio.to_thread(_waiting, stack, joined)
        while batch := list(islice(waiting, BATCH)):
            await phone.send(json.dumps(batch, ensure_ascii=False))
            await phone.recv()

    database = sqlite3.connect(folder / "old.sqlite", check_same_thread=False)
    try:
        database.executescript(SCHEMA)
        async with serve(push, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            return await _phone(f"ws://127.0.0.1:{port}", database)
    finally:
        database.close()


async def _phone(url: str, database: sqlite3.Connection) -> OldWay:
    started, messages, frames, size = time.perf_counter(), 0, 0, 0
    async with connect(url) as server:
        await server.send(json.dumps({"cmd": "login"}))
        async for frame in server:
            assert isinstance(frame, str)
            batch = [json.loads(message) for message in json.loads(frame)]
            messages, frames, size = messages + len(batch), frames + 1, size + len(frame.encode())
            await asyncio.to_thread(_save, database, batch)
            await server.send(json.dumps({"cmd": "ack", "msgIds": [each["body"]["msgId"] for each in batch]}))
    return OldWay(messages, frames, size, time.perf_counter() - started)


def _save(database: sqlite3.Connection, batch: Sequence[Mapping[str, Any]]) -> None:
    with database:
        for frame in batch:
            body = frame["body"]
            row = (body["sessionId"], body["seq"], json.dumps(frame))
            database.execute("INSERT OR IGNORE INTO message VALUES (?, ?, ?)", row)
            database.execute(
                "INSERT INTO session VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET unread = unread + 1", row[:1]
            )


def _waiting(stack: LocalStack, joined: Seq) -> Iterator[str]:
    """The frames to push, oldest first within a session."""
    private = _rows(stack, "InboxTable", "uid = :u", {":u": {"S": "bob"}})
    group = _rows(
        stack,
        "MessageTable",
        "sessionId = :s AND seq >= :j",
        {":s": {"S": SESSION}, ":j": {"N": str(joined)}},
    )
    places = [(*each["key"]["S"].rsplit("#", 1), each) for each in private]
    places += [(SESSION, each["seq"]["N"], each) for each in group]
    messages = [
        decode_payload(row["payload"]["B"], SessionId(of), Place(Seq(int(seq)), Numbers(*pair_of(row["before"]["S"]))))
        for of, seq, row in places
    ]
    return iter([encode(message_push(each, each.accepted_at_ms), Encoding.JSON) for each in messages])


def _rows(stack: LocalStack, table: str, where: str, values: Mapping[str, Any]) -> list[Any]:
    dynamodb: Any = client("dynamodb", stack.engine.dynamodb, stack.options.region)
    pages = dynamodb.get_paginator("query").paginate(
        TableName=stack.tables[table], KeyConditionExpression=where, ExpressionAttributeValues=values
    )
    return [item for page in pages for item in page["Items"]]
