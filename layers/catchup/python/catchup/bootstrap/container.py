"""The parts that functions are made of, each made once, at first use.

Each part is imported where it is made, so a cold start loads only the function's own parts. Each part reads only the
settings that it needs, so a function requires no other variables.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from catchup.bootstrap.clients import Parts
from catchup.settings import Settings
from catchup.storage.dynamo import Dynamo
from catchup.storage.reading import Storage

if TYPE_CHECKING:
    from catchup.push.connections import Connections
    from catchup.push.queues import Queues
    from catchup.storage.block_book import DynamoBlocks
    from catchup.storage.counter_book import DynamoCounters
    from catchup.storage.data_set import DynamoDataSet
    from catchup.storage.group_book import DynamoGroups
    from catchup.storage.held_messages import DynamoHeldMessages
    from catchup.storage.inbox import DynamoInbox
    from catchup.storage.member_book import DynamoMembers
    from catchup.storage.message_log import DynamoMessageLog
    from catchup.storage.presence_book import DynamoPresenceBook
    from catchup.storage.roster import DynamoRoster
    from catchup.storage.sent_log import DynamoSentLog


class Container:
    """One function's parts. `settings`: of that function."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.settings = settings
        self.clients: Any = parts.clients
        self.concurrency, self.clock, self.telemetry = parts.concurrency, parts.clock, parts.telemetry

    # ---------------------------------------------------------------- storage

    @cached_property
    def storage(self) -> Storage:
        """What the class of each table is made of: the calls to DynamoDB, on the one client."""
        return Storage(Dynamo(self.clients.dynamodb), self.settings, self.clock, self.concurrency, self.telemetry)

    @cached_property
    def presence(self) -> "DynamoPresenceBook":
        """Who is online."""
        from catchup.storage.presence_book import DynamoPresenceBook

        return DynamoPresenceBook(self.storage)

    @cached_property
    def data_set(self) -> "DynamoDataSet":
        """The identity of all that is stored."""
        from catchup.storage.data_set import DynamoDataSet

        return DynamoDataSet(self.storage)

    @cached_property
    def blocks(self) -> "DynamoBlocks":
        """Who has blocked whom."""
        from catchup.storage.block_book import DynamoBlocks

        return DynamoBlocks(self.storage)

    @cached_property
    def counters(self) -> "DynamoCounters":
        """Unread counters of private sessions."""
        from catchup.storage.counter_book import DynamoCounters

        return DynamoCounters(self.storage)

    @cached_property
    def inbox(self) -> "DynamoInbox":
        """The offline store."""
        from catchup.storage.inbox import DynamoInbox

        return DynamoInbox(self.storage)

    @cached_property
    def messages(self) -> "DynamoMessageLog":
        """History."""
        from catchup.storage.message_log import DynamoMessageLog

        return DynamoMessageLog(self.storage)

    @cached_property
    def sent_log(self) -> "DynamoSentLog":
        """What each person has sent."""
        from catchup.storage.sent_log import DynamoSentLog

        return DynamoSentLog(self.storage)

    @cached_property
    def held(self) -> "DynamoHeldMessages":
        """Messages that wait for review."""
        from catchup.storage.held_messages import DynamoHeldMessages

        return DynamoHeldMessages(self.storage)

    @cached_property
    def groups(self) -> "DynamoGroups":
        """Groups, and a person's place in each."""
        from catchup.storage.group_book import DynamoGroups

        return DynamoGroups(self.storage)

    @cached_property
    def members(self) -> "DynamoMembers":
        """Who is in a group."""
        from catchup.storage.member_book import DynamoMembers

        return DynamoMembers(self.storage)

    @cached_property
    def roster(self) -> "DynamoRoster":
        """Who is online in a large group."""
        from catchup.storage.roster import DynamoRoster

        return DynamoRoster(self.storage)

    # ---------------------------------------------------------------- what leaves for connections and queues

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
