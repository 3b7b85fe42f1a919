"""A client's request as API Gateway takes it in: its limits, and what it decodes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from aiohttp import web

from local.http_api.answers import BAD_REQUEST, HEAD_TOO_LARGE, TOO_LARGE, GatewayAnswer
from local.http_api.limits import MAX_BODY_BYTES, MAX_HEAD_BYTES

_NOT_AN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class HttpRequest:
    """A request.

    Attributes:
        path: percent-decoded once, before a route is selected: "%2F" divides segments like "/".
        raw_query: what follows the "?", as it was sent.
        headers: as they were sent; names may repeat, in any case.
    """

    method: str
    path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    protocol: str = "HTTP/1.1"

    def values(self, name: str) -> list[str]:
        """All values of a header; `name` is in lower case."""
        return [value for each, value in self.headers if each.lower() == name]

    def header(self, name: str) -> str | None:
        """The values of a header, joined by commas, or None; `name` is in lower case."""
        values = self.values(name)
        return ",".join(values) if values else None

    @property
    def is_read_otherwise_on_aws(self) -> bool:
        """Whether AWS was seen to take this path otherwise than it documents (docs/platform.md): it decodes twice, and
        a "?" from the first time ends the path."""
        return "%" in self.path or "?" in self.path


async def read_request(request: web.Request) -> HttpRequest:
    """Reads the whole request. Raises GatewayAnswer for one that is over a limit, or has no valid path."""
    line = f"{request.method} {request.raw_path} HTTP/1.1"
    if len(line.encode()) + sum(len(name) + len(value) for name, value in request.raw_headers) > MAX_HEAD_BYTES:
        raise GatewayAnswer(*HEAD_TOO_LARGE)
    raw_path, _, raw_query = request.raw_path.partition("?")
    return HttpRequest(
        method=request.method,
        path=_decoded(raw_path),
        raw_query=raw_query,
        headers=tuple(_headers(request)),
        body=await _body(request),
        source_ip=request.remote or "127.0.0.1",
        protocol=f"HTTP/{request.version.major}.{request.version.minor}",
    )


def _headers(request: web.Request) -> Iterator[tuple[str, str]]:
    for name, value in request.raw_headers:
        yield name.decode("latin-1"), value.decode(errors="replace")


def _decoded(raw_path: str) -> str:
    if not raw_path.startswith("/") or _NOT_AN_ESCAPE.search(raw_path):
        raise GatewayAnswer(*BAD_REQUEST)
    try:
        return unquote_to_bytes(raw_path).decode()
    except UnicodeDecodeError:
        raise GatewayAnswer(*BAD_REQUEST) from None


async def _body(request: web.Request) -> bytes:
    """Not `request.read()`: its limit is that of the WebSocket's side."""
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise GatewayAnswer(*TOO_LARGE)
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise GatewayAnswer(*TOO_LARGE)
    return bytes(body)
