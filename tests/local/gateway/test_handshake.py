"""How API Gateway lets clients in."""

from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict

from local.specs import AuthorizerSpec
from tests.local.gateway.support import ALLOW, DENY, allowed, echo, running_gateway

AUTHORIZER = AuthorizerSpec("authorizer", ())


def unauthorized(_: dict[str, Any]) -> None:
    """What an authorizer does with a bad token."""
    raise Exception("Unauthorized")


def fails(_: dict[str, Any]) -> None:
    """A bug."""
    raise ValueError("a bug")


async def test_a_plain_get_of_the_stage_is_answered_with_426() -> None:
    """docs/platform.md, "API Gateway WebSocket"; RFC 9110, section 15.5.22."""
    async with (
        running_gateway() as running,
        aiohttp.ClientSession() as http,
        http.get(f"http://{running.address}/v1") as response,
    ):
        assert response.status == 426


async def test_any_other_path_is_forbidden() -> None:
    """API Gateway knows nothing outside of its stages."""
    async with (
        running_gateway() as running,
        aiohttp.ClientSession() as http,
        http.get(f"http://{running.address}/v2") as response,
    ):
        assert response.status == 403


async def test_connect_opens_with_any_2xx() -> None:
    """docs/platform.md: "`$connect`: any 2xx opens"."""
    async with running_gateway({"connect": lambda _: {"statusCode": 204}}) as running:
        assert await running.status() == 101


async def test_another_status_of_connect_is_the_status_of_the_handshake() -> None:
    """docs/platform.md: "other statuses are the handshake's status"."""
    async with running_gateway({"connect": lambda _: {"statusCode": 409}}) as running:
        assert await running.status() == 409


@pytest.mark.parametrize("connect", [fails, lambda _: None, lambda _: "open"])
async def test_an_exception_or_a_malformed_answer_of_connect_gives_502(connect: Any) -> None:
    """docs/platform.md: "an exception gives 502"."""
    async with running_gateway({"connect": connect}) as running:
        assert await running.status() == 502


async def test_without_a_connect_route_everybody_is_let_in() -> None:
    """AWS documentation, "$connect and $disconnect": the routes are optional."""
    async with running_gateway(routes=()) as running:
        assert await running.status() == 101


async def test_the_subprotocol_is_what_connect_answers() -> None:
    """AWS documentation, "WebSocket APIs that require a WebSocket subprotocol"."""

    def connect(event: dict[str, Any]) -> dict[str, Any]:
        assert event["headers"]["Sec-WebSocket-Protocol"] == "bearer.x, chat.v1"
        return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "chat.v1"}}

    async with (
        running_gateway({"connect": connect}) as running,
        running.connect(subprotocols=["bearer.x", "chat.v1"]) as socket,
    ):
        assert socket.subprotocol == "chat.v1"


async def test_a_subprotocol_of_a_later_line_can_be_chosen() -> None:
    """RFC 6455, section 11.3.4: the header may come several times in a request, which is one list."""
    answer = {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "chat.v1"}}
    lines = [("Sec-WebSocket-Protocol", "bearer.x"), ("Sec-WebSocket-Protocol", "chat.v1")]
    async with (
        running_gateway({"connect": lambda _: answer}) as running,
        aiohttp.ClientSession() as http,
        http.ws_connect(f"http://{running.address}/v1", headers=CIMultiDict(lines)) as socket,
    ):
        assert socket._response.headers.getall("Sec-WebSocket-Protocol") == ["chat.v1"]


async def test_an_authorizer_that_allows_opens() -> None:
    """AWS documentation, "Output from an API Gateway Lambda authorizer"."""
    async with running_gateway({"authorizer": lambda _: allowed()}, authorizer=AUTHORIZER) as running:
        assert await running.status() == 101


async def test_an_authorizer_that_raises_unauthorized_gives_401() -> None:
    """docs/platform.md: ""Unauthorized" raised → 401"."""
    async with running_gateway({"authorizer": unauthorized}, authorizer=AUTHORIZER) as running:
        assert await running.status() == 401


async def test_an_authorizer_that_denies_gives_403() -> None:
    """docs/platform.md: "Deny → 403"."""
    refuse = {"authorizer": lambda _: allowed(statement=DENY)}
    async with running_gateway(refuse, authorizer=AUTHORIZER) as running:
        assert await running.status() == 403


async def test_a_policy_for_another_api_gives_403() -> None:
    """IAM: what no statement allows is denied."""
    other = {**ALLOW, "Resource": "arn:aws:execute-api:us-east-1:123456789012:another/v1/*"}
    async with running_gateway({"authorizer": lambda _: allowed(statement=other)}, authorizer=AUTHORIZER) as running:
        assert await running.status() == 403


@pytest.mark.parametrize(
    "authorizer", [fails, lambda _: None, lambda _: {"principalId": "x"}, lambda _: allowed({"nested": {"a": 1}})]
)
async def test_an_authorizer_that_fails_or_answers_nonsense_gives_500(authorizer: Any) -> None:
    """AWS documentation: other exceptions and malformed answers are 500; a context can't hold objects or lists."""
    async with running_gateway({"authorizer": authorizer}, authorizer=AUTHORIZER) as running:
        assert await running.status() == 500


async def test_a_refused_client_never_reaches_connect() -> None:
    """The authorizer comes first."""
    async with running_gateway({"authorizer": unauthorized}, authorizer=AUTHORIZER) as running:
        await running.status()
        assert "connect" not in running.functions.events


async def test_a_missing_identity_source_gives_401_without_asking_the_authorizer() -> None:
    """AWS documentation, "IdentitySource"; docs/platform.md: "without IdentitySource it is always asked"."""
    with_source = AuthorizerSpec("authorizer", ("route.request.header.Authorization",))
    async with running_gateway({"authorizer": lambda _: allowed()}, authorizer=with_source) as running:
        assert await running.status() == 401
        assert "authorizer" not in running.functions.events
        assert await running.status(additional_headers={"Authorization": "x"}) == 101


async def test_no_disconnect_follows_a_refused_handshake() -> None:
    """AWS documentation, "$connect and $disconnect": if $connect fails, there was no connection."""
    async with running_gateway({"connect": fails, "echo": echo}) as running:
        await running.status()
        assert "disconnect" not in running.functions.events


async def test_handshakes_above_the_rate_are_throttled_with_429() -> None:
    """AWS documentation, "Throttle requests": route throttling holds for $connect too."""
    async with running_gateway(rate=(0.001, 1)) as running:
        assert await running.status() == 101
        assert await running.status() == 429
