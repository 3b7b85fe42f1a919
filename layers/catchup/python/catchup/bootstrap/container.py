"""The parts that functions are made of, each made once, at first use.

Each is imported where it is made, so that a function pays at its cold start for no other than its own; and each reads
the settings that it needs, so that a function demands no other variables.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from catchup.bootstrap.clients import Parts
from catchup.storage.dynamo import Dynamo

if TYPE_CHECKING:
    from catchup.push.connections import Connections
    from catchup.push.queues import Queues
    from catchup.settings import ChatSettings, FanoutSettings, SyncSettings
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

    class AllSettings(ChatSettings, SyncSettings, FanoutSettings):
        """Those of all functions; a function has its own of them, which tests/unit/test_settings.py proves to do."""


class Container:
    """One function's parts. `settings`: of that function."""

    def __init__(self, settings: object, parts: Parts) -> None:
        self.settings = cast("AllSettings", settings)
        self.clients: Any = parts.clients
        self.concurrency, self.clock, self.telemetry = parts.concurrency, parts.clock, parts.telemetry

    # ---------------------------------------------------------------- storage

    @cached_property
    def dynamo(self) -> Dynamo:
        """The calls to DynamoDB, on the one client."""
        return Dynamo(self.clients.dynamodb)

    @cached_property
    def presence(self) -> "DynamoPresenceBook":
        """Who is online."""
        from catchup.storage.presence_book import DynamoPresenceBook

        return DynamoPresenceBook(self.dynamo, table=self.settings.presence_table, clock=self.clock)

    @cached_property
    def data_set(self) -> "DynamoDataSet":
        """The identity of all that is stored."""
        from catchup.storage.data_set import DynamoDataSet

        return DynamoDataSet(self.dynamo, table=self.settings.session_table)

    @cached_property
    def blocks(self) -> "DynamoBlocks":
        """Who has blocked whom."""
        from catchup.storage.block_book import DynamoBlocks

        tables = self.settings.session_table, self.settings.counter_table
        return DynamoBlocks(self.dynamo, session_table=tables[0], counter_table=tables[1])

    @cached_property
    def counters(self) -> "DynamoCounters":
        """Unread counters of private sessions."""
        from catchup.storage.counter_book import DynamoCounters

        return DynamoCounters(self.dynamo, table=self.settings.counter_table, telemetry=self.telemetry)

    @cached_property
    def inbox(self) -> "DynamoInbox":
        """The offline store."""
        from catchup.storage.inbox import DynamoInbox

        return DynamoInbox(
            self.dynamo,
            table=self.settings.inbox_table,
            # A function that puts nothing has no such setting.
            retention_days=getattr(self.settings, "inbox_retention_days", 0),
            clock=self.clock,
            concurrency=self.concurrency,
            telemetry=self.telemetry,
        )

    @cached_property
    def messages(self) -> "DynamoMessageLog":
        """History."""
        from catchup.storage.message_log import DynamoMessageLog

        return DynamoMessageLog(
            self.dynamo,
            message_table=self.settings.message_table,
            counter_table=self.settings.counter_table,
            # A function that puts nothing has no such setting.
            retention_days=getattr(self.settings, "message_retention_days", 0),
            clock=self.clock,
            telemetry=self.telemetry,
        )

    @cached_property
    def sent_log(self) -> "DynamoSentLog":
        """What each person has sent."""
        from catchup.storage.sent_log import DynamoSentLog

        return DynamoSentLog(
            self.dynamo,
            sent_table=self.settings.sent_table,
            session_table=self.settings.session_table,
            presence_table=self.settings.presence_table,
            counter_table=self.settings.counter_table,
            retention_days=self.settings.sent_retention_days,
            clock=self.clock,
            telemetry=self.telemetry,
        )

    @cached_property
    def held(self) -> "DynamoHeldMessages":
        """Messages that wait for review."""
        from catchup.storage.held_messages import DynamoHeldMessages

        return DynamoHeldMessages(
            self.dynamo,
            table=self.settings.held_table,
            retention_days=self.settings.held_retention_days,
            clock=self.clock,
            telemetry=self.telemetry,
        )

    @cached_property
    def groups(self) -> "DynamoGroups":
        """Groups, and a person's place in each."""
        from catchup.storage.group_book import DynamoGroups

        return DynamoGroups(
            self.dynamo,
            session_table=self.settings.session_table,
            counter_table=self.settings.counter_table,
            concurrency=self.concurrency,
            telemetry=self.telemetry,
        )

    @cached_property
    def members(self) -> "DynamoMembers":
        """Who is in a group."""
        from catchup.storage.member_book import DynamoMembers

        return DynamoMembers(self.dynamo, table=self.settings.counter_table, telemetry=self.telemetry)

    @cached_property
    def roster(self) -> "DynamoRoster":
        """Who is online in a large group."""
        from catchup.storage.roster import DynamoRoster

        return DynamoRoster(
            self.dynamo,
            table=self.settings.roster_table,
            clock=self.clock,
            concurrency=self.concurrency,
            telemetry=self.telemetry,
        )

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
