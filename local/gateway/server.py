"""API Gateway on one address: a WebSocket API with its @connections and, if there is one, an HTTP API.

On AWS each API has a host of its own. Here the WebSocket API has the paths of its stage, and the HTTP API all others.
"""

import asyncio
import logging
import socket
from collections.abc import Mapping

from aiohttp import web

from local.functions.invocation import Invoke
from local.gateway.authorizer import Authorizer, Refused
from local.gateway.connection import Connection
from local.gateway.conversation import GOING_AWAY, Conversation, TimeLimits
from local.gateway.events import Events
from local.gateway.handshake import Door, asks_for_websocket, read_handshake, upgrade
from local.gateway.integration import Integration
from local.gateway.limits import ACCOUNT_BURST, ACCOUNT_RATE_PER_SECOND, MAX_MESSAGE_BYTES
from local.gateway.management import ManagementApi
from local.gateway.observer import Observer
from local.gateway.throttle import TokenBucket
from local.http_api.limits import MAX_HEAD_BYTES
from local.http_api.server import HttpApi
from local.http_api.spec import HttpApiSpec
from local.pages import Call, Page
from local.specs import WebSocketApiSpec

logger = logging.getLogger(__name__)


class Gateway:
    """Serves `api` on a listening socket.

    Args:
        invoke: invokes functions.
        integration_seconds: how long a function may take to answer a frame; None: no limit, for HTTP neither.
        limits: how long connections may last.
        observer: gets a call for each thing that happens; None: no observer.
        http_api: the HTTP API beside it; None: none.
        pages: static pages, by path.
        calls: what else is served that AWS does not have, by method and path.
    """

    def __init__(
        self,
        api: WebSocketApiSpec,
        invoke: Invoke,
        limits: TimeLimits,
        integration_seconds: float | None,
        region: str,
        account_id: str,
        observer: Observer | None = None,
        http_api: HttpApiSpec | None = None,
        pages: Mapping[str, Page] | None = None,
        calls: Mapping[tuple[str, str], Call] | None = None,
    ) -> None:
        self.connections: dict[str, Connection] = {}
        events = Events(api, region, account_id)
        integration = Integration(invoke, integration_seconds)
        authorizer = Authorizer(api.authorizer, events, invoke) if api.authorizer is not None else None
        account = TokenBucket(ACCOUNT_RATE_PER_SECOND, ACCOUNT_BURST)
        stage = TokenBucket(api.rate_per_second or ACCOUNT_RATE_PER_SECOND, api.burst or ACCOUNT_BURST)
        self._throttle = stage
        self._observer = observer = observer or Observer()
        self._door = Door(api, events, integration, authorizer)
        self._conversation = Conversation(api, events, integration, limits, stage, observer)
        self._http: HttpApi | None = None
        if http_api is not None:
            has_limits = integration_seconds is not None
            self._http = HttpApi(http_api, invoke, region, account_id, observer, has_time_limits=has_limits)
        self._pages = pages or {}
        self._calls = calls or {}
        self._runner = web.AppRunner(
            self._application(api.stage, ManagementApi(self.connections, account, observer)),
            access_log=None,
            handle_signals=False,
            shutdown_timeout=1,
            # A function gets a compressed body as it was sent.
            auto_decompress=False,
            # Above the HTTP API's limit, so that its own answer is given.
            max_line_size=2 * MAX_HEAD_BYTES,
            max_field_size=2 * MAX_HEAD_BYTES,
        )

    def _application(self, stage: str, management: ManagementApi) -> web.Application:
        application = web.Application(client_max_size=2 * MAX_MESSAGE_BYTES)
        connection = f"/{stage}/@connections/{{connection_id}}"
        application.router.add_post(connection, management.post)
        application.router.add_get(connection, management.get)
        application.router.add_delete(connection, management.delete)
        application.router.add_get(f"/{stage}", self._handshake)
        application.router.add_get(f"/{stage}/", self._handshake)
        application.router.add_route("*", "/{path:(?s:.*)}", self._request)
        return application

    async def start(self, listener: socket.socket) -> None:
        """Serves from now on."""
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()

    async def close(self) -> None:
        """Closes every connection without waiting for its $disconnect."""
        for connection in self.connections.values():
            connection.tells_disconnect = False
        await asyncio.gather(*(connection.close(*GOING_AWAY) for connection in self.connections.values()))
        await self._conversation.close()
        await self._runner.cleanup()

    async def _handshake(self, request: web.Request) -> web.StreamResponse:
        connection = Connection(read_handshake(request), transport=request.transport)
        if not asks_for_websocket(request):
            return self._refuse(Refused(426, "UpgradeRequiredException", "Upgrade Required"))
        self.connections[connection.id] = connection
        try:
            if not self._throttle.take():
                raise Refused(429, "LimitExceededException", "Too Many Requests")
            answer = await self._door.admit(connection)
            connection.socket = await upgrade(request, answer)
            logger.debug("%s open: %s", connection.id, connection.authorizer)
            self._observer.opened(connection)
            await self._conversation.serve(connection)
        except Refused as error:
            logger.debug("%s refused: %s", connection.id, error)
            return self._refuse(error)
        except ConnectionError:
            return web.Response()  # the client has gone during $connect; nobody will see this
        finally:
            self.connections.pop(connection.id, None)
        return connection.socket

    async def _request(self, request: web.Request) -> web.StreamResponse:
        """A request outside of the WebSocket API's stage. One that asks for a WebSocket has the wrong URL."""
        call = self._calls.get((request.method, request.path))
        if call is not None:
            return await call(request)
        page = self._pages.get(request.path) if request.method == "GET" else None
        if page is not None:
            return page.response()
        if self._http is None or asks_for_websocket(request):
            return self._refuse(Refused(403, "ForbiddenException", "Forbidden"))
        return await self._http.answer(request)

    def _refuse(self, error: Refused) -> web.Response:
        self._observer.refused(error.status, error.error_type)
        return web.json_response(
            {"message": error.message}, status=error.status, headers={"x-amzn-ErrorType": error.error_type}
        )
