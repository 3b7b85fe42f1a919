"""The frame around every handler's work: log, metrics, and deadline."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from catchup.clock import Deadline, must_end_by
from catchup.observability import FunctionTelemetry


@contextmanager
def invocation(telemetry: FunctionTelemetry, context: Any, **ids: str) -> Iterator[None]:
    """Sets the deadline, and opens log and metrics, for the `with` block. `ids`: as in
    `FunctionTelemetry.invocation`."""
    with telemetry.invocation(context, **ids), must_end_by(Deadline(context.get_remaining_time_in_millis)):
        yield
