"""@connections: how functions reach clients. Called with boto3, as a function calls it."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
import websockets

from tests.local.gateway.support import Running, running_gateway


async def connection_id(running: Running) -> str:
    """The id of the connection that was opened last."""
    event = await running.functions.event("connect")
    return str(event["requestContext"]["connectionId"])


async def test_a_post_reaches_the_client_as_text() -> None:
    """AWS documentation, "Use @connections commands in your backend service"."""
    async with running_gateway() as running, running.connect() as socket:
        await running.manage("post_to_connection", await connection_id(running), Data="grüezi".encode())
        assert await socket.recv() == "grüezi"


async def test_a_post_to_a_closed_connection_is_410_gone() -> None:
    """docs/platform.md: "boto3 raises `GoneException` only if the answer carries `x-amzn-ErrorType`"."""
    async with running_gateway() as running:
        async with running.connect():
            opened = await connection_id(running)
        await running.functions.event("disconnect")
        for operation, arguments in (("post_to_connection", {"Data": b"x"}), ("get_connection", {})):
            assert await running.error(operation, opened, **arguments) == ("GoneException", 410)
        assert await running.error("delete_connection", opened) == ("GoneException", 410)


async def test_a_post_to_a_connection_that_never_was_is_410_gone() -> None:
    """The id has the right form."""
    async with running_gateway() as running:
        error = await running.error("post_to_connection", "Xb3kzcPuPHcCF1g=", Data=b"x")
        assert error == ("GoneException", 410)


async def test_a_malformed_connection_id_is_400() -> None:
    """As AWS answers: "BadRequestException: Invalid connectionId" (dherault/serverless-offline, issue 749)."""
    async with running_gateway() as running:
        assert await running.error("post_to_connection", "nonsense", Data=b"x") == ("ClientError", 400)


async def test_a_post_during_the_connections_own_connect_is_410_gone() -> None:
    """docs/platform.md: "Posting to a connection during its own `$connect` gives 410"."""
    seen: list[Any] = []

    async def connect(event: dict[str, Any]) -> dict[str, Any]:
        own = event["requestContext"]["connectionId"]
        seen.append(await running.error("post_to_connection", own, Data=b"x"))
        return {"statusCode": 200}

    async with running_gateway({"connect": connect}) as running, running.connect():
        assert seen == [("GoneException", 410)]


async def test_a_post_of_more_than_128_kb_is_413() -> None:
    """AWS documentation, "Quotas": message payload size 128 KB."""
    async with running_gateway() as running, running.connect(max_size=None) as socket:
        own = await connection_id(running)
        await running.manage("post_to_connection", own, Data=b"x" * 128 * 1024)
        assert len(await socket.recv()) == 128 * 1024
        error = await running.error("post_to_connection", own, Data=b"x" * (128 * 1024 + 1))
        assert error == ("PayloadTooLargeException", 413)


async def test_a_client_that_does_not_read_is_429_in_the_end() -> None:
    """API Gateway Management API, LimitExceededException: "or the WebSocket client side buffer is full"."""
    async with running_gateway() as running, running.connect(max_queue=1) as socket:
        socket.transport.pause_reading()
        own = await connection_id(running)
        async with asyncio.timeout(10):
            while (error := await running.error("post_to_connection", own, Data=b"x" * 100_000)) == ("", 200):
                pass
        assert error == ("LimitExceededException", 429)
        socket.transport.abort()


async def test_an_unsigned_call_is_403() -> None:
    """AWS documentation: calls of @connections are authorised by IAM."""
    async with running_gateway() as running, running.connect(), aiohttp.ClientSession() as http:
        address = f"http://{running.address}/v1/@connections/{await connection_id(running)}"
        async with http.post(address, data=b"x") as response:
            assert response.status == 403
            assert response.headers["x-amzn-ErrorType"] == "ForbiddenException"


async def test_get_tells_when_the_connection_was_opened_and_last_active() -> None:
    """API Gateway Management API, GetConnection."""
    async with running_gateway() as running, running.connect(user_agent_header="test/1") as socket:
        own = await connection_id(running)
        first = await running.manage("get_connection", own)
        await asyncio.sleep(0.01)
        await socket.send("active")
        await running.functions.event("default")
        second = await running.manage("get_connection", own)
    assert first["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "test/1"}
    assert first["ConnectedAt"] == second["ConnectedAt"]
    assert first["LastActiveAt"] < second["LastActiveAt"]


async def test_delete_closes_the_connection_and_is_followed_by_disconnect() -> None:
    """API Gateway Management API, DeleteConnection: 204."""
    async with running_gateway() as running, running.connect() as socket:
        answer = await running.manage("delete_connection", await connection_id(running))
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()
        assert (await running.functions.event("disconnect"))["requestContext"]["disconnectStatusCode"] == 1000


async def test_a_push_keeps_an_idle_connection_open() -> None:
    """The idle time counts messages in both directions."""
    async with running_gateway(idle_seconds=0.6) as running, running.connect() as socket:
        own = await connection_id(running)
        for _ in range(3):
            await asyncio.sleep(0.35)
            await running.manage("post_to_connection", own, Data=json.dumps({"push": 1}).encode())
            await socket.recv()
