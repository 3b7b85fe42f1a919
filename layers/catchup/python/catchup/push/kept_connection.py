"""A connection over HTTP/1.1 that stays open, for small requests of which only the answer's status matters.

http.client opens it, with TLS, but does not write the requests and read the answers: its parser, which is that of
e-mails, takes half of the CPU time of a post (docs/adr/0023-posts-without-botocores-client.md).

Source: RFC 9112, "HTTP/1.1", sections 4 to 7.
"""

import ssl
from collections.abc import Mapping
from http.client import BadStatusLine, HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from typing import NamedTuple

# The head of an answer, or a line between the chunks of a body, has at most this length; more is no answer.
MAX_HEAD_BYTES = 65_536

_PIECE_BYTES = 65_536
_FINAL = 200
_WITHOUT_BODY = (204, 304)


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
        # Received, and not read yet.
        self._rest = b""

    @property
    def is_open(self) -> bool:
        """Whether it was opened, and not closed by this side."""
        return self._http.sock is not None

    def open(self, timeout: float) -> None:
        """Opens it. Raises OSError."""
        self._http.timeout = self._timeout = timeout
        self._rest = b""
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
        version, answer = self._head()
        while answer.status < _FINAL:
            version, answer = self._head()
        ended = answer.status in _WITHOUT_BODY or self._read_body(answer.headers)
        # After an answer there is nothing before the next request: what is there could be taken for its answer.
        if not ended or self._rest or version != "HTTP/1.1" or "close" in answer.headers.get("connection", "").lower():
            self.close()
        return answer

    def _head(self) -> tuple[str, Answer]:
        """Reads the version, status and headers of an answer."""
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, _, rest = first.partition(" ")
        status = rest[:3]
        if not version.startswith("HTTP/1.") or not status.isdecimal():
            raise BadStatusLine(first[:100])
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return version, Answer(int(status), headers)

    def _read_body(self, headers: Mapping[str, str]) -> bool:
        """Reads the body to its end. False: nothing but the end of the connection tells where that is."""
        coding = headers.get("transfer-encoding", "").lower()
        if coding == "chunked":
            while size := _size(self._until(b"\r\n").partition(b";")[0], 16):
                self._skip(size + len(b"\r\n"))
            # Headers may follow.
            while self._until(b"\r\n"):
                pass
        elif coding or "content-length" not in headers:
            return False
        else:
            self._skip(_size(headers["content-length"].encode(), 10))
        return True

    def _until(self, end: bytes) -> bytes:
        """Reads up to this end, and the end."""
        while (at := self._rest.find(end)) < 0:
            if len(self._rest) > MAX_HEAD_BYTES:
                raise HTTPException("the head of an answer is too long")
            self._rest += self._piece()
        found, self._rest = self._rest[:at], self._rest[at + len(end) :]
        return found

    def _skip(self, size: int) -> None:
        """Drops this many bytes."""
        while len(self._rest) < size:
            size -= len(self._rest)
            self._rest = self._piece()
        self._rest = self._rest[size:]

    def _piece(self) -> bytes:
        piece: bytes = self._http.sock.recv(_PIECE_BYTES)
        if not piece:
            raise RemoteDisconnected("the connection was closed without a whole answer")
        return piece


def _size(digits: bytes, base: int) -> int:
    try:
        size = int(digits, base)
    except ValueError:
        size = -1
    if size < 0:
        raise HTTPException(f"no length: {digits[:100]!r}")
    return size
