"""What goes wrong between the service and DynamoDB, injected where botocore itself would meet it."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

WRITES = frozenset({"PutItem", "UpdateItem", "BatchWriteItem"})
# As often as the client of the tests sends a call.
SDK_ATTEMPTS = 3


@dataclass(frozen=True)
class Lost:
    """The response to the `which`-th request among these operations does not arrive."""

    operations: Collection[str]
    which: int


class Outages:
    """Hooks on one client.

    A lost response is one that had its effect: the SDK sends the same request again. A failure comes before the effect,
    and stays: it is what is left after the SDK's own attempts.
    """

    def __init__(self, client: Any) -> None:
        self.sent: list[str] = []
        self._lost: list[Lost] = []
        self._failures: dict[str, Exception] = {}
        self._lock = threading.Lock()
        client.meta.events.register_first("before-send.dynamodb", self._before_send)
        client.meta.events.register_first("needs-retry.dynamodb", self._needs_retry)

    def lose_response(self, operations: Collection[str], which: int = 1) -> None:
        """The SDK will repeat the `which`-th of these requests, counted from now."""
        with self._lock:
            self.sent.clear()
            self._lost.append(Lost(operations, which))

    def fail(self, operation: str, error: Exception) -> None:
        """Every request of this operation fails, until `heal`."""
        self._failures[operation] = error

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
        if operation in self._failures:
            raise self._failures[operation]

    def _needs_retry(
        self, event_name: str, response: Any, attempts: int, caught_exception: Any, **_: Any
    ) -> int | None:
        """0: again, without a pause. None: as botocore decides."""
        if isinstance(caught_exception, ReadTimeoutError):
            return 0 if attempts < SDK_ATTEMPTS else None
        operation = event_name.rpartition(".")[2]
        with self._lock:
            for lost in self._lost:
                if operation in lost.operations and self.count(lost.operations) == lost.which:
                    self._lost.remove(lost)
                    return 0
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
