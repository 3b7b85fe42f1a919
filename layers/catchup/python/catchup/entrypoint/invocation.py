"""What surrounds the work of every handler: its log, its metrics, and the end of its calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from catchup.clock import Deadline, calls_end_by
from catchup.observability import Telemetry


@contextmanager
def invocation(telemetry: Telemetry, context: Any, **ids: str) -> Iterator[Deadline]:
    """Gives the deadline, before which every call of AWS that is made meanwhile ends. `ids`: as
    `Telemetry.invocation` takes them."""
    deadline = Deadline(context.get_remaining_time_in_millis)
    with telemetry.invocation(context, **ids), calls_end_by(deadline):
        yield deadline
