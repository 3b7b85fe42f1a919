"""Makes the storage of the service's repositories, for benchmarks that write rows without a handler."""

from typing import Any

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.dynamo import Dynamo
from catchup.storage.reading import Storage


def storage(client: Any, settings: Settings, clock: Clock, concurrency: Concurrency) -> Storage:
    """The storage; it logs rows that can't be read."""
    return Storage(Dynamo(client), settings, clock, concurrency, FunctionTelemetry())
