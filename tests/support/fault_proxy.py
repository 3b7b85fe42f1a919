"""A proxy between a client and the local stack that does what bad networks do."""

import asyncio
import contextlib
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 65_536


class FaultProxy:
    """Forwards connections, and cuts or freezes them."""

    def __init__(self, target: str) -> None:
        """`target`: the WebSocket address to forward to; `url` is that of the proxy."""
        self._target = urlsplit(target)
        self._writers: set[asyncio.StreamWriter] = set()
        self._cut_after: int | None = None
        self._frozen = asyncio.Event()
        self._swallowed: asyncio.Event | None = None
        self._ended = asyncio.Event()
        self.connections = 0

    @property
    def url(self) -> str:
        """The address for clients."""
        port = self._server.sockets[0].getsockname()[1]
        return urlunsplit(self._target._replace(netloc=f"127.0.0.1:{port}"))

    def cut(self) -> None:
        """End all connections at once, without a close frame."""
        for writer in self._writers:
            writer.transport.abort()

    def cut_after(self, received_bytes: int | None) -> None:
        """End each further connection when that much has come from the server; None: not any more."""
        self._cut_after = received_bytes

    def freeze(self) -> None:
        """Let nothing through on the connections that are open, not even their end; neither side is told."""
        self._frozen.set()
        self._frozen = asyncio.Event()

    async def cut_at_the_next_answer(self) -> None:
        """Keep back what the server says next, and end the connection instead."""
        self._swallowed = asyncio.Event()
        await self._swallowed.wait()

    async def __aenter__(self) -> "FaultProxy":
        """Listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End everything."""
        self._ended.set()
        self._server.close()
        self.cut()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        assert self._target.hostname is not None
        from_server, to_server = await asyncio.open_connection(self._target.hostname, self._target.port)
        frozen = self._frozen
        self._writers |= {writer, to_server}
        try:
            await asyncio.gather(
                self._forward(reader, to_server, frozen), self._forward(from_server, writer, frozen, down=True)
            )
        finally:
            self._writers -= {writer, to_server}
            for each in (writer, to_server):
                each.transport.abort()

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        frozen: asyncio.Event,
        *,
        down: bool = False,
    ) -> None:
        left = self._cut_after if down else None
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(CHUNK_BYTES):
                if frozen.is_set():
                    continue
                if down and self._swallowed is not None:
                    self._swallowed.set()
                    self._swallowed = None
                    break
                if left is not None and len(chunk) >= left:
                    writer.write(chunk[:left])
                    await writer.drain()
                    break
                if left is not None:
                    left -= len(chunk)
                writer.write(chunk)
                await writer.drain()
        if frozen.is_set():
            await self._ended.wait()
        writer.close()
