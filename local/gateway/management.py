"""The @connections API: functions use it to send to a client, look at its connection, or close it.

Source: AWS documentation, "Use @connections commands in your backend service" and "API Gateway Management API". boto3
raises an exception of its own only for an answer with x-amzn-ErrorType (docs/platform.md).
"""

import json
import time
from collections.abc import Mapping

from aiohttp import web

from local.gateway.connection import Connection, is_connection_id
from local.gateway.events import identity
from local.gateway.limits import MAX_MESSAGE_BYTES
from local.gateway.observer import Observer
from local.gateway.throttle import TokenBucket

NORMAL = (1000, "Connection Closed Normally")


class ManagementError(web.HTTPException):
    """An answer other than 200. `error_type`: the name of the exception in the SDKs."""

    def __init__(self, status: int, error_type: str, message: str = "") -> None:
        self.status_code = status
        headers, text = {"x-amzn-ErrorType": error_type}, json.dumps({"message": message})
        super().__init__(headers=headers, text=text, content_type="application/json")


class ManagementApi:
    """Serves /<stage>/@connections/<percent-encoded connection id>."""

    def __init__(self, connections: Mapping[str, Connection], throttle: TokenBucket, observer: Observer) -> None:
        self._connections = connections
        self._throttle = throttle
        self._observer = observer

    async def post(self, request: web.Request) -> web.Response:
        """Sends the body to the client, as text."""
        connection, data = self._connection(request), await _body(request)
        if connection.is_full:
            raise ManagementError(429, "LimitExceededException", "the client doesn't read what it was sent")
        text = data.decode(errors="replace")
        if not await connection.send(text):
            raise ManagementError(410, "GoneException")
        self._observer.posted(connection, text)
        return web.Response()

    async def get(self, request: web.Request) -> web.Response:
        """Returns when the connection was opened, and when it was last active."""
        connection = self._connection(request)
        return web.json_response(
            {
                "connectedAt": _iso8601(connection.connected_at_ms),
                "identity": identity(connection),
                "lastActiveAt": _iso8601(connection.last_active_at_ms),
            }
        )

    async def delete(self, request: web.Request) -> web.Response:
        """Closes the connection."""
        await self._connection(request).close(*NORMAL)
        return web.Response(status=204)

    def _connection(self, request: web.Request) -> Connection:
        if not request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
            raise ManagementError(403, "ForbiddenException", "Missing Authentication Token")
        if not self._throttle.take():
            raise ManagementError(429, "LimitExceededException", "Rate exceeded")
        connection_id = request.match_info["connection_id"]
        if not is_connection_id(connection_id):
            raise ManagementError(400, "BadRequestException", f"Invalid connectionId: {connection_id}")
        connection = self._connections.get(connection_id)
        if connection is None or not connection.is_open:
            raise ManagementError(410, "GoneException")
        return connection


async def _body(request: web.Request) -> bytes:
    too_large = ManagementError(413, "PayloadTooLargeException", f"more than {MAX_MESSAGE_BYTES} bytes")
    try:
        data = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large from None
    if len(data) > MAX_MESSAGE_BYTES:
        raise too_large
    return data


def _iso8601(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:03d}Z"
