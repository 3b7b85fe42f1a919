"""Text frames over a WebSocket, with the errors of this package."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy, InvalidStatus, InvalidURI
from websockets.http11 import Response
from websockets.typing import Subprotocol

from catchup_client.errors import AccessForbidden, AddressInvalid, CatchupError, ConnectionLost, NotServed, TokenRefused
from catchup_client.protocol.frames import Encoding


class Transport(Protocol):
    """One open connection that carries text frames."""

    async def send(self, text: str) -> None:
        """Send a frame; raises ConnectionLost."""

    async def receive(self) -> str:
        """Wait for the next frame; raises ConnectionLost."""

    async def close(self) -> None:
        """Close the connection; may be called more than once."""


Dial = Callable[[str, str, Encoding], Awaitable[Transport]]
"""(url, token, encoding of pushes) -> an open connection.

Raises ConnectionLost if trying again later may help; TokenRefused, AccessForbidden, AddressInvalid or NotServed if not.
"""


class WebSocket:
    """A Transport over the `websockets` library."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, text: str) -> None:  # noqa: D102
        try:
            await self._connection.send(text)
        except ConnectionClosed as error:
            raise ConnectionLost(str(error)) from error

    async def receive(self) -> str:  # noqa: D102
        while True:
            try:
                frame = await self._connection.recv()
            except ConnectionClosed as error:
                raise ConnectionLost(str(error)) from error
            if isinstance(frame, str):  # section 2: binary frames are not part of the protocol
                return frame

    async def close(self) -> None:  # noqa: D102
        try:
            await self._connection.close()
        except asyncio.CancelledError:
            # The caller won't wait for the closing handshake: close the socket at once.
            self._connection.transport.abort()
            raise


async def dial_websocket(url: str, token: str, encoding: Encoding, *, device_id: str = "") -> Transport:
    """Open a WebSocket; see `Dial` for the errors. `device_id` is for tokens that name no device."""
    named = {"X-Device-Id": device_id} if device_id else {}
    try:
        connection = await connect(
            url,
            subprotocols=[Subprotocol(encoding.value)],
            additional_headers={"Authorization": f"Bearer {token}", **named},
            # The protocol has its own ping, which the server itself answers. WebSocket pings could be answered by a
            # proxy on the way.
            ping_interval=None,
            close_timeout=2,
        )
    except (InvalidURI, ValueError) as error:  # a host or port that can't be one
        raise AddressInvalid(url) from error
    except InvalidStatus as error:
        raise _refusal(url, error.response) from error
    except ssl.SSLError as error:
        raise ConnectionLost(f"{url}: no secure connection: {error}; check whether it is wss:// or ws://") from error
    except (InvalidHandshake, InvalidProxy, OSError, EOFError, ImportError) as error:
        # TimeoutError is an OSError. ImportError: the environment names a proxy that needs another package.
        reason = str(error) or type(error).__name__
        raise ConnectionLost(
            f"{url} can't be reached: {reason}; check the address, and that the server runs"
        ) from error
    return WebSocket(connection)


def _refusal(url: str, response: Response) -> CatchupError:
    """Return what a handshake's status means (docs/protocol.md, section 1). API Gateway names the kind in a header."""
    status, kind = response.status_code, response.headers.get("x-amzn-ErrorType", "").partition(":")[0]
    answer = f"{status} {kind}".rstrip()
    match status:
        case 401:
            return TokenRefused("401 at the handshake")
        case 403 if kind == "AccessDeniedException" or b"not authorized" in (response.body or b""):
            return AccessForbidden()
        case 403:
            return NotServed(url, answer)
        case 429:
            return ConnectionLost(f"{url} is overloaded ({answer}); try again later")
        case _ if status >= 500 and kind.startswith("Authorizer"):
            return ConnectionLost(
                f"{url} could not check the token ({answer}): its authorizer failed, perhaps because the issuer of the "
                "tokens can't be reached; the server's log says why"
            )
        case _ if status >= 500:
            return ConnectionLost(f"{url} failed at the handshake ({answer}); the server's log says why")
        case _:
            return ConnectionLost(
                f"{url} answered the handshake with status {answer}: it is not Catchup; check the address"
            )
