"""What the service's repositories are made of, from its settings: for benchmarks that write rows without a handler."""

from typing import Any

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.dynamo import Dynamo
from catchup.storage.reading import Storage


def storage(client: Any, settings: Settings, clock: Clock, concurrency: Concurrency) -> Storage:
    """Rows that can't be read are logged."""
    return Storage(Dynamo(client), settings, clock, concurrency, FunctionTelemetry())
