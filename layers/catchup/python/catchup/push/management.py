"""A client of @connections that takes little CPU.

botocore's client takes over 1 ms of CPU per call, three times as much as this one, and a fan-out does little else
(docs/adr/0023-posts-without-botocores-client.md, `make bench-fanout`). A call here is one request of the standard
library's client over a connection that stays open. Callers use it like botocore's client: the same two calls, the same
kinds of errors.

Source: AWS documentation, "Use @connections commands in your backend service".
"""

import random
import ssl
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
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
            status, error_type = self._send(method, path, data)
        except BotoCoreError as error:
            return error
        return None if status < _REFUSED else _refusal(operation, status, error_type)

    def _send(self, method: str, path: str, data: bytes) -> tuple[int, str]:
        """One attempt; status and type of error. If the other side has closed an idle connection, it is
        opened again; this does not count as an attempt."""
        timeout = read_timeout_seconds()
        headers = self._signer.headers(method, path, data)
        http: HTTPConnection | None = getattr(self._this_thread, "http", None)
        was_open = http is not None and http.sock is not None
        if http is None:
            http = self._this_thread.http = self._connection()
        try:
            try:
                return self._exchange(http, method, path, data, headers, timeout)
            except (ConnectionError, HTTPException):
                http.close()
                if not was_open:
                    raise
                return self._exchange(http, method, path, data, headers, timeout)
        except TimeoutError as error:
            http.close()
            raise ReadTimeoutError(endpoint_url=self._origin, error=error) from error
        except (OSError, HTTPException) as error:
            http.close()
            raise ConnectionClosedError(endpoint_url=self._origin, error=error) from error

    def _exchange(
        self, http: HTTPConnection, method: str, path: str, data: bytes, headers: dict[str, str], timeout: float
    ) -> tuple[int, str]:
        if http.sock is None:
            http.timeout = min(CONNECT_TIMEOUT_SECONDS, timeout)
            try:
                http.connect()
            except OSError as error:
                http.close()
                raise EndpointConnectionError(endpoint_url=self._origin, error=error) from error
        http.sock.settimeout(timeout)
        http.request(method, path, data, headers)
        answer = http.getresponse()
        answer.read()
        return answer.status, answer.headers.get("x-amzn-ErrorType", "")

    def _connection(self) -> HTTPConnection:
        if self._tls is None:
            return HTTPConnection(self._host)
        return HTTPSConnection(self._host, context=self._tls)


def _passes(error: ClientError | BotoCoreError) -> bool:
    """Whether another attempt may succeed."""
    return not isinstance(error, ClientError) or error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR


def _refusal(operation: str, status: int, error_type: str) -> ClientError:
    """Returns the error that botocore would raise. In some answers a colon and an address follow the type."""
    code = error_type.partition(":")[0] or str(status)
    return ClientError(
        {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        operation,
    )
