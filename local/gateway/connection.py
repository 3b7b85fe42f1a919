"""A client's connection."""

import asyncio
import base64
import re
import secrets
import time
from dataclasses import dataclass, field

from aiohttp import web

from local.gateway.limits import MAX_UNREAD_BYTES
from local.json_types import JsonObject

_ID = re.compile(r"[A-Za-z0-9_-]{15}=")


def new_id() -> str:
    """An id as API Gateway makes them for connections, requests and messages: "Xb3kzcPuPHcCF1g="."""
    return base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()


def is_connection_id(text: str) -> bool:
    """Whether `text` could be the id of a connection, open or not."""
    return _ID.fullmatch(text) is not None


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


@dataclass(frozen=True)
class Handshake:
    """The HTTP request that asks for a connection; names may repeat in `headers` and `query`."""

    headers: tuple[tuple[str, str], ...]
    query: tuple[tuple[str, str], ...]
    source_ip: str

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(eq=False)
class Connection:
    """A connection, from its handshake until $disconnect.

    Attributes:
        authorizer: the authorizer's context, which every event of the connection carries; None without authorizer.
        socket: None until $connect has let the client in.
        closed_by_us: code and reason, once this side has closed the connection.
        tells_disconnect: whether $disconnect will be invoked. On AWS it is best effort, so tests may leave it out.
    """

    handshake: Handshake
    id: str = field(default_factory=new_id)
    connected_at_ms: int = field(default_factory=now_ms)
    last_active_at_ms: int = field(default_factory=now_ms)
    authorizer: JsonObject | None = None
    socket: web.WebSocketResponse | None = None
    transport: asyncio.Transport | None = None
    closed_by_us: tuple[int, str] | None = None
    tells_disconnect: bool = True

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent to the client: it is not in $connect any more, and not closing."""
        return self.socket is not None and not self.socket.closed

    @property
    def is_full(self) -> bool:
        """Whether the client reads too slowly to get more messages."""
        return self.transport is not None and self.transport.get_write_buffer_size() > MAX_UNREAD_BYTES

    async def send(self, text: str) -> bool:
        """Sends a message and returns whether the connection was open."""
        if self.socket is None or self.socket.closed:
            return False
        self.last_active_at_ms = now_ms()
        try:
            await self.socket.send_str(text)
        except ConnectionError:
            return False
        return True

    async def close(self, code: int, reason: str) -> None:
        """Closes the connection with this code and reason."""
        if self.socket is not None and self.closed_by_us is None:
            self.closed_by_us = (code, reason)
            await self.socket.close(code=code, message=reason.encode())

    def drop(self) -> None:
        """Cuts the connection without a close frame, as a network does."""
        if self.transport is not None:
            self.transport.abort()
