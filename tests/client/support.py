"""Phones for the tests, and what must be true of them in the end."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from catchup_client import Client, Encoding, Settings, Store
from tests.client.fake_server import FakeServer, token
from tests.client.virtual_time import timing

TRANSPORTS = ("websocket", "http")


def both_transports(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test with phones over sockets, and with phones over HTTP."""
    marked = pytest.mark.parametrize("transport", TRANSPORTS, indirect=True)(test)
    return pytest.mark.usefixtures("transport")(marked)


class QuickConnection(sqlite3.Connection):
    """A database that doesn't wait for the disk: the tests kill processes, not the power."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        super().execute("PRAGMA synchronous = OFF")

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = FULL", "synchronous = OFF"), parameters)


def open_quickly(path: str) -> sqlite3.Connection:
    """Open a store's file."""
    return sqlite3.connect(path, isolation_level=None, timeout=0.0, factory=QuickConnection)


def quick_store(path: Path | str) -> Store:
    """Return a store that doesn't wait for the disk."""
    return Store(path, open_quickly)


@asynccontextmanager
async def phone(
    server: FakeServer,
    path: Path,
    uid: str = "bob",
    device: str = "phone",
    *,
    encoding: Encoding = Encoding.JSON,
    settings: Settings = Settings(page_limit=5),
    seed: int = 0,
    **options: Any,
) -> AsyncIterator[Client]:
    """Run a client of the fake server."""
    store = quick_store(path / f"{uid}-{device}.sqlite")
    options.setdefault("token", token(uid, device))
    options.setdefault("dial", server.dialer())
    try:
        async with Client(
            "ws://fake", store=store, encoding=encoding, settings=settings, timing=timing(seed), **options
        ) as client:
            yield client
    finally:
        store.close()


async def hear(server: FakeServer, client: Client) -> None:
    """Let a phone learn of what is new: over HTTP it must ask, because no pushes come."""
    if server.transport == "http":
        await client.catch_up()


async def until(true: Callable[[], bool], seconds: float = 600.0) -> None:
    """Wait, on the virtual clock, until something is true."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.05)


def texts(client: Client, session_id: str) -> list[str]:
    """Return what a phone shows of a session, the oldest first."""
    return [message.content["message"] for message in reversed(client.messages(session_id, limit=10_000))]


def unread(client: Client, session_id: str) -> int:
    """Return the red dot of a session."""
    return {state.session_id: state.unread for state in client.sessions()}.get(session_id, 0)  # type: ignore[call-overload]


def settled(server: FakeServer, uid: str) -> bool:
    """Tell whether the server has heard that all is saved and counted.

    A message with `ackFlg` 0 whose push arrived may wait as well, until its session is pulled.
    """
    boxes = {session_id: box for (owner, session_id), box in server.state.boxes.items() if owner == uid}
    to_ack = any(message["ackFlg"] for box in boxes.values() for message in box.offline.values())
    return not to_ack and not any(server.state.unread(uid, session_id) for session_id in boxes)


def assert_nothing_lost(server: FakeServer, client: Client, uid: str = "bob") -> None:
    """Check that a phone holds every message, each once, under its seq, and has counted those from others once."""
    for session_id, talk in server.state.talks.items():
        if session_id.startswith("p:") and uid not in session_id.split(":")[1:]:
            continue
        held = {message.seq: message for message in client.messages(session_id, limit=10_000)}
        readable = server.state.groups.readable(uid, session_id) if session_id.startswith("g:") else talk.messages
        said = {message["seq"]: message for message in readable}
        assert sorted(held) == sorted(said)
        assert all(held[seq].msg_id == said[seq]["msgId"] and held[seq].content == said[seq]["msg"] for seq in said)
        counting = server.state.groups.counting(uid, session_id) if session_id.startswith("g:") else talk.messages
        from_others = [message for message in counting if message["from"] != uid and not message.get("quiet")]
        assert unread(client, session_id) == len(from_others), f"{session_id}: the red dot is wrong"
        assert client.gaps(session_id) == []
