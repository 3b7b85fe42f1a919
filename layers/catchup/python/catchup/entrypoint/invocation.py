"""What surrounds the work of every handler: its log, its metrics, and the end of its calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from catchup.clock import Deadline, must_end_by
from catchup.observability import FunctionTelemetry


@contextmanager
def invocation(telemetry: FunctionTelemetry, context: Any, **ids: str) -> Iterator[None]:
    """Sets the deadline of the work that is done meanwhile. `ids`: as `FunctionTelemetry.invocation` takes them."""
    with telemetry.invocation(context, **ids), must_end_by(Deadline(context.get_remaining_time_in_millis)):
        yield
