"""The fake server behind a real WebSocket, with the handshake of docs/protocol.md, section 1."""

import asyncio
import base64
import http
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from catchup_client import ConnectionLost
from tests.client.fake_server import FakeConnection, FakeServer


def _claims(request: Request) -> dict[str, str] | None:
    scheme, _, jwt = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or jwt.endswith(".forged"):
        return None
    payload = jwt.split(".")[1]
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _forbidden(connection: ServerConnection, kind: str) -> Response:
    response = connection.respond(http.HTTPStatus.FORBIDDEN, "not here\n")
    response.headers["x-amzn-ErrorType"] = kind
    return response


def _check(connection: ServerConnection, request: Request) -> Response | None:
    if request.path != "/":
        return _forbidden(connection, "ForbiddenException")
    claims = _claims(request)
    if claims is None:
        return connection.respond(http.HTTPStatus.UNAUTHORIZED, "who are you?\n")
    if claims["sub"] == "banned":
        return _forbidden(connection, "AccessDeniedException")
    if claims["sub"] == "unlucky":
        return connection.respond(http.HTTPStatus.BAD_GATEWAY, "later\n")
    return None


def _choose(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol:
    return next(name for name in offered if name.startswith("catchup."))


@asynccontextmanager
async def listening(fake: FakeServer) -> AsyncIterator[str]:
    """Serve the fake server on a free port; gives its address."""

    async def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        claims = _claims(socket.request)
        assert claims is not None
        fake.dials += 1
        connection = FakeConnection(fake, claims["sub"], claims["deviceId"], str(socket.subprotocol), lambda _: None)
        connection.number = fake.dials

        async def pump() -> None:
            try:
                while True:
                    await socket.send(await connection.receive())
            except ConnectionLost:
                await socket.close(1001)
            except ConnectionClosed:
                pass

        pumping = asyncio.create_task(pump())
        try:
            async for frame in socket:
                assert isinstance(frame, str)
                fake.take(connection, frame)
        finally:
            connection.drop()
            await pumping

    server: Server
    async with serve(handle, "127.0.0.1", 0, process_request=_check, select_subprotocol=_choose) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
