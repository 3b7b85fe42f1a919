"""HTTP requests over connections that are kept open, with the standard library: each request runs in a thread."""

import asyncio
import contextlib
import socket
import ssl
import zlib
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import cast
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from catchup_client.errors import AddressInvalid, ConnectionLost
from catchup_client.protocol.http_form import HttpRequest, HttpResponse
from catchup_client.settings import HTTP_TIMEOUT_SECONDS

PARALLEL_REQUESTS = 8
"""How many requests run at once. Others wait for one of them."""

CONNECT_SECONDS = 10.0
"""How long opening a connection may take: it can't be cut short when the client is closed."""

# The gzip format of zlib: its largest window, and 16 (zlib manual, "inflateInit2").
_GZIP = 31


class HttpConnections:
    """The connections to one address. `close` ends the requests that run."""

    def __init__(self, url: str) -> None:
        """Prepare; raises AddressInvalid."""
        self._url = url
        self._parts = parts_of(url)
        self._context = ssl.create_default_context() if self._parts.scheme == "https" else None
        self._threads = ThreadPoolExecutor(PARALLEL_REQUESTS, thread_name_prefix="catchup-http")
        self._idle: list[HTTPConnection] = []
        self._busy: set[HTTPConnection] = set()
        self._closed = False

    async def exchange(self, request: HttpRequest) -> HttpResponse:
        """Send a request and return its answer; raises ConnectionLost."""
        if self._closed:
            raise ConnectionLost("closed by this client")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._exchange, request)

    async def close(self) -> None:
        """Close all connections; may be called more than once."""
        self._closed = True
        for connection in [*self._busy, *self._idle]:
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
        self._close_kept()
        self._threads.shutdown(wait=False)

    def _exchange(self, request: HttpRequest) -> HttpResponse:
        try:
            if kept := self._kept():
                # The server may have closed it meanwhile. Every request of the protocol may be repeated.
                with contextlib.suppress(ConnectionError, HTTPException):
                    return self._over(kept, request)
            return self._over(self._connection(), request)
        except (OSError, HTTPException, zlib.error) as error:
            reason = str(error) or type(error).__name__
            raise ConnectionLost(
                f"{self._url} can't be reached: {reason}; check the address, and that the server runs"
            ) from error

    def _over(self, connection: HTTPConnection, request: HttpRequest) -> HttpResponse:
        self._busy.add(connection)
        try:
            if connection.sock is None:
                connection.timeout = CONNECT_SECONDS
                connection.connect()
                cast("socket.socket", connection.sock).settimeout(HTTP_TIMEOUT_SECONDS)
            if self._closed:
                raise ConnectionLost("closed by this client")
            path = self._parts.path.rstrip("/") + request.target
            connection.request(request.method, path, request.content or None, dict(request.headers))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            content = response.read()
            if headers.get("content-encoding") == "gzip":
                content = zlib.decompress(content, _GZIP)
        except BaseException:
            connection.close()
            raise
        finally:
            self._busy.discard(connection)
        self._idle.append(connection)  # http.client opens it again if the server has closed it
        if self._closed:
            self._close_kept()
        return HttpResponse(response.status, headers, content)

    def _kept(self) -> HTTPConnection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _close_kept(self) -> None:
        while kept := self._kept():
            kept.close()

    def _connection(self) -> HTTPConnection:
        return connection_to(self._parts, self._context)


def connection_to(parts: SplitResult, context: ssl.SSLContext | None) -> HTTPConnection:
    """Return a connection to the host of an address, by way of the environment's proxy; it is not open yet.

    `context`: for https, else None.
    """
    host, port = parts.hostname or "", parts.port
    if context is None:
        return HTTPConnection(host, port)
    proxy = getproxies().get("https")
    if not proxy or proxy_bypass(host):
        return HTTPSConnection(host, port, context=context)
    through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    connection = HTTPSConnection(through.hostname or "", through.port, context=context)
    connection.set_tunnel(host, port)
    return connection


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address; raises AddressInvalid."""
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").encode("idna"), parts.port
    except ValueError as error:  # UnicodeError is one
        raise AddressInvalid(url, "http") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise AddressInvalid(url, "http")
    return parts
