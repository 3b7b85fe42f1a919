"""A gateway whose functions are plain Python functions of the test."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import websockets
from botocore.exceptions import ClientError

from local.aws import client
from local.functions.invocation import FunctionFailed
from local.gateway.conversation import TimeLimits
from local.gateway.server import Gateway
from local.ports import listen, port_of
from local.specs import AuthorizerSpec, RouteSpec, WebSocketApiSpec

REGION, ACCOUNT = "us-east-1", "123456789012"
ALLOW = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
DENY = {**ALLOW, "Effect": "Deny"}


def allowed(context: Mapping[str, Any] | None = None, statement: Mapping[str, Any] = ALLOW) -> dict[str, Any]:
    """An authorizer's answer."""
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "alice", "policyDocument": policy, "context": dict(context or {})}


@dataclass
class Functions:
    """Functions by name; each gets an event and returns an answer, or raises. `events` has what they were given."""

    by_name: dict[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    async def __call__(self, function: str, event: Mapping[str, Any]) -> Any:
        """As `local.functions.invocation.Invoke` says."""
        self.events.setdefault(function, []).append(dict(event))
        handler: Callable[[dict[str, Any]], Any] = self.by_name.get(function, lambda _: {"statusCode": 200})
        try:
            answer = handler(dict(event))
            return await answer if inspect.isawaitable(answer) else answer
        except Exception as error:
            raise FunctionFailed(type(error).__name__, str(error)) from error

    async def event(self, function: str) -> dict[str, Any]:
        """The newest event of a function, as soon as there is one."""
        async with asyncio.timeout(5):
            while not self.events.get(function):
                await asyncio.sleep(0.005)
        return self.events[function][-1]


ROUTES = (
    RouteSpec("$connect", "connect", False),
    RouteSpec("$disconnect", "disconnect", False),
    RouteSpec("$default", "default", True),
    RouteSpec("echo", "echo", True),
    RouteSpec("oneway", "oneway", False),
)


@dataclass
class Running:
    """A running gateway."""

    gateway: Gateway
    functions: Functions
    address: str
    management: Any = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"ws://{self.address}/v1"

    def connect(self, **options: Any) -> Any:
        """A client's connection."""
        return websockets.connect(self.url, proxy=None, **options)

    async def status(self, **options: Any) -> int:
        """The HTTP status of a handshake that is refused."""
        try:
            async with self.connect(**options):
                return 101
        except websockets.InvalidStatus as error:
            return error.response.status_code

    async def manage(self, operation: str, connection_id: str, **arguments: Any) -> Any:
        """Calls @connections with boto3, as a function does; `operation` is a method of its client."""
        if self.management is None:
            self.management = client("apigatewaymanagementapi", f"http://{self.address}/v1", retries=0)
        return await asyncio.to_thread(getattr(self.management, operation), ConnectionId=connection_id, **arguments)

    async def error(self, operation: str, connection_id: str, **arguments: Any) -> tuple[str, int]:
        """The name of boto3's exception, and the HTTP status."""
        try:
            await self.manage(operation, connection_id, **arguments)
        except ClientError as error:
            return type(error).__name__, error.response["ResponseMetadata"]["HTTPStatusCode"]
        return "", 200


@asynccontextmanager
async def running_gateway(
    functions: Mapping[str, Callable[[dict[str, Any]], Any]] | None = None,
    *,
    routes: tuple[RouteSpec, ...] = ROUTES,
    authorizer: AuthorizerSpec | None = None,
    idle_seconds: float = 600,
    total_seconds: float = 7200,
    integration_seconds: float = 29,
    rate: tuple[float, float] | None = None,
) -> AsyncIterator[Running]:
    """A gateway of an API with `routes`; `functions` are those that do more than answer 200."""
    api = WebSocketApiSpec(
        logical_id="Api",
        api_id="a1b2c3d4e5",
        stage="v1",
        route_selection_expression="$request.body.cmd",
        routes={route.key: route for route in routes},
        authorizer=authorizer,
        rate_per_second=rate[0] if rate else None,
        burst=rate[1] if rate else None,
    )
    fakes = Functions(dict(functions or {}))
    gateway = Gateway(api, fakes, TimeLimits(idle_seconds, total_seconds), integration_seconds, REGION, ACCOUNT)
    with listen("127.0.0.1", 0) as listener:
        await gateway.start(listener)
        try:
            yield Running(gateway, fakes, f"127.0.0.1:{port_of(listener)}")
        finally:
            await gateway.close()


def echo(event: dict[str, Any]) -> dict[str, Any]:
    """Answers with the frame it was sent."""
    return {"statusCode": 200, "body": event["body"]}
