"""The frame around every handler's work: log, metrics, and deadline."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from catchup.clock import Deadline, must_end_by
from catchup.observability import FunctionTelemetry


@contextmanager
def invocation(telemetry: FunctionTelemetry, event: Mapping[str, Any], context: Any) -> Iterator[None]:
    """Sets the deadline, and opens log and metrics, for the `with` block."""
    with telemetry.invocation(context, **_ids_of(event)), must_end_by(Deadline(context.get_remaining_time_in_millis)):
        yield


def _ids_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The ids that connect log lines, the access log and a client's report of a request: API Gateway's, without missing
    or malformed ones."""
    context = event.get("requestContext")
    found = context if isinstance(context, Mapping) else {}
    ids = {"connection_id": found.get("connectionId"), "request_id": found.get("requestId")}
    return {name: value for name, value in ids.items() if isinstance(value, str)}
