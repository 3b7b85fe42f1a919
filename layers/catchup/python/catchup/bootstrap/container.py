"""The parts that functions share.

`bootstrap` imports late what a function may not need, so a cold start loads only the function's own parts. Each part
reads only the settings that it needs, so a function requires no other variables.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from catchup.bootstrap.clients import Parts
from catchup.settings import Settings
from catchup.storage.dynamo import Dynamo
from catchup.storage.reading import Storage

if TYPE_CHECKING:
    from catchup.push.connections import Connections
    from catchup.push.notices import Notices
    from catchup.push.queues import Queues


class Container:
    """One function's parts. `settings`: of that function. `storage`: what the class of each table is made of."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.settings = settings
        self.clients: Any = parts.clients
        self.concurrency, self.clock, self.telemetry = parts.concurrency, parts.clock, parts.telemetry
        self.storage = Storage(Dynamo(self.clients.dynamodb), settings, parts.clock, parts.concurrency, parts.telemetry)

    @cached_property
    def push(self) -> "Connections":
        """@connections; its client is made at the first push."""
        from catchup.push.connections import Connections

        endpoint = self.settings.management_endpoint
        return Connections(lambda: self.clients.management(endpoint), self.clock, self.telemetry)

    @cached_property
    def queues(self) -> "Queues":
        """The queues of the fan-out; their client is made at the first job."""
        from catchup.push.queues import Queues

        return Queues(
            self.clients.sqs,
            jobs_url=self.settings.fanout_queue_url,
            hints_url=self.settings.hint_queue_url,
            request_id=self.telemetry.request_id,
        )

    @cached_property
    def notices(self) -> "Notices":
        """What a person's devices are told by way of the queue."""
        from catchup.push.notices import Notices

        return Notices(self.queues)
