"""The parts that functions share.

`bootstrap` imports late what a function may not need, so a cold start loads only the function's own parts. Each part
reads only the settings that it needs, so a function requires no other variables.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from catchup import settings as limits
from catchup.bootstrap.clients import Parts
from catchup.settings import Settings
from catchup.storage.dynamo import Dynamo
from catchup.storage.reading import Storage

if TYPE_CHECKING:
    from catchup.push.connections import Connections
    from catchup.push.notices import Notices
    from catchup.push.queues import Queues
    from catchup.usecases.catching_up.read_one import ReadOne
    from catchup.usecases.sending.send_limit import SendLimit


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

    @cached_property
    def limit(self) -> "SendLimit":
        """How fast one person may send, change groups and upload."""
        from catchup.domain.allowance import Allowances, Limits
        from catchup.storage.presence_book import DynamoPresenceBook
        from catchup.usecases.sending.send_limit import SendLimit

        allowances = Allowances(Limits(self.settings.send_burst, self.settings.send_rate, limits.SEND_COOLDOWN_MS))
        return SendLimit(allowances, DynamoPresenceBook(self.storage), self.clock, self.telemetry)

    @cached_property
    def read_one(self) -> "ReadOne":
        """One message of history, as a person may read it."""
        from catchup.storage.group_book import DynamoGroups
        from catchup.storage.hiding import DynamoHiding
        from catchup.storage.message_log import DynamoMessageLog
        from catchup.usecases.catching_up.read_one import ReadOne

        return ReadOne(
            groups=DynamoGroups(self.storage),
            messages=DynamoMessageLog(self.storage),
            hidden=DynamoHiding(self.storage),
            concurrency=self.concurrency,
            keeps_dissolved=self.settings.dissolved_history == "true",
        )
