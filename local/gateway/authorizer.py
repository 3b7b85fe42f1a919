"""Asks the authorizer whether a handshake may go on.

Source: AWS documentation, "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers", "Output from an API
Gateway Lambda authorizer"; docs/platform.md: "Unauthorized" raised → 401, Deny → 403.
"""

import re
import time
from collections.abc import Callable, Iterable

from local.functions.invocation import FunctionFailed, Invoke
from local.gateway.connection import Connection, Handshake
from local.gateway.events import Events
from local.json_types import Json, JsonObject
from local.specs import AuthorizerSpec


class Refused(Exception):
    """The handshake ends with this HTTP status. `error_type` is for the header x-amzn-ErrorType."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(f"{status} {error_type}: {message}")
        self.status = status
        self.error_type = error_type
        self.message = message


class Authorizer:
    """A Lambda REQUEST authorizer on $connect."""

    def __init__(self, spec: AuthorizerSpec, events: Events, invoke: Invoke) -> None:
        self._spec = spec
        self._events = events
        self._invoke = invoke

    async def context(self, connection: Connection) -> JsonObject:
        """Asks the authorizer and returns the later `requestContext.authorizer`. Raises Refused."""
        if not all(_identity(source, connection.handshake) for source in self._spec.identity_sources):
            raise Refused(401, "UnauthorizedException", "Unauthorized")
        started = time.monotonic()
        try:
            answer = await self._invoke(self._spec.function, self._events.authorize(connection))
        except FunctionFailed as error:
            if error.message == "Unauthorized":
                raise Refused(401, "UnauthorizedException", "Unauthorized") from None
            raise _misconfigured() from None
        principal, context, statements = _parts(answer)
        if not allows(statements, "execute-api:Invoke", self._events.method_arn):
            raise Refused(403, "AccessDeniedException", "User is not authorized to access this resource")
        latency_ms = int((time.monotonic() - started) * 1000)
        return {"principalId": principal, "integrationLatency": latency_ms, **context}


def allows(statements: Iterable[JsonObject], action: str, resource: str) -> bool:
    """Whether an IAM policy allows `action` on `resource`: an Allow matches, and no Deny matches."""
    matching = {
        statement.get("Effect")
        for statement in statements
        if _matches(statement.get("Action", ()), action, str.lower)
        and _matches(statement.get("Resource", ()), resource)
    }
    return "Allow" in matching and "Deny" not in matching


def _matches(patterns: str | Iterable[str], value: str, fold: Callable[[str], str] = str) -> bool:
    candidates = [patterns] if isinstance(patterns, str) else patterns
    return any(
        re.fullmatch(re.escape(fold(each)).replace(r"\*", ".*").replace(r"\?", "."), fold(value)) for each in candidates
    )


def _parts(answer: Json) -> tuple[str, dict[str, str], list[JsonObject]]:
    """Principal, flat context (all values strings) and policy statements of an authorizer's answer."""
    try:
        principal, context = answer["principalId"], answer.get("context") or {}
        statements = answer["policyDocument"]["Statement"]
    except (TypeError, KeyError, AttributeError):
        raise _misconfigured() from None
    if not isinstance(principal, str) or not all(isinstance(each, str | int | float) for each in context.values()):
        raise _misconfigured()
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in context.items()}
    return principal, texts, [statements] if isinstance(statements, dict) else list(statements)


def _identity(source: str, handshake: Handshake) -> str | None:
    """The value of an identity source such as `route.request.header.Authorization`."""
    *_, kind, name = source.split(".", 3)
    if kind == "header":
        return handshake.header(name)
    return dict(handshake.query).get(name) if kind == "querystring" else None


def _misconfigured() -> Refused:
    return Refused(500, "AuthorizerConfigurationException", "Internal server error")
