"""Injects failures between the service and DynamoDB, at the place where botocore would meet them."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

WRITES = frozenset({"PutItem", "UpdateItem", "BatchWriteItem"})
# How many times the client of the tests sends a call.
SDK_ATTEMPTS = 3


@dataclass(frozen=True)
class Lost:
    """A lost response to the `which`-th request of these operations. `meanwhile`: what others do at that time."""

    operations: Collection[str]
    which: int
    meanwhile: Callable[[], Any]


class Outages:
    """Hooks on one client, inside the `with` block.

    A request with a lost response had its effect, and the SDK sends it again. A failure comes before the effect, and
    the SDK's own retries do not help.
    """

    def __init__(self, client: Any) -> None:
        self.sent: list[str] = []
        self._lost: list[Lost] = []
        self._failures: dict[str, tuple[Exception, int]] = {}
        self._lock = threading.Lock()
        self._events = client.meta.events

    def __enter__(self) -> "Outages":
        self._events.register_first("before-send.dynamodb", self._before_send)
        self._events.register_first("needs-retry.dynamodb", self._needs_retry)
        return self

    def __exit__(self, *_: object) -> None:
        self._events.unregister("before-send.dynamodb", self._before_send)
        self._events.unregister("needs-retry.dynamodb", self._needs_retry)

    def lose_response(
        self, operations: Collection[str], which: int = 1, meanwhile: Callable[[], Any] = lambda: None
    ) -> None:
        """Loses the response to the `which`-th of these requests, counted from now, so that the SDK repeats it."""
        with self._lock:
            self.sent.clear()
            self._lost.append(Lost(operations, which, meanwhile))

    def fail(self, operation: str, error: Exception, after: int = 0) -> None:
        """Makes requests of this operation fail after the next `after` ones, until `heal`."""
        self.sent.clear()
        self._failures[operation] = error, after

    def heal(self) -> None:
        """Ends all failures and counts anew."""
        with self._lock:
            self._failures.clear()
            self._lost.clear()
            self.sent.clear()

    def count(self, operations: Collection[str]) -> int:
        """How many requests of these operations were sent, including the SDK's retries."""
        return sum(operation in operations for operation in self.sent)

    def _before_send(self, event_name: str, **_: Any) -> None:
        operation = event_name.rpartition(".")[2]
        with self._lock:
            self.sent.append(operation)
        error, after = self._failures.get(operation, (None, 0))
        if error is not None and self.count({operation}) > after:
            raise error

    def _needs_retry(
        self, event_name: str, response: Any, attempts: int, caught_exception: Any, **_: Any
    ) -> int | None:
        """0: again, without a pause. None: as botocore decides."""
        if isinstance(caught_exception, ReadTimeoutError):
            return 0 if attempts < SDK_ATTEMPTS else None
        lost = self._lost_now(event_name.rpartition(".")[2])
        if lost is None:
            return None
        lost.meanwhile()
        return 0

    def _lost_now(self, operation: str) -> Lost | None:
        with self._lock:
            for lost in self._lost:
                if operation in lost.operations and self.count(lost.operations) == lost.which:
                    self._lost.remove(lost)
                    return lost
        return None


def refusal(code: str, status: int = 400) -> ClientError:
    """The exception that the client raises when DynamoDB answers with this error."""
    return ClientError(
        {"Error": {"Code": code, "Message": "injected"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "Injected",
    )


def timeout() -> ReadTimeoutError:
    """The exception that the client raises when no attempt gets a response."""
    return ReadTimeoutError(endpoint_url="injected")
