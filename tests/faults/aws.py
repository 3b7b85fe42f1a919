"""AWS as the service's clients see it over HTTP, where any call can go wrong, in virtual time.

The real botocore clients, with the service's own configuration, talk to this instead of a socket: what is injected here
passes through the SDK's own error parsing, retries and back-off. Behind it are moto's tables and the test's `Gateway`.
"""

import functools
import json
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from unittest.mock import patch

import botocore.endpoint
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries import standard
from moto.core.models import botocore_stubber

from catchup.bootstrap import CLIENT_CONFIG
from catchup.clock import system_clock
from tests.faults.people import NoAnswer
from tests.faults.tables import Raw, Remembering, Tables, tables_of
from tests.support.engines import REGION
from tests.support.world import Context, Gateway

TIMEOUT_MS = 15_000
CALL_MS = 2


class Time:
    """How long calls and pauses take, and what the running invocation has left.

    The clock on the wall stands still: then equal requests are equal, and moto need not be asked again.
    """

    def __init__(self) -> None:
        self.wall_ms = system_clock()
        self.now_ms = 0.0
        self.ends_ms = self.now_ms + TIMEOUT_MS

    def clock(self) -> int:
        return self.wall_ms

    def sleep(self, seconds: float) -> None:
        self.now_ms += seconds * 1_000

    def leave(self, remaining_ms: float) -> None:
        """The running invocation has only this much time left."""
        self.ends_ms = self.now_ms + remaining_ms

    def context(self) -> Context:
        """A new invocation begins."""
        self.leave(TIMEOUT_MS)
        return _Running(time=self)


@dataclass
class _Running(Context):
    time: Time | None = None

    def get_remaining_time_in_millis(self) -> int:
        assert self.time is not None
        return int(self.time.ends_ms - self.time.now_ms)


@dataclass(frozen=True)
class Call:
    """One call of the service, however often the SDK sends it. `target`: tables, or a connection's person."""

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
    """Both clients of one deployment; everything they send passes `_serve`."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.gateway = Gateway()
        self.calls: list[Call] = []
        self._armed: tuple[int, Fault] | None = None
        self._struck: Call | None = None
        self._attempt = 0
        self._watched = False
        self.tables = Tables()
        self.sdk = self._client("dynamodb", self.tables.perform)
        self.dynamodb = Remembering(self.sdk, self.tables, lambda: self._watched)
        self._posts = self._client("apigatewaymanagementapi", self._perform_on_gateway)

    @property
    def management(self) -> Any:
        """The client of @connections. The gateway answers as it does, if nobody is watching."""
        return _Switch(lambda: self._posts if self._watched else self.gateway)

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
        client.meta.events.register(f"before-call.{service}", self._begin)
        client.meta.events.register(f"before-send.{service}", functools.partial(self._serve, perform))
        return client

    def watch(self, at: int | None = None, fault: Fault | None = None) -> None:
        """From now on calls are listed; the fault strikes the one that will have this index."""
        self.calls = []
        self._struck = None
        self._watched = True
        self._armed = None if at is None or fault is None else (at, fault)

    def heal(self) -> bool:
        """No more faults. Whether one has struck."""
        self._armed = None
        self._watched = False
        return self._struck is not None

    def _begin(self, model: Any, params: Any, **_: Any) -> None:
        self._attempt = 0
        self.calls.append(_call_of(model.name, params))

    def _serve(self, perform: Callable[[Any, str, bytes], AWSResponse], request: Any, **_: Any) -> AWSResponse:
        self._attempt += 1
        self.time.now_ms += CALL_MS
        if self.time.now_ms >= self.time.ends_ms:
            raise NoAnswer
        operation = self.calls[-1].operation
        body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
        attempt = Attempt(
            call=self.calls[-1],
            number=self._attempt,
            body=json.loads(body) if self._is_dynamodb else {},
            time=self.time,
            perform=lambda other: perform(request, operation, body if other is None else json.dumps(other).encode()),
            hang_up=lambda: self.gateway.open.discard(_connection_of(request)),
        )
        fault = self._fault()
        return attempt.perform(None) if fault is None else fault(attempt)

    @property
    def _is_dynamodb(self) -> bool:
        return not self.calls[-1].operation.endswith("Connection")

    def _fault(self) -> Fault | None:
        if self._armed is None:
            return None
        at, fault = self._armed
        index = len(self.calls) - 1
        if index == at or (fault.lasting and index > at and self.calls[-1] == self.calls[at]):
            self._struck = self.calls[at]
            return fault
        return None

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


class _Switch:
    def __init__(self, choose: Callable[[], Any]) -> None:
        self._choose = choose

    def __getattr__(self, name: str) -> Any:
        return getattr(self._choose(), name)


def answer(status: int, body: Mapping[str, Any]) -> AWSResponse:
    """What comes back over HTTP."""
    return AWSResponse("https://aws.test", status, {"x-amzn-RequestId": "injected"}, Raw(json.dumps(body).encode()))


def no_pauses(time: Time) -> Any:
    """The SDK's own back-off passes in virtual time."""
    return patch.object(botocore.endpoint, "time", _Sleeper(time))


class _Sleeper:
    def __init__(self, time: Time) -> None:
        self.sleep = time.sleep


def _call_of(operation: str, params: Mapping[str, Any]) -> Call:
    if operation.endswith("Connection"):
        connection = urllib.parse.unquote(params["url_path"].rpartition("/")[2])
        return Call(operation, connection.rpartition("-")[0])
    body = json.loads(params["body"])
    return Call(operation, "+".join(name.rpartition("-")[2].removesuffix("Table") for name in tables_of(body)))


def _connection_of(request: Any) -> str:
    return urllib.parse.unquote(request.url.rpartition("/")[2])
