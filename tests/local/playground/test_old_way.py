"""The server of the old kind: it pushes all that waits, as the service's own pushes are, and changes nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import websockets

from catchup_client import Client
from local.options import Options
from local.playground.rows import seed
from local.stack import LocalStack

pytestmark = pytest.mark.asyncio(loop_scope="module")
# More than one page of the offline store, and than one ack.
WAITING = 250


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        await asyncio.to_thread(seed, running, "bob", WAITING)
        yield running


async def frames_of(socket: aiohttp.ClientWebSocketResponse, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(30):
        return [json.loads(await socket.receive_str()) for _ in range(count)]


async def ack(socket: aiohttp.ClientWebSocketResponse, frames: list[dict[str, Any]]) -> None:
    await socket.send_json({"cmd": "ack", "body": {"msgIds": [frame["body"]["msgId"] for frame in frames]}})


async def test_it_pushes_each_message_once_and_closes_when_all_are_acked(stack: LocalStack) -> None:
    """Twice, since what waits goes on waiting."""
    for _ in range(2):
        async with (
            aiohttp.ClientSession(stack.http_url) as http,
            http.ws_connect("/playground/old-way?uid=bob", compress=15) as socket,
        ):
            assert not socket.compress, "as API Gateway, it compresses nothing"
            frames = await frames_of(socket, WAITING)
            places = [(frame["body"]["sessionId"], frame["body"]["seq"]) for frame in frames]
            assert len(set(places)) == WAITING
            assert places == sorted(places), "the oldest of a session first"
            await ack(socket, frames[:100])
            await ack(socket, frames[100:])
            async with asyncio.timeout(30):
                assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            assert socket.close_code == 1000


async def test_somebody_for_whom_nothing_waits_gets_nothing(stack: LocalStack) -> None:
    async with (
        aiohttp.ClientSession(stack.http_url) as http,
        http.ws_connect("/playground/old-way?uid=nobody") as socket,
    ):
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize("answer", ["", "[]", "{", '{"body": {"msgIds": 7}}', '{"body": []}'])
async def test_what_is_no_ack_ends_the_connection_and_not_the_stack(stack: LocalStack, answer: str) -> None:
    async with (
        aiohttp.ClientSession(stack.http_url) as http,
        http.ws_connect("/playground/old-way?uid=bob") as socket,
    ):
        await socket.send_str(answer)
        await frames_of(socket, WAITING)
        async with asyncio.timeout(30):
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_a_page_that_leaves_ends_its_own_push_alone(stack: LocalStack) -> None:
    async with aiohttp.ClientSession(stack.http_url) as http:
        async with http.ws_connect("/playground/old-way?uid=bob") as leaving:
            await frames_of(leaving, 1)
        leaving._response.close()
        async with http.ws_connect("/playground/old-way?uid=bob") as staying:
            assert len(await frames_of(staying, WAITING)) == WAITING


async def test_its_frames_are_those_that_the_service_pushes_live(stack: LocalStack, tmp_path: Path) -> None:
    """Of the same message: carol is online, so she gets it live; it waits until she acks it."""
    headers = {"Authorization": f"Bearer {stack.token('carol')}"}
    async with websockets.connect(
        stack.url, additional_headers=headers, subprotocols=[websockets.Subprotocol("catchup.json.v1")], proxy=None
    ) as carol:
        await carol.send(json.dumps({"cmd": "login", "reqId": "1"}))
        async with asyncio.timeout(30):
            assert json.loads(await carol.recv())["code"] == "OK"
        async with Client(stack.url, stack.token("dave"), tmp_path / "dave.sqlite") as dave:
            await dave.send("carol", {"message": "hello", "more": [1, 0.5, None]})
        async with asyncio.timeout(30):
            live = json.loads(await carol.recv())
    async with (
        aiohttp.ClientSession(stack.http_url) as http,
        http.ws_connect("/playground/old-way?uid=carol") as socket,
    ):
        (waiting,) = await frames_of(socket, 1)
    assert waiting.pop("time") <= live.pop("time")
    assert waiting == live
