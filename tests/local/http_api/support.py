"""An HTTP API whose functions are plain Python functions of the test."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from local.gateway.conversation import TimeLimits
from local.gateway.server import Gateway
from local.http_api.spec import CorsSpec, HttpApiSpec, HttpAuthorizerSpec, HttpRouteSpec, Throttle
from local.pages import Page
from local.ports import listen, port_of
from local.specs import WebSocketApiSpec
from tests.local.gateway.support import ACCOUNT, REGION, ROUTES, Functions

TOKEN = "$request.header.Authorization"
Handler = Callable[[dict[str, Any]], Any]


def route(key: str, function: str = "echo", authorizer: str | None = None, seconds: float = 30) -> HttpRouteSpec:
    """A route of this key."""
    method, _, path = key.partition(" ")
    return HttpRouteSpec(method if path else "ANY", path or key, function, authorizer, seconds)


def echo(event: dict[str, Any]) -> dict[str, Any]:
    """Answers with its event."""
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: list[str]

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class RunningHttp:
    """A running gateway with an HTTP API, and what its functions were given."""

    address: str
    functions: Functions

    async def request(self, method: str, target: str, **options: Any) -> Answer:
        """Sends a request. Nothing in `target`, path and query, is encoded on the way."""
        url = URL(f"http://{self.address}{target}", encoded=True)
        async with (
            aiohttp.ClientSession(auto_decompress=False) as http,
            http.request(method, url, allow_redirects=False, **options) as response,
        ):
            body = await response.read()
            cookies = response.headers.getall("Set-Cookie", [])
            return Answer(response.status, response.headers, body, cookies)

    async def event(self, method: str, target: str, **options: Any) -> dict[str, Any]:
        """The event of a request that a function took."""
        answer = await self.request(method, target, **options)
        assert answer.status == 200, (answer.status, answer.body)
        event: dict[str, Any] = answer.json
        return event


@asynccontextmanager
async def running_http(
    functions: Mapping[str, Handler] | None = None,
    *,
    routes: tuple[str | HttpRouteSpec, ...] = ("GET /v1/things", "POST /v1/things", "GET /v1/things/{id}"),
    identity: tuple[str, ...] | None = None,
    ttl_seconds: float = 60,
    stage: str = "$default",
    cors: CorsSpec | None = None,
    throttle: Throttle | None = None,
    route_throttles: Mapping[str, Throttle] | None = None,
    pages: Mapping[str, Page] | None = None,
) -> AsyncIterator[RunningHttp]:
    """A gateway of an API with `routes`.

    Args:
        identity: the identity sources of the authorizer of all routes; None: they have no authorizer.
    """
    authorizer = None if identity is None else "Token"
    api = HttpApiSpec(
        logical_id="HttpApi",
        api_id="f6g7h8i9j0",
        stage=stage,
        routes=tuple(each if isinstance(each, HttpRouteSpec) else route(each, "echo", authorizer) for each in routes),
        authorizers={} if identity is None else {"Token": HttpAuthorizerSpec("authorizer", identity, ttl_seconds)},
        cors=cors,
        throttle=throttle,
        route_throttles=route_throttles or {},
    )
    websocket = WebSocketApiSpec(
        "Api", "a1b2c3d4e5", "v1", "$request.body.cmd", {each.key: each for each in ROUTES}, None, None, None
    )
    fakes = Functions({"echo": echo, **(functions or {})})
    gateway = Gateway(websocket, fakes, TimeLimits(600, 7200), 29, REGION, ACCOUNT, http_api=api, pages=pages)
    with listen("127.0.0.1", 0) as listener:
        await gateway.start(listener)
        try:
            yield RunningHttp(f"127.0.0.1:{port_of(listener)}", fakes)
        finally:
            await gateway.close()
