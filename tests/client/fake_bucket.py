"""A store of files over HTTP, made from S3's documentation, as far as the client needs it; with switchable faults."""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeBucket:
    """What was uploaded, by path, and the faults of the next requests."""

    def __init__(self) -> None:
        self.url = ""
        self.objects: dict[str, bytes] = {}
        self.requests: list[str] = []
        """Method and path, then the range if one was asked for."""
        self.faults: list[tuple[int, str]] = []
        """Status and code with which the next requests are answered. Status 0: the connection is closed; 206: half of
        a download comes, 299: all is done, and the answer is lost."""
        self.on_request = lambda: None
        """Is called in the thread of each request."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *whom: object) -> None:
        """Say nothing: clients that give up are what the tests are about."""


@contextmanager
def open_bucket() -> Iterator[FakeBucket]:
    """Serve a bucket on a free port."""
    bucket = FakeBucket()

    class Handler(_Handler):
        pass

    Handler.bucket = bucket
    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    bucket: FakeBucket
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self._body()
        if self._fails():
            return
        kind = self.headers["Content-Type"]
        parsed = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        fields = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
            for part in parsed.iter_parts()  # type: ignore[attr-defined]
        }
        assert list(fields)[-1] == "file", "what comes after the file is ignored"
        self._store(fields["key"].decode(), fields["file"], fields.get("x-amz-checksum-sha256", b"").decode(), 204)

    def do_PUT(self) -> None:
        body = self._body()
        if not self._fails():
            self._store(self.path.lstrip("/"), body, self.headers.get("x-amz-checksum-sha256", ""), 200)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].lstrip("/")
        whole = self.bucket.objects.get(path)
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if self._fails(f" {self.headers['Range']}" if asked else ""):
            return
        half = self.bucket.faults[:1] == [(206, "")]
        if half:
            self.bucket.faults.pop(0)
        if whole is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        begin = int(asked[1]) if asked else 0
        self._answer(206 if asked else 200, whole[begin:], cut=half)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _fails(self, more: str = "") -> bool:
        bucket = self.bucket
        bucket.requests.append(f"{self.command} {self.path}{more}")
        bucket.on_request()
        if not bucket.faults:
            return False
        status, code = bucket.faults[0]
        if status in {206, 299}:  # see where they are done
            return False
        bucket.faults.pop(0)
        if status == 0:
            self.close_connection = True
        else:
            self._answer(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())
        return True

    def _store(self, key: str, body: bytes, checksum: str, status: int) -> None:
        if checksum and base64.b64encode(hashlib.sha256(body).digest()).decode() != checksum:
            self._answer(400, b"<Error><Code>BadDigest</Code></Error>")
            return
        self.bucket.objects[key] = body
        if self.bucket.faults and self.bucket.faults.pop(0):
            self.close_connection = True
            return
        self._answer(status, b"")

    def _answer(self, status: int, body: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def log_message(self, *args: object) -> None:
        """Say nothing."""
