"""@connections in a separate process: accepts every post, and answers as API Gateway does. It listens on two ports, one
of them with TLS, and prints both.

    python -m bench.connections CERTIFICATE KEY

Nobody is connected, because only the poster is measured. A server of aiohttp would take CPU time that the poster needs.
"""

import asyncio
import re
import sys
from pathlib import Path

from commands.start import run
from tests.support.certificates import Certificate

ANSWER = (
    b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nConnection: keep-alive\r\nx-amzn-RequestId: 8d2b0f0e-4f3c-4d0e-9a38-6f1c0a1d2b3c\r\n"
    b"x-amz-apigw-id: Xb3kzcPuPHcCF1g=\r\n\r\n{}"
)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Posts(asyncio.Protocol):
    """One connection of a poster. Requests come one after another, each with its length in its header."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport, for answers."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers each complete request."""
        assert self._transport is not None
        self._received += data
        while (end := self._received.find(b"\r\n\r\n") + 4) > 3:
            length = _LENGTH.search(self._received, 0, end)
            size = end + (int(length[1]) if length else 0)
            if len(self._received) < size:
                return
            self._received = self._received[size:]
            self._transport.write(ANSWER)


async def _serve() -> None:
    certificate, key = map(Path, sys.argv[1:])
    loop = asyncio.get_running_loop()
    plain = await loop.create_server(Posts, "127.0.0.1", 0)
    secure = await loop.create_server(Posts, "127.0.0.1", 0, ssl=Certificate(certificate, key).served())
    print(*(server.sockets[0].getsockname()[1] for server in (plain, secure)), flush=True)
    await plain.serve_forever()


if __name__ == "__main__":
    run(lambda: asyncio.run(_serve()))
