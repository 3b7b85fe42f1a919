"""What surrounds the work of every handler: its log, its metrics, and the end of its calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from catchup.clock import Deadline, must_end_by
from catchup.observability import Telemetry


@contextmanager
def invocation(telemetry: Telemetry, context: Any, **ids: str) -> Iterator[None]:
    """Sets the deadline of the work that is done meanwhile. `ids`: as `Telemetry.invocation` takes them."""
    with telemetry.invocation(context, **ids), must_end_by(Deadline(context.get_remaining_time_in_millis)):
        yield
