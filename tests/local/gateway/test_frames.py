"""What happens to a client's frames."""

import asyncio
import json
import time
from typing import Any

import pytest

from local.specs import RouteSpec
from tests.local.gateway.support import Running, echo, running_gateway

KB = 1024


async def closed_with(socket: Any) -> int | None:
    """The code of the server's close frame."""
    async with asyncio.timeout(5):
        await socket.wait_closed()
    code: int | None = socket.close_code
    return code


def frame(cmd: str, size: int) -> str:
    """A frame of exactly `size` bytes."""
    empty = json.dumps({"cmd": cmd, "x": ""})
    return json.dumps({"cmd": cmd, "x": "x" * (size - len(empty))})


async def route_of(running: Running, message: str) -> str:
    """The route that a message takes."""
    running.functions.events.clear()
    async with running.connect() as socket:
        await socket.send(message)
        for _ in range(1000):
            taken = set(running.functions.events) & {"default", "echo", "oneway"}
            if taken:
                return taken.pop()
            await asyncio.sleep(0.005)
    return "none"


async def test_the_route_is_what_the_selection_expression_finds() -> None:
    """AWS documentation, "Route selection expressions"."""
    async with running_gateway() as running:
        assert await route_of(running, '{"cmd": "echo"}') == "echo"
        assert await route_of(running, '{"cmd": "oneway"}') == "oneway"
        assert await route_of(running, '{"cmd": "echo", "x": ' + "9" * 5_000 + "}") == "echo"


@pytest.mark.parametrize(
    "message",
    [
        "not JSON",
        "[]",
        '"echo"',
        "{}",
        '{"cmd": "unknown"}',
        '{"cmd": null}',
        '{"cmd": 7}',
        '{"cmd": {"echo": 1}}',
        '{"CMD": "echo"}',
        '{"cmd": "$connect"}',
        '{"cmd": "$disconnect"}',
        '{"cmd": "echo", "deep": ' + "[" * 5_000 + "]" * 5_000 + "}",
    ],
)
async def test_what_is_not_json_or_has_no_route_takes_default(message: str) -> None:
    """docs/platform.md: "Not JSON, or no route: `$default`"; the routes for connections are no client's to choose."""
    async with running_gateway() as running:
        assert await route_of(running, message) == "default"


async def test_without_a_default_route_the_client_gets_an_error_frame() -> None:
    """AWS documentation, "$default": without it API Gateway returns an error."""
    async with running_gateway(routes=(RouteSpec("echo", "echo", True),)) as running, running.connect() as socket:
        await socket.send('{"cmd": "unknown"}')
        assert json.loads(await socket.recv())["message"] == "Forbidden"


async def test_the_answer_of_a_two_way_route_reaches_the_client() -> None:
    """AWS documentation, "Set up route responses"."""
    async with running_gateway({"echo": echo}) as running, running.connect() as socket:
        await socket.send('{"cmd": "echo", "x": "ü"}')
        assert await socket.recv() == '{"cmd": "echo", "x": "ü"}'


async def test_the_answer_of_a_route_without_a_response_is_dropped() -> None:
    """docs/platform.md: "A handler's return body reaches the client only if the route has a route response"."""
    async with running_gateway({"echo": echo, "oneway": echo}) as running, running.connect() as socket:
        await socket.send('{"cmd": "oneway"}')
        await running.functions.event("oneway")
        await socket.send('{"cmd": "echo"}')
        assert await socket.recv() == '{"cmd": "echo"}'


async def test_an_answer_without_a_body_sends_nothing() -> None:
    """There is nothing to send."""
    async with (
        running_gateway({"echo": echo, "default": lambda _: {"statusCode": 200}}) as running,
        running.connect() as socket,
    ):
        await socket.send("nothing")
        await running.functions.event("default")
        await socket.send('{"cmd": "echo"}')
        assert await socket.recv() == '{"cmd": "echo"}'


async def test_a_status_of_error_does_not_keep_the_body_from_the_client() -> None:
    """A route response passes the body on, whatever its status."""
    async with (
        running_gateway({"echo": lambda _: {"statusCode": 500, "body": "sorry"}}) as running,
        running.connect() as socket,
    ):
        await socket.send('{"cmd": "echo"}')
        assert await socket.recv() == "sorry"


@pytest.mark.parametrize("route", ["echo", "oneway"])
@pytest.mark.parametrize("answer", [None, "text", {"body": "no status"}, {"statusCode": 200, "body": {"a": 1}}])
async def test_a_handler_that_raises_or_answers_nonsense_gives_an_error_frame_and_stays_open(
    route: str, answer: Any
) -> None:
    """docs/platform.md: "A handler that raises: the client gets `{"message": "Internal server error", …}`"."""

    def handler(event: dict[str, Any]) -> Any:
        if answer is None:
            raise ValueError("a bug")
        return answer

    async with running_gateway({route: handler, "default": echo}) as running, running.connect() as socket:
        await socket.send(json.dumps({"cmd": route}))
        error = json.loads(await socket.recv())
        context = (await running.functions.event(route))["requestContext"]
        assert error == {
            "message": "Internal server error",
            "connectionId": context["connectionId"],
            "requestId": context["requestId"],
        }
        await socket.send("still there")
        assert await socket.recv() == "still there"


async def test_frames_of_one_connection_are_worked_on_at_once() -> None:
    """docs/platform.md: "Frames of one connection are invoked concurrently, in no order"."""
    second_arrived = asyncio.Event()

    async def handler(event: dict[str, Any]) -> dict[str, Any]:
        if "first" in event["body"]:
            await second_arrived.wait()
        else:
            second_arrived.set()
        return echo(event)

    async with running_gateway({"default": handler}) as running, running.connect() as socket:
        await socket.send("first")
        await socket.send("second")
        async with asyncio.timeout(5):
            assert {await socket.recv(), await socket.recv()} == {"first", "second"}


async def test_a_function_that_takes_too_long_gives_an_error_frame() -> None:
    """AWS documentation, "Quotas": integration timeout 29 s; the frame as on AWS."""
    async with (
        running_gateway({"default": lambda _: asyncio.sleep(60)}, integration_seconds=0.05) as running,
        running.connect() as socket,
    ):
        await socket.send("slow")
        assert json.loads(await socket.recv())["message"] == "Endpoint request timed out"


async def test_a_binary_frame_closes_with_1003() -> None:
    """docs/platform.md: "binary frame: close 1003"."""
    async with running_gateway() as running, running.connect() as socket:
        await socket.send(b"binary")
        assert await closed_with(socket) == 1003
        assert (await running.functions.event("disconnect"))["requestContext"]["disconnectStatusCode"] == 1003


async def test_a_frame_of_32_kb_is_the_largest() -> None:
    """AWS documentation, "Quotas": WebSocket frame size 32 KB."""
    async with running_gateway({"echo": echo}) as running, running.connect() as socket:
        largest = frame("echo", 32 * KB)
        await socket.send(largest)
        assert await socket.recv() == largest
        await socket.send(frame("echo", 32 * KB + 1))
        assert await closed_with(socket) == 1009
        assert (await running.functions.event("disconnect"))["requestContext"]["disconnectStatusCode"] == 1009


async def test_a_frame_of_a_megabyte_closes_with_1009() -> None:
    """However much of it is still on its way."""
    async with running_gateway() as running, running.connect() as socket:
        await socket.send(frame("echo", 1024 * KB))
        assert await closed_with(socket) == 1009


async def test_a_message_of_128_kb_in_several_frames_is_the_largest() -> None:
    """AWS documentation, "Quotas": message payload size 128 KB."""
    async with running_gateway({"echo": echo}) as running, running.connect(max_size=None) as socket:
        largest = frame("echo", 128 * KB)
        pieces = [largest[start : start + 32 * KB] for start in range(0, len(largest), 32 * KB)]
        await socket.send(pieces)
        assert await socket.recv() == largest
        await socket.send([*pieces, "x"])
        assert await closed_with(socket) == 1009


async def test_frames_that_arrive_in_crumbs_are_understood() -> None:
    """The watcher of frame sizes sees bytes as the network delivers them."""
    async with running_gateway({"echo": echo}) as running, running.connect() as socket:
        original = socket.transport.write
        socket.transport.write = lambda data: [original(bytes([each])) for each in data]
        for size in (200, 126, 30, 70):
            await socket.send(frame("echo", size))
            assert len(await socket.recv()) == size


async def test_a_connection_without_messages_is_closed_with_1001() -> None:
    """docs/platform.md: "idle 10 min (1001 "Going away")"."""
    async with running_gateway({"default": echo}, idle_seconds=0.3) as running, running.connect() as socket:
        started = time.monotonic()
        await asyncio.sleep(0.2)
        await socket.send("awake")
        assert await socket.recv() == "awake"
        assert await closed_with(socket) == 1001
        assert 0.4 < time.monotonic() - started < 2
        context = (await running.functions.event("disconnect"))["requestContext"]
        assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")


async def test_any_connection_is_closed_after_its_whole_time() -> None:
    """docs/platform.md: "2 h in all"."""
    async with running_gateway({"default": echo}, total_seconds=0.3) as running, running.connect() as socket:
        for _ in range(2):
            await asyncio.sleep(0.1)
            await socket.send("awake")
            assert await socket.recv() == "awake"
        assert await closed_with(socket) == 1001


async def test_pings_of_the_websocket_protocol_are_answered() -> None:
    """RFC 6455, section 5.5.2."""
    async with running_gateway() as running, running.connect() as socket, asyncio.timeout(5):
        await (await socket.ping())


async def test_frames_above_the_rate_are_answered_with_an_error_frame() -> None:
    """AWS documentation, "Throttle requests": the stage's default route throttling."""
    async with running_gateway({"default": echo}, rate=(0.001, 2)) as running, running.connect() as socket:
        await socket.send("one")
        assert await socket.recv() == "one"
        await socket.send("two")
        assert json.loads(await socket.recv())["message"] == "Too Many Requests"
