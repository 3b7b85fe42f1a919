"""Lets clients in: authorizer, $connect, and the upgrade to a WebSocket.

Source: docs/platform.md, "API Gateway WebSocket": any 2xx of $connect opens, other statuses are the handshake's, an
exception gives 502; the subprotocol is what $connect's answer says.
"""

import logging
import sys

from aiohttp import web
from multidict import CIMultiDict

from local.gateway.authorizer import Authorizer, Refused
from local.gateway.connection import Connection, Handshake
from local.gateway.events import Events
from local.gateway.frames import FrameLimit
from local.gateway.integration import Integration, IntegrationFailed, ProxyAnswer
from local.gateway.limits import CLOSE_SECONDS, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES
from local.specs import WebSocketApiSpec

logger = logging.getLogger(__name__)

_SUBPROTOCOL = "sec-websocket-protocol"
# Headers of the upgrade itself.
_OF_THE_UPGRADE = frozenset({"connection", "upgrade", "sec-websocket-accept", "sec-websocket-extensions", _SUBPROTOCOL})


class Door:
    """Admits or refuses clients."""

    def __init__(
        self, api: WebSocketApiSpec, events: Events, integration: Integration, authorizer: Authorizer | None
    ) -> None:
        self._api = api
        self._events = events
        self._integration = integration
        self._authorizer = authorizer

    async def admit(self, connection: Connection) -> ProxyAnswer:
        """Asks the authorizer and $connect, and returns the headers for the client. Raises Refused."""
        if self._authorizer is not None:
            connection.authorizer = await self._authorizer.context(connection)
        route = self._api.routes.get("$connect")
        if route is None:
            return ProxyAnswer(200)
        try:
            answer = await self._integration.call(route.function, self._events.connect(connection))
        except IntegrationFailed:
            raise Refused(502, "InternalServerErrorException", "Internal server error") from None
        if not 200 <= answer.status < 300:
            raise Refused(answer.status, "ForbiddenException", "refused by $connect")
        return answer


def asks_for_websocket(request: web.Request) -> bool:
    """Whether the request is a complete WebSocket handshake."""
    request = _with_one_offer(request)
    offered = [each.strip() for each in request.headers.get(_SUBPROTOCOL, "").split(",")]
    return bool(web.WebSocketResponse(protocols=offered).can_prepare(request))


def _with_one_offer(request: web.Request) -> web.Request:
    """The request with its subprotocols in one line. A client may send several (RFC 6455, section 11.3.4), but aiohttp
    reads only the first."""
    lines = request.headers.getall(_SUBPROTOCOL, [])
    if len(lines) < 2:
        return request
    headers = CIMultiDict(request.headers)
    headers[_SUBPROTOCOL] = ", ".join(lines)
    return request.clone(headers=headers)


def read_handshake(request: web.Request) -> Handshake:
    """Reads the headers and the query of the client's handshake."""
    return Handshake(
        headers=tuple(request.headers.items()),
        query=tuple(request.query.items()),
        source_ip=request.remote or "127.0.0.1",
    )


async def upgrade(request: web.Request, answer: ProxyAnswer) -> web.WebSocketResponse:
    """Makes a WebSocket of the handshake's HTTP connection."""
    headers = CIMultiDict(answer.headers)
    socket = web.WebSocketResponse(
        protocols=headers.getall(_SUBPROTOCOL, []),
        timeout=CLOSE_SECONDS,
        autoclose=False,  # the close frame is echoed with its code
        compress=False,  # API Gateway doesn't negotiate permessage-deflate
        max_msg_size=MAX_MESSAGE_BYTES + 1,  # aiohttp's is the first size that is too large
        writer_limit=sys.maxsize,  # sending never waits for the client: @connections answers 429 before
    )
    socket.headers.update({name: value for name, value in headers.items() if name.lower() not in _OF_THE_UPGRADE})
    await socket.prepare(_with_one_offer(request))
    protocol = request.protocol
    # Not a public attribute, but there is no public way to see single frames. A test checks that it still works.
    protocol._payload_parser = FrameLimit(protocol._payload_parser, MAX_FRAME_BYTES)
    return socket
