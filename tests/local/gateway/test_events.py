"""What functions are told about a connection.

Source, unless a test names another: AWS documentation, "Set up a WebSocket API integration request in API Gateway",
and events as they are on AWS (docs/platform.md, "API Gateway WebSocket").
"""

import re
import time
from typing import Any

import aiohttp
import websockets

from local.specs import AuthorizerSpec
from tests.local.gateway.support import allowed, running_gateway

AUTHORIZED = {"authorizer": lambda _: allowed({"uid": "alice", "admin": True, "level": 3})}
AUTHORIZER = AuthorizerSpec("authorizer", ())


def check_context(context: dict[str, Any]) -> None:
    """What every event's requestContext has."""
    assert re.fullmatch(r"[\w-]{15}=", context["connectionId"])
    assert re.fullmatch(r"[\w-]{15}=", context["requestId"])
    assert context["extendedRequestId"] == context["requestId"]
    assert context["apiId"] == "a1b2c3d4e5"
    assert context["stage"] == "v1"
    assert context["domainName"] == "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
    assert context["messageDirection"] == "IN"
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert abs(context["connectedAt"] / 1000 - time.time()) < 60
    assert abs(context["requestTimeEpoch"] / 1000 - time.time()) < 60
    assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000", context["requestTime"])


async def test_the_authorizer_sees_the_handshake() -> None:
    """AWS documentation, "Input to an API Gateway Lambda authorizer"."""
    async with (
        running_gateway(AUTHORIZED, authorizer=AUTHORIZER) as running,
        running.connect(additional_headers=[("Authorization", "Bearer x")]),
    ):
        event = await running.functions.event("authorizer")
    assert event["type"] == "REQUEST"
    assert event["methodArn"] == "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/v1/$connect"
    assert event["headers"]["Authorization"] == "Bearer x"
    assert event["multiValueHeaders"]["Authorization"] == ["Bearer x"]
    check_context(event["requestContext"])


async def test_connect_sees_headers_and_query() -> None:
    """Only $connect and its authorizer do."""
    async with running_gateway() as running:
        async with running.connect(additional_headers=[("X-Two", "1"), ("X-Two", "2")]):
            event = await running.functions.event("connect")
        assert "queryStringParameters" not in event
        running.functions.events.clear()
        async with websockets.connect(running.url + "?a=1&a=2"):
            with_query = await running.functions.event("connect")
    assert event["headers"]["X-Two"] == "2"
    assert event["multiValueHeaders"]["X-Two"] == ["1", "2"]
    assert event["headers"]["Host"] == "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["routeKey"] == "$connect"
    assert event["requestContext"]["eventType"] == "CONNECT"
    check_context(event["requestContext"])
    assert with_query["queryStringParameters"] == {"a": "2"}
    assert with_query["multiValueQueryStringParameters"] == {"a": ["1", "2"]}


async def test_lines_of_a_header_are_one_header_in_whatever_case_they_come() -> None:
    """RFC 9110, section 5.1: names of headers have no case; section 5.3: lines of one name are one list."""
    async with running_gateway() as running:
        lines = [("Sec-WebSocket-Protocol", "a"), ("X-Two", "1"), ("sec-websocket-protocol", "b, c"), ("x-two", "2")]
        async with running.connect(additional_headers=lines):
            event = await running.functions.event("connect")
    assert event["multiValueHeaders"]["Sec-WebSocket-Protocol"] == ["a", "b, c"]
    assert (event["headers"]["Sec-WebSocket-Protocol"], event["headers"]["X-Two"]) == ("b, c", "2")
    assert not {"sec-websocket-protocol", "x-two"} & (set(event["headers"]) | set(event["multiValueHeaders"]))


async def test_a_frame_comes_with_its_route_and_body_but_without_headers() -> None:
    """docs/platform.md: "Route events have no headers and no query"."""
    async with running_gateway() as running, running.connect() as socket:
        await socket.send('{"cmd": "oneway", "x": 1}')
        event = await running.functions.event("oneway")
    assert set(event) == {"requestContext", "body", "isBase64Encoded"}
    assert event["body"] == '{"cmd": "oneway", "x": 1}'
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("oneway", "MESSAGE")
    assert re.fullmatch(r"[\w-]{15}=", context["messageId"])
    assert "authorizer" not in context
    check_context(context)


async def test_the_authorizers_context_is_in_every_later_event_as_text() -> None:
    """docs/platform.md: "Its flat string context reaches every later event of the connection, `$disconnect` too"."""
    async with running_gateway(AUTHORIZED, authorizer=AUTHORIZER) as running:
        async with running.connect() as socket:
            await socket.send('{"cmd": "oneway"}')
            events = [await running.functions.event("connect"), await running.functions.event("oneway")]
        events.append(await running.functions.event("disconnect"))
    for event in events:
        authorizer = event["requestContext"]["authorizer"]
        assert authorizer["principalId"] == "alice"
        assert (authorizer["uid"], authorizer["admin"], authorizer["level"]) == ("alice", "true", "3")


async def test_all_events_of_a_connection_have_its_id_and_each_has_its_own_request_id() -> None:
    """The connection id is how a function answers."""
    async with running_gateway() as running:
        async with running.connect() as socket:
            await socket.send('{"cmd": "oneway"}')
            first = await running.functions.event("oneway")
        last = await running.functions.event("disconnect")
        opening = await running.functions.event("connect")
    contexts = [event["requestContext"] for event in (opening, first, last)]
    assert len({context["connectionId"] for context in contexts}) == 1
    assert len({context["connectedAt"] for context in contexts}) == 1
    assert len({context["requestId"] for context in contexts}) == 3


async def test_disconnect_tells_the_clients_code_and_reason() -> None:
    """docs/platform.md: "carries `disconnectStatusCode` and `disconnectReason`"."""
    async with running_gateway() as running:
        async with running.connect() as socket:
            await socket.close(4001, "enough")
        event = await running.functions.event("disconnect")
    context = event["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (4001, "enough")
    assert (context["routeKey"], context["eventType"]) == ("$disconnect", "DISCONNECT")
    assert event["multiValueHeaders"]["Host"] == ["a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"]
    assert "body" not in event
    check_context(context)


async def test_disconnect_after_a_lost_network_has_the_code_1006() -> None:
    """RFC 6455, section 7.1.5."""
    async with running_gateway() as running, running.connect() as socket:
        await running.functions.event("connect")
        socket.transport.abort()
        event = await running.functions.event("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 1006


async def test_disconnect_after_a_close_without_a_code_has_1005() -> None:
    """As on AWS; RFC 6455, section 7.1.5."""
    async with (
        running_gateway() as running,
        aiohttp.ClientSession() as http,
        http.ws_connect(f"http://{running.address}/v1", autoclose=False) as socket,
    ):
        await socket._writer.send_frame(b"", aiohttp.WSMsgType.CLOSE)
        event = await running.functions.event("disconnect")
    context = event["requestContext"]
    assert context["disconnectStatusCode"] == 1005
    assert context["disconnectReason"] == "Client-side close frame status not set"
