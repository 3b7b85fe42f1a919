"""AWS as the service's clients see it over HTTP, where any call can go wrong, in virtual time.

The real botocore clients, with the service's own configuration, talk to this instead of a socket: what is injected here
passes through the SDK's own error parsing, retries and back-off. Behind it are moto's tables, and the test's
`Gateway` and `Queues`.
"""

import functools
import json
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any, Protocol
from unittest.mock import patch

import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries import standard
from moto.core.models import botocore_stubber

from catchup.bootstrap.clients import CLIENT_CONFIG
from catchup.calls import in_time
from tests.faults.virtual_time import Time
from tests.people.line import NoAnswer
from tests.people.tables import DATA, Raw, Remembering, Tables, tables_of
from tests.support.bucket import Bucket, Stored
from tests.support.engines import REGION
from tests.support.queues import Queues
from tests.support.world import Gateway

CALL_MS = 2


@dataclass(frozen=True)
class Call:
    """One call of the service, however often the SDK sends it. `target`: tables, a connection's person, a queue, or a
    folder of the bucket of media."""

    operation: str
    target: str

    def __str__(self) -> str:
        return f"{self.operation} {self.target}"


@dataclass(frozen=True)
class Attempt:
    """One HTTP request of a call. `perform` lets it have its effect; with `body`, another body's."""

    call: Call
    number: int
    body: Mapping[str, Any]
    time: Time
    perform: Callable[[Mapping[str, Any] | None], AWSResponse]
    hang_up: Callable[[], None]


class Fault(Protocol):
    """What becomes of an attempt. `lasting`: of every later call of the same kind too."""

    @property
    def lasting(self) -> bool: ...

    def __call__(self, attempt: Attempt) -> AWSResponse: ...


class Aws:
    """All clients of one deployment. A call that a fault strikes goes through the SDK and `_serve`; the others take a
    shorter way to the same answer."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.gateway = Gateway()
        self.queued = Queues()
        self.tables = Tables()
        self.calls: list[Call] = []
        self._is_watching = False
        self._armed: tuple[int, Fault] | None = None
        self._fault: Fault | None = None
        self._has_struck = False
        self._call = Call("", "")
        self._attempt = 0
        self.sdk = self._client("dynamodb", self.tables.perform)
        self.dynamodb = _Calls(self._begin, self.sdk, Remembering(self.sdk, self.tables))
        self.management = _Calls(
            self._begin, self._client("apigatewaymanagementapi", self._perform_on_gateway), self.gateway
        )
        self.queues = _Calls(self._begin, self._client("sqs", self._perform_on_queue), self.queued)
        self.bucket = Bucket()
        self.media = _Objects(self._begin, self._client("s3", self._perform_on_bucket), self.bucket)

    def _client(self, service: str, perform: Callable[[Any, str, bytes], AWSResponse]) -> Any:
        # The SDK's allowance for retries would run out after a hundred injected faults.
        endless = functools.partial(standard.quota.RetryQuota, initial_capacity=10**9)
        with patch.object(standard.quota, "RetryQuota", endless):
            client = botocore.session.get_session().create_client(
                service,
                region_name=REGION,
                endpoint_url="https://gateway.test" if service != "dynamodb" else None,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=CLIENT_CONFIG.merge(Config(signature_version=UNSIGNED)),
            )
        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.register(f"before-send.{service}", functools.partial(self._serve, perform))
        return in_time(client)

    def watch(self, at: int | None = None, fault: Fault | None = None) -> None:
        """From now on calls are listed; the fault strikes the one that will have this index."""
        self.calls = []
        self._has_struck = False
        self._is_watching = True
        self._armed = None if at is None or fault is None else (at, fault)

    def heal(self) -> bool:
        """No more faults. Whether one has struck."""
        self._is_watching = False
        self._armed = self._fault = None
        return self._has_struck

    def _begin(self, call: Call) -> bool:
        """Whether this call must go through the SDK."""
        self._call, self._attempt, self._fault = call, 0, None
        if self._is_watching:
            self.calls.append(call)
            self._pass_time()
            self._fault = self._fault_of(len(self.calls) - 1)
            self._has_struck = self._has_struck or self._fault is not None
        return self._fault is not None

    def _fault_of(self, index: int) -> Fault | None:
        if self._armed is None:
            return None
        at, fault = self._armed
        strikes = index == at or (fault.lasting and index > at and self.calls[index] == self.calls[at])
        return fault if strikes else None

    def _pass_time(self) -> None:
        self.time.now_ms += CALL_MS
        if self.time.now_ms >= self.time.ends_ms:
            raise NoAnswer

    def _serve(
        self, perform: Callable[[Any, str, bytes], AWSResponse], request: Any, event_name: str, **_: Any
    ) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        # S3 gets a file; what is in it is known from the call.
        text = request.body if isinstance(request.body, bytes | str) else b""
        body = text if isinstance(text, bytes) else text.encode()
        if self._fault is None:
            return perform(request, operation, body)
        self._attempt += 1
        if self._attempt > 1:
            self._pass_time()
        attempt = Attempt(
            call=self._call,
            number=self._attempt,
            body=json.loads(body) if self._call.operation in DATA else {},
            time=self.time,
            perform=lambda other: perform(request, operation, body if other is None else json.dumps(other).encode()),
            hang_up=lambda: self.gateway.open.discard(_connection_of(request)),
        )
        return self._fault(attempt)

    def _perform_on_gateway(self, request: Any, operation: str, body: bytes) -> AWSResponse:
        connection = _connection_of(request)
        try:
            if operation == "PostToConnection":
                self.gateway.post_to_connection(connection, body)
            else:
                self.gateway.delete_connection(connection)
        except ClientError as error:
            return answer(error.response["ResponseMetadata"]["HTTPStatusCode"], {})
        return answer(200 if operation == "PostToConnection" else 204, {})

    def _perform_on_queue(self, _request: Any, _operation: str, body: bytes) -> AWSResponse:
        return answer(200, {"MessageId": "queued", **self.queued.send_message(**json.loads(body))})

    def _perform_on_bucket(self, _request: Any, _operation: str, _body: bytes) -> AWSResponse:
        name, arguments = self.media.asked
        try:
            said = getattr(self.bucket, name)(**arguments)
        except ClientError as error:
            return answer(error.response["ResponseMetadata"]["HTTPStatusCode"], {})
        body = said["Body"].read() if "Body" in said else b""
        return AWSResponse("https://aws.test", 200, _headers(said), Raw(body))


class _Calls:
    """A client each of whose calls goes one way or the other."""

    def __init__(self, begin: Callable[[Call], bool], sdk: Any, short: Any) -> None:
        self._begin = begin
        self._sdk = sdk
        self._short = short

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            client = self._sdk if self._begin(_call_of(name, arguments)) else self._short
            return getattr(client, name)(**arguments)

        return call


class _Objects(_Calls):
    """The bucket of media. `objects`: what it holds. `asked`: the last call."""

    asked: tuple[str, dict[str, Any]]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("generate_presigned"):
            # No call.
            sign: Callable[..., Any] = getattr(self._short, name)
            return sign
        call = super().__getattr__(name)

        def asking(**arguments: Any) -> Any:
            self.asked = (name, arguments)
            return call(**arguments)

        return asking

    @property
    def objects(self) -> dict[str, Stored]:
        objects: dict[str, Stored] = self._short.objects
        return objects

    def put(self, key: str, body: bytes, **head: Any) -> None:
        """An upload, which is no call of a function."""
        self._short.put(key, body, **head)


def _headers(said: Mapping[str, Any]) -> dict[str, str]:
    """What HeadObject and GetObject answer."""
    if not said:
        return {}
    return {
        "Content-Length": str(said["ContentLength"]),
        **({"Content-Range": said["ContentRange"]} if "ContentRange" in said else {}),
        "Content-Type": said.get("ContentType", "binary/octet-stream"),
        "Last-Modified": format_datetime(said["LastModified"], usegmt=True),
        "x-amz-checksum-sha256": said.get("ChecksumSHA256", ""),
        **{f"x-amz-meta-{name}": value for name, value in said["Metadata"].items()},
    }


def answer(status: int, body: Mapping[str, Any]) -> AWSResponse:
    """What comes back over HTTP."""
    return AWSResponse("https://aws.test", status, {"x-amzn-RequestId": "injected"}, Raw(json.dumps(body).encode()))


def _call_of(name: str, arguments: Mapping[str, Any]) -> Call:
    operation = name.title().replace("_", "")
    if "ConnectionId" in arguments:
        return Call(operation, arguments["ConnectionId"].rpartition("-")[0])
    if "QueueUrl" in arguments:
        return Call(operation, arguments["QueueUrl"])
    if "Bucket" in arguments:
        return Call(operation, arguments["Key"].partition("/")[0])
    return Call(operation, "+".join(table.rpartition("-")[2].removesuffix("Table") for table in tables_of(arguments)))


def _connection_of(request: Any) -> str:
    return urllib.parse.unquote(request.url.rpartition("/")[2])
