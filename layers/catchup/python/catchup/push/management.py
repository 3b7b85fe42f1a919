"""A client of @connections that takes little CPU.

botocore's client takes over 1 ms of CPU per call, many times as much as this one, and a fan-out does little else
(docs/adr/0023-posts-without-botocores-client.md, `make bench-fanout`). A call here is one request over a connection
that stays open. Callers use it like botocore's client: the same two calls, the same kinds of errors.

Source: AWS documentation, "Use @connections commands in your backend service".
"""

import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from urllib.parse import quote, urlsplit

from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from catchup.calls import read_timeout_seconds
from catchup.clock import deadline
from catchup.push.kept_connection import Answer, KeptConnection
from catchup.push.signature import Signer
from catchup.settings import CONNECT_TIMEOUT_SECONDS, MAX_ATTEMPTS

# Before a second attempt, with full jitter; double before a third.
FIRST_PAUSE_MS = 50
_REFUSED = 300
_SERVER_ERROR = 500


class ManagementClient:
    """A thread-safe client: each thread keeps its own connection.

    If the answer is 500 or above, or missing, the call is tried up to three times. A 429 is not tried again: the caller
    decides how long to wait. Raises ClientError with the status, EndpointConnectionError, ReadTimeoutError,
    ConnectionClosedError, and OutOfTime.
    """

    def __init__(
        self,
        endpoint: str,
        region: str,
        credentials: Callable[[], ReadOnlyCredentials],
        ca_bundle: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`endpoint`: of the stage, `https://<host>/<stage>`. `credentials`: the current ones. `ca_bundle`: a file
        with the authorities that are trusted."""
        parts = urlsplit(endpoint)
        self._host = parts.netloc
        self._path = f"{parts.path.rstrip('/')}/@connections/"
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._signer = Signer(parts.netloc, region, credentials)
        self._tls = ssl.create_default_context(cafile=ca_bundle) if parts.scheme == "https" else None
        self._sleep = sleep
        self._this_thread = threading.local()

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803 - boto3's names
        """Sends a text frame to a client."""
        self._call("PostToConnection", "POST", ConnectionId, Data)

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803 - boto3's names
        """Closes a connection."""
        self._call("DeleteConnection", "DELETE", ConnectionId, b"")

    def _call(self, operation: str, method: str, connection_id: str, data: bytes) -> None:
        path = self._path + quote(connection_id, safe="~")
        attempt = 0
        while True:
            attempt += 1
            error = self._attempt(operation, method, path, data)
            if error is None:
                return
            pause_ms = random.uniform(0, FIRST_PAUSE_MS * 2 ** (attempt - 1))
            if attempt == MAX_ATTEMPTS or not _passes(error) or not deadline().allows(pause_ms):
                raise error
            self._sleep(pause_ms / 1_000)

    def _attempt(self, operation: str, method: str, path: str, data: bytes) -> ClientError | BotoCoreError | None:
        try:
            answer = self._send(method, path, data)
        except BotoCoreError as error:
            return error
        return None if answer.status < _REFUSED else _refusal(operation, answer)

    def _send(self, method: str, path: str, data: bytes) -> Answer:
        """One attempt. If the other side has closed an idle connection, it is opened again; this does not count as an
        attempt."""
        timeout = read_timeout_seconds()
        request = _request(method, path, self._signer.headers(method, path, data), data)
        connection: KeptConnection | None = getattr(self._this_thread, "connection", None)
        if connection is None:
            connection = self._this_thread.connection = KeptConnection(self._host, self._tls)
        was_open = connection.is_open
        try:
            try:
                return self._exchange(connection, request, timeout)
            except (ConnectionError, HTTPException):
                connection.close()
                if not was_open:
                    raise
                return self._exchange(connection, request, timeout)
        except TimeoutError as error:
            connection.close()
            raise ReadTimeoutError(endpoint_url=self._origin, error=error) from error
        except (OSError, HTTPException) as error:
            connection.close()
            raise ConnectionClosedError(endpoint_url=self._origin, error=error) from error

    def _exchange(self, connection: KeptConnection, request: bytes, timeout: float) -> Answer:
        if not connection.is_open:
            try:
                connection.open(min(CONNECT_TIMEOUT_SECONDS, timeout))
            except OSError as error:
                connection.close()
                raise EndpointConnectionError(endpoint_url=self._origin, error=error) from error
        return connection.exchange(request, timeout)


def _request(method: str, path: str, headers: Mapping[str, str], data: bytes) -> bytes:
    """A whole request. Nothing in it can end a line early: the id in the path is percent-encoded."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}content-length: {len(data)}\r\n\r\n".encode("ascii") + data


def _passes(error: ClientError | BotoCoreError) -> bool:
    """Whether another attempt may succeed."""
    return not isinstance(error, ClientError) or error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR


def _refusal(operation: str, answer: Answer) -> ClientError:
    """Returns the error that botocore would raise. In some answers a colon and an address follow the type."""
    code = answer.headers.get("x-amzn-errortype", "").partition(":")[0] or str(answer.status)
    return ClientError(
        {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": answer.status}},  # type: ignore[typeddict-item]
        operation,
    )
