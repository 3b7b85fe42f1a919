"""A device changes between sockets and HTTP on the real local stack: nothing is lost, and nothing is counted twice.

These tests are of the Python library alone, because clients/web has no HTTP transport.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from catchup_client import Client, Encoding, Settings
from catchup_client.transports import TransportName
from local.options import Options
from local.stack import LocalStack
from tests.libraries.device import eventually
from tests.support.world import ROOT

SESSION = "p:alice:bob"
ROOM = "g:room"
QUICK = Settings(page_limit=3, backoff_base=0.05, backoff_cap=0.2, answer_timeout=5.0)


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


def phone(
    stack: LocalStack, uid: str, store: Path, transport: TransportName, encoding: Encoding = Encoding.JSON
) -> Client:
    url = stack.http_url if transport == "http" else stack.url
    return Client(url, stack.token(uid), store, transport=transport, encoding=encoding, settings=QUICK)


def held(client: Client, session_id: str) -> list[object]:
    """What a device shows of a session, oldest first, without what the server says."""
    messages = reversed(client.messages(session_id, limit=999))
    return [message.content["number"] for message in messages if message.kind != "system"]


def red_dots(client: Client) -> dict[str, int]:
    return {session.session_id: session.unread for session in client.sessions()}


async def test_changing_the_transport_loses_nothing_and_counts_nothing_twice(stack: LocalStack, tmp_path: Path) -> None:
    alices, bobs = tmp_path / "alice.sqlite", tmp_path / "bob.sqlite"
    unread = 0
    async with phone(stack, "alice", alices, "http", encoding=Encoding.PROTOBUF) as alice:
        await alice.create_group("Room", ["bob"], group="room")
    for turn, transport in enumerate(("http", "websocket", "http", "http", "websocket")):
        other: TransportName = "websocket" if turn % 2 else "http"
        async with phone(stack, "alice", alices, other) as alice:
            for number in range(4):
                await alice.send("bob", {"number": 10 * turn + number}, ack=number % 2 == 0)
                await alice.send(ROOM, {"number": 10 * turn + number})
        unread += 4
        encoding = list(Encoding)[turn % 2]
        async with phone(stack, "bob", bobs, transport, encoding=encoding) as bob:  # type: ignore[arg-type]
            await bob.catch_up()
            numbers = [10 * past + number for past in range(turn + 1) for number in range(4)]
            assert held(bob, SESSION) == held(bob, ROOM) == numbers
            assert red_dots(bob) == {SESSION: unread, ROOM: unread}
            if turn == 2:
                bob.mark_read(SESSION)
                bob.mark_read(ROOM)
                unread = 0

    async def shown(client: Client) -> dict[str, int]:
        return red_dots(client)

    # What was read over HTTP before the application ended is told by its next connection at the latest.
    async with (
        phone(stack, "bob", bobs, "http"),
        Client(stack.url, stack.token("bob", "another"), tmp_path / "another.sqlite") as another,
    ):
        await another.logged_in()
        await eventually({SESSION: unread, ROOM: unread}, shown, another)


async def test_a_message_that_is_sent_again_over_the_other_transport_is_stored_once(
    stack: LocalStack, tmp_path: Path
) -> None:
    places = []
    for number, transport in enumerate(("http", "websocket", "http")):
        store = tmp_path / f"{number}.sqlite"  # as if the device had never had the answer
        async with phone(stack, "alice", store, transport) as alice:  # type: ignore[arg-type]
            sent = await alice.send("bob", {"number": 1}, msg_id="m1")
            places.append((sent.session_id, sent.seq))
    assert places == [(SESSION, 1)] * 3


async def test_the_command_line_works_without_a_socket(stack: LocalStack, tmp_path: Path) -> None:
    async def told(uid: str, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "catchup_client",
            *arguments,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "clients/python"),
                "CATCHUP_URL": stack.http_url,
                "CATCHUP_TOKEN": stack.token(uid),
                "XDG_DATA_HOME": str(tmp_path),
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(30):
            output, _ = await process.communicate()
        return output.decode()

    http = ("--transport", "http")
    assert await told("alice", *http, "chat", "--to", "bob", "hello") == "sent: p:alice:bob #1\n"
    assert "p:alice:bob       1 unread" in await told("bob", "sessions", *http)
    assert "alice: hello" in await told("bob", *http, "catch-up")
