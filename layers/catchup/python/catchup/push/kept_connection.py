"""A connection over HTTP/1.1 that stays open, for small requests of which only the answer's status matters.

http.client opens it, with TLS. It does not read the answers: its parser, which is that of e-mails, takes half of the
CPU time of a post (docs/adr/0023-posts-without-botocores-client.md). httptools has the parser of Node.js.
"""

import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from typing import NamedTuple

from httptools import HttpParserError, HttpResponseParser

# The head of an answer has at most this length; more is no answer.
MAX_HEAD_BYTES = 65_536

_PIECE_BYTES = 65_536
_FINAL = 200


class Answer(NamedTuple):
    """An answer; the names of its headers are in lower case. Its body has been read and dropped."""

    status: int
    headers: Mapping[str, str]


class KeptConnection:
    """One connection, for one thread at a time. It is opened, and after a failure closed, by its user."""

    def __init__(self, host: str, tls: ssl.SSLContext | None) -> None:
        """`host`: with the port, if it is not the usual one. `tls`: None for plain HTTP."""
        self._http = HTTPConnection(host) if tls is None else HTTPSConnection(host, context=tls)
        self._timeout = 0.0

    @property
    def is_open(self) -> bool:
        """Whether it was opened, and not closed by this side."""
        return self._http.sock is not None

    def open(self, timeout: float) -> None:
        """Opens it. Raises OSError."""
        self._http.timeout = self._timeout = timeout
        self._http.connect()

    def close(self) -> None:
        """Closes it; nothing if it is closed."""
        self._http.close()

    def exchange(self, request: bytes, timeout: float) -> Answer:
        """Sends a request and reads the answer to its end. `timeout`: of each step, in seconds.

        Raises OSError, and HTTPException for what is no answer.
        """
        if timeout != self._timeout:
            self._http.sock.settimeout(timeout)
            self._timeout = timeout
        self._http.sock.sendall(request)
        reading = _Reading()
        while not reading.is_whole:
            piece = self._http.sock.recv(_PIECE_BYTES)
            if not piece:
                if reading.has_head:  # nothing but the end of the connection tells where the body ends
                    break
                raise RemoteDisconnected("the connection was closed without a whole answer")
            reading.take(piece)
        if not reading.leaves_open:
            self.close()
        return Answer(reading.status, reading.headers)


class _Reading:
    """Reads one answer; its methods with `on_` are called by the parser."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.is_whole = False
        self.leaves_open = False
        self._head_bytes = 0
        self._parser = HttpResponseParser(self)

    @property
    def has_head(self) -> bool:
        """Whether all headers have come, and do not tell the body's length."""
        return self.status >= _FINAL and not self.headers.keys() & {"content-length", "transfer-encoding"}

    def take(self, piece: bytes) -> None:
        """Reads on. Raises HTTPException."""
        try:
            self._parser.feed_data(piece)
        except HttpParserError as error:
            if not self.is_whole:
                raise HTTPException(str(error)) from error
        if self.status < _FINAL:
            self._head_bytes += len(piece)
            if self._head_bytes > MAX_HEAD_BYTES:
                raise HTTPException("the head of an answer is too long")

    def on_message_begin(self) -> None:
        # After an answer there is nothing before the next request: what is there could be taken for its answer.
        self.leaves_open = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.is_whole:
            self.headers[name.lower().decode("latin-1")] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < _FINAL:  # such as 100 Continue: the answer follows
            self.headers.clear()
        elif not self.is_whole:
            self.status = status

    def on_message_complete(self) -> None:
        if self.status >= _FINAL and not self.is_whole:
            self.is_whole = True
            self.leaves_open = self._parser.should_keep_alive()
