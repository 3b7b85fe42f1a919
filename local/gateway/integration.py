"""Calls a route's function and treats its answer as API Gateway does.

Source: AWS documentation, "Set up a WebSocket API integration request" and "Set up route responses"; docs/platform.md:
a handler that raises → {"message": "Internal server error", …}, and the connection stays open.
"""

import asyncio
import base64
import json
from dataclasses import dataclass, field

from local.functions.invocation import FunctionFailed, Invoke
from local.gateway.limits import MAX_MESSAGE_BYTES
from local.json_types import Json, JsonObject


class IntegrationFailed(Exception):
    """The function gave no answer that can be used. `message`: the text for the client."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class ProxyAnswer:
    """What a function with proxy integration returns: {"statusCode", "headers", "body", "isBase64Encoded"}."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Integration:
    """Lambda proxy integration, with the gateway's limit on how long it may take."""

    def __init__(self, invoke: Invoke, timeout_seconds: float | None) -> None:
        self._invoke = invoke
        self._timeout_seconds = timeout_seconds

    async def call(self, function: str, event: JsonObject) -> ProxyAnswer:
        """Calls the function and returns its answer. Raises IntegrationFailed.

        After the limit the function goes on, but its answer is dropped, as on AWS.
        """
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._invoke(function, event)
        except TimeoutError:
            raise IntegrationFailed("Endpoint request timed out") from None
        except FunctionFailed:
            raise IntegrationFailed("Internal server error") from None
        return _proxy_answer(answer)


def error_frame(message: str, connection_id: str, request_id: str) -> str:
    """The frame that a client gets instead of an answer."""
    return json.dumps({"message": message, "connectionId": connection_id, "requestId": request_id})


def _proxy_answer(answer: Json) -> ProxyAnswer:
    """A handler that doesn't return an object with a statusCode counts as failed."""
    if not isinstance(answer, dict) or not str(answer.get("statusCode", "")).isdecimal():
        raise IntegrationFailed("Internal server error")
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise IntegrationFailed("Internal server error")
    if answer.get("isBase64Encoded"):
        body = base64.b64decode(body).decode(errors="replace")
    if len(body.encode()) > MAX_MESSAGE_BYTES:
        raise IntegrationFailed("Internal server error")
    headers = {str(name): str(value) for name, value in (answer.get("headers") or {}).items()}
    return ProxyAnswer(int(answer["statusCode"]), body, headers)
