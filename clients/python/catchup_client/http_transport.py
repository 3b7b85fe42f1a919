"""A transport without a socket: each frame is an HTTP request, and its answer is the next frame. No pushes come."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Protocol

from catchup_client.errors import CatchupError, ConnectionLost, NotServed, TokenRefused
from catchup_client.http_connections import HttpConnections
from catchup_client.protocol.frames import Encoding
from catchup_client.protocol.http_form import Asked, HttpRequest, HttpResponse
from catchup_client.transport import Transport


class Server(Protocol):
    """What answers HTTP requests."""

    async def exchange(self, request: HttpRequest) -> HttpResponse:
        """Send a request and return its answer; raises ConnectionLost."""

    async def close(self) -> None:
        """End the requests that run; may be called more than once."""


class Http:
    """A Transport over HTTP. It is closed only by `close`; one lost request shows as ConnectionLost of all."""

    def __init__(self, url: str, server: Server, headers: Mapping[str, str]) -> None:
        self._url = url
        self._server = server
        self._headers = headers
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()

    async def send(self, text: str) -> None:
        """Send a frame, and wait for its answer. Raises ConnectionLost; the errors of `Dial` for a login."""
        asked = Asked.read(text)
        if asked.cmd == "ping":  # there is no connection to keep open
            self._frames.put_nowait(asked.pong())
            return
        request = asked.request()
        response = await self._server.exchange(replace(request, headers={**request.headers, **self._headers}))
        # A login is the first request: what a handshake would refuse is refused here.
        if asked.cmd == "login" and (refusal := _refusal(self._url, response)):
            raise refusal
        self._frames.put_nowait(asked.answered(response))

    async def receive(self) -> str:  # noqa: D102
        frame = await self._frames.get()
        if frame is None:
            self._frames.put_nowait(None)
            raise ConnectionLost("closed by this client")
        return frame

    async def close(self) -> None:  # noqa: D102
        self._frames.put_nowait(None)
        await self._server.close()


async def dial_http(
    url: str,
    token: str,
    encoding: Encoding,  # noqa: ARG001 - each request names its own
    *,
    device_id: str = "",
    connect: Callable[[str], Server] = HttpConnections,
) -> Transport:
    """Prepare for requests; nothing is sent yet. Raises AddressInvalid."""
    named = {"X-Device-Id": device_id} if device_id else {}
    return Http(url, connect(url), {"Authorization": f"Bearer {token}", **named})


def _refusal(url: str, response: HttpResponse) -> CatchupError | None:
    """Return what an answer to the first request means, if not a function of Catchup has given it."""
    status = response.status
    if response.is_reply or response.error is not None:
        return None
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return TokenRefused(f"status {status}")
        case HTTPStatus.NOT_FOUND:
            return NotServed(url, str(status))
        case HTTPStatus.TOO_MANY_REQUESTS:
            return ConnectionLost(f"{url} is overloaded ({status}); try again later")
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ConnectionLost(f"{url} failed ({status}); the server's log says why")
        case _:
            return ConnectionLost(f"{url} answered with status {status}: it is not Catchup; check the address")
