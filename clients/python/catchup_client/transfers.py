"""Bytes to and from the store of files, over HTTP with the standard library: each transfer runs in a thread."""

import asyncio
import contextlib
import logging
import re
import secrets
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import BinaryIO, cast

from catchup_client.errors import AddressInvalid, FileUnusable, TransferFailed
from catchup_client.files import Content
from catchup_client.http_connections import CONNECT_SECONDS, connection_to, parts_of
from catchup_client.protocol.media import UploadForm, UploadPart
from catchup_client.settings import HTTP_TIMEOUT_SECONDS

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
"""So much is sent or saved between two reports of progress."""

PARALLEL_TRANSFERS = 6

OnBytes = Callable[[int], None]
"""Is called with the number of bytes of this transfer so far, in the thread of the event loop."""


class Transfers:
    """Sends and fetches files. A transfer that is cancelled ends at once. All raise TransferFailed."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(PARALLEL_TRANSFERS, thread_name_prefix="catchup-files")
        self._context: ssl.SSLContext | None = None

    async def post(self, form: UploadForm, content: Content, on_sent: OnBytes) -> None:
        """Send a whole file by a form. Raises FileUnusable."""
        boundary = secrets.token_hex(16)
        before, after = multipart(form.fields, boundary)
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}

        def send(transfer: "_Transfer", report: OnBytes) -> None:
            size = len(before) + content.size + len(after)
            body = _body(content, 0, content.size, report, before, after)
            transfer.send("POST", form.url, {**kind, "Content-Length": str(size)}, body)

        await self._run(send, on_sent)

    async def put(self, part: UploadPart, content: Content, offset: int, size: int, on_sent: OnBytes) -> None:
        """Send one part of a file. Raises FileUnusable."""

        def send(transfer: "_Transfer", report: OnBytes) -> None:
            headers = {**part.headers, "Content-Length": str(size)}
            transfer.send("PUT", part.url, headers, _body(content, offset, size, report))

        await self._run(send, on_sent)

    async def get(self, url: str, into: BinaryIO, on_got: OnBytes) -> None:
        """Append what is missing of a file. What has come stays, if the rest does not. Raises FileUnusable."""
        await self._run(lambda transfer, report: transfer.get(url, into, report), on_got)

    def close(self) -> None:
        """Let no transfer begin any more; may be called more than once."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: "Callable[[_Transfer, OnBytes], None]", on_bytes: OnBytes) -> None:
        loop = asyncio.get_running_loop()
        if self._context is None:
            self._context = ssl.create_default_context()
        transfer = _Transfer(self._context)

        def report(count: int) -> None:
            loop.call_soon_threadsafe(on_bytes, count)

        running = loop.run_in_executor(self._threads, work, transfer, report)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            transfer.end()
            running.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
            raise


class _Transfer:
    """One request, which another thread may end."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._connection: HTTPConnection | None = None
        self._ended = False

    def end(self) -> None:
        """End it: what waits for the network wakes up."""
        self._ended = True
        connection = self._connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: Iterator[bytes]) -> None:
        with contextlib.closing(self._open(url)) as connection:
            response = self._exchange(connection, method, url, headers, body)
            said = self._read(response)
            if response.status not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}:
                raise _refusal(response.status, said)

    def get(self, url: str, into: BinaryIO, report: OnBytes) -> None:
        have = into.tell()
        headers = {"Range": f"bytes={have}-"} if have else {}
        with contextlib.closing(self._open(url)) as connection:
            response = self._exchange(connection, "GET", url, headers, None)
            if response.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
                raise _refusal(response.status, self._read(response))
            if response.status == HTTPStatus.OK and have:  # whoever answers knows no ranges
                into.seek(0)
                into.truncate()
            while data := self._read(response, CHUNK_BYTES):
                try:
                    into.write(data)
                except OSError as error:
                    raise FileUnusable(str(into.name), f"can't be written: {error.strerror or error}") from error
                report(into.tell())
            if response.length:
                raise TransferFailed("the connection ended early")

    def _open(self, url: str) -> HTTPConnection:
        try:
            parts = parts_of(url)
        except AddressInvalid as error:
            raise TransferFailed(str(error)) from error
        self._connection = connection_to(parts, self._context if parts.scheme == "https" else None)
        return self._connection

    def _exchange(
        self,
        connection: HTTPConnection,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Iterator[bytes] | None,
    ) -> HTTPResponse:
        parts = parts_of(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.timeout = CONNECT_SECONDS
            connection.connect()
            cast("socket.socket", connection.sock).settimeout(HTTP_TIMEOUT_SECONDS)
            self._check()
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            try:
                for data in body or ():
                    self._check()
                    connection.send(data)
            except ConnectionError:
                # A refusal may come before the whole body is sent: then the other side closes.
                log.debug("the store of files closed the connection before the end")
            return connection.getresponse()
        except (OSError, HTTPException) as error:
            raise TransferFailed(f"can't be reached: {str(error) or type(error).__name__}") from error

    def _read(self, response: HTTPResponse, size: int | None = None) -> bytes:
        self._check()
        try:
            return response.read(size)
        except (OSError, HTTPException) as error:
            raise TransferFailed(f"ended early: {str(error) or type(error).__name__}") from error

    def _check(self) -> None:
        if self._ended:
            raise TransferFailed("was ended")


def multipart(fields: Mapping[str, str], boundary: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the file in a form (RFC 7578). The file comes last, as the store wants it."""
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
    return "".join([*lines, file]).encode(), f"\r\n--{boundary}--\r\n".encode()


def _body(
    content: Content, offset: int, size: int, report: OnBytes, before: bytes = b"", after: bytes = b""
) -> Iterator[bytes]:
    yield before
    for sent in range(0, size, CHUNK_BYTES):
        length = min(CHUNK_BYTES, size - sent)
        yield content.read(offset + sent, length)
        report(sent + length)
    yield after


def _refusal(status: int, said: bytes) -> TransferFailed:
    """Return what S3 says: its errors are XML with a `Code`."""
    found = re.search(rb"<Code>(\w+)</Code>", said)
    code = found[1].decode() if found else ""
    return TransferFailed(f"answered {status} {code}".rstrip(), status, code)
