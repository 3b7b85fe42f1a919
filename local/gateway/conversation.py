"""An open connection: from the first frame to $disconnect."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from local.gateway.connection import Connection, now_ms
from local.gateway.events import Events
from local.gateway.integration import Integration, IntegrationFailed, error_frame
from local.gateway.observer import Observer
from local.gateway.routing import RouteSelector
from local.gateway.throttle import TokenBucket
from local.specs import WebSocketApiSpec

logger = logging.getLogger(__name__)

GOING_AWAY = (1001, "Going away")
BINARY = (1003, "")
# The code that API Gateway reports for a close frame without a code.
NO_STATUS = (1005, "Client-side close frame status not set")
ABNORMAL = (1006, "")

Closed = tuple[int, str]


@dataclass(frozen=True)
class TimeLimits:
    """How long a connection may last: without a message, and in all."""

    idle_seconds: float
    total_seconds: float


class Conversation:
    """Serves open connections of one API."""

    def __init__(
        self,
        api: WebSocketApiSpec,
        events: Events,
        integration: Integration,
        limits: TimeLimits,
        throttle: TokenBucket,
        observer: Observer,
    ) -> None:
        self._api = api
        self._events = events
        self._integration = integration
        self._limits = limits
        self._throttle = throttle
        self._observer = observer
        self._selector = RouteSelector(api.route_selection_expression, api.routes)
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, connection: Connection) -> None:
        """Serves the connection until it is closed, and then starts $disconnect."""
        assert connection.socket is not None
        code, reason = await self._receive(connection, connection.socket)
        logger.debug("%s closed: %d %s", connection.id, code, reason)
        self._observer.closed(connection, code)
        route = self._api.routes.get("$disconnect")
        if route is not None and connection.tells_disconnect:
            event = self._events.disconnect(connection, code, reason)
            self._spawn(self._tell_disconnect(route.function, event))

    async def close(self) -> None:
        """Cancels the running invocations."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _receive(self, connection: Connection, socket: web.WebSocketResponse) -> Closed:
        """Starts an invocation for each frame without waiting for earlier ones; returns how the connection ended."""
        while True:
            try:
                frame = await socket.receive(timeout=self._seconds_left(connection))
            except TimeoutError:
                if self._seconds_left(connection) > _A_MOMENT:
                    continue  # a push has kept it awake
                await connection.close(*GOING_AWAY)
                return GOING_AWAY
            match frame.type:
                case WSMsgType.TEXT:
                    connection.last_active_at_ms = now_ms()
                    self._spawn(self._answer(connection, frame.data))
                case WSMsgType.BINARY:
                    await connection.close(*BINARY)
                    return BINARY
                case WSMsgType.CLOSE:
                    return await _echo(socket, frame)
                case WSMsgType.ERROR:  # against RFC 6455, or too large: aiohttp has closed with the error's code
                    return getattr(frame.data, "code", ABNORMAL[0]), ""
                case _:
                    return connection.closed_by_us or ABNORMAL

    def _seconds_left(self, connection: Connection) -> float:
        now = now_ms()
        idle = self._limits.idle_seconds - (now - connection.last_active_at_ms) / 1000
        total = self._limits.total_seconds - (now - connection.connected_at_ms) / 1000
        return max(min(idle, total), _A_MOMENT)

    async def _answer(self, connection: Connection, text: str) -> None:
        key = self._selector.select(text)
        event = self._events.message(connection, key or "", text)
        request_id = event["requestContext"]["requestId"]
        logger.debug("%s %s %s", connection.id, key, text)
        try:
            if not self._throttle.take():
                raise IntegrationFailed("Too Many Requests")
            if key is None:
                raise IntegrationFailed("Forbidden")
            answer = await self._integration.call(self._api.routes[key].function, event)
        except IntegrationFailed as error:
            self._observer.answered(connection, text, "", error.message)
            await connection.send(error_frame(error.message, connection.id, request_id))
            return
        self._observer.answered(connection, text, answer.body, "")
        if self._api.routes[key].has_response and answer.body:
            await connection.send(answer.body)

    async def _tell_disconnect(self, function: str, event: dict[str, Any]) -> None:
        with contextlib.suppress(IntegrationFailed):
            await self._integration.call(function, event)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


# Shorter than anything a test would measure.
_A_MOMENT = 0.001


async def _echo(socket: web.WebSocketResponse, frame: WSMessage) -> Closed:
    """Answers the client's close frame with its own code, as RFC 6455 asks for."""
    said = (frame.data, frame.extra or "") if frame.data else NO_STATUS
    await socket.close(code=1000 if said == NO_STATUS else said[0], drain=False)
    return said
