"""What goes wrong between the service and DynamoDB, injected where botocore itself would meet it."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

WRITES = frozenset({"PutItem", "UpdateItem", "BatchWriteItem"})
# As often as the client of the tests sends a call.
SDK_ATTEMPTS = 3


@dataclass(frozen=True)
class Lost:
    """The response to the `which`-th request among these operations does not arrive; `meanwhile` others go on."""

    operations: Collection[str]
    which: int
    meanwhile: Callable[[], Any]


class Outages:
    """Hooks on one client, as long as the `with` lasts.

    A lost response is one that had its effect: the SDK sends the same request again. A failure comes before the effect,
    and stays: it is what is left after the SDK's own attempts.
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
        """The SDK will repeat the `which`-th of these requests, counted from now."""
        with self._lock:
            self.sent.clear()
            self._lost.append(Lost(operations, which, meanwhile))

    def fail(self, operation: str, error: Exception, after: int = 0) -> None:
        """Requests of this operation fail, but for the next `after`, until `heal`."""
        self.sent.clear()
        self._failures[operation] = error, after

    def heal(self) -> None:
        """From now on everything works, and is counted anew."""
        with self._lock:
            self._failures.clear()
            self._lost.clear()
            self.sent.clear()

    def count(self, operations: Collection[str]) -> int:
        """How many requests of these operations were sent, those that the SDK repeated included."""
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
    """What the client raises when DynamoDB answers with this error."""
    return ClientError(
        {"Error": {"Code": code, "Message": "injected"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "Injected",
    )


def timeout() -> ReadTimeoutError:
    """What the client raises when no response comes, as often as it tries."""
    return ReadTimeoutError(endpoint_url="injected")
