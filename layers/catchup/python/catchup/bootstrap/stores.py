"""The repositories, each on its table.

Each is imported where it is made, so that a function pays at its cold start for no other than its own.
"""

from typing import TYPE_CHECKING

from catchup.bootstrap.clients import Parts
from catchup.settings import (
    ChatSettings,
    CounterSettings,
    GroupTables,
    InboxSettings,
    MessageSettings,
    PresenceSettings,
    RosterSettings,
    WritingSettings,
)
from catchup.storage.dynamo import Dynamo

if TYPE_CHECKING:
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


def dynamo(parts: Parts) -> Dynamo:
    """The calls to DynamoDB, on the one client."""
    return Dynamo(parts.clients.dynamodb)


def presence(settings: PresenceSettings, parts: Parts) -> "DynamoPresenceBook":
    """Who is online."""
    from catchup.storage.presence_book import DynamoPresenceBook

    return DynamoPresenceBook(dynamo(parts), table=settings.presence_table, clock=parts.clock)


def data_set(settings: GroupTables, parts: Parts) -> "DynamoDataSet":
    """The identity of all that is stored."""
    from catchup.storage.data_set import DynamoDataSet

    return DynamoDataSet(dynamo(parts), table=settings.session_table)


def counters(settings: CounterSettings, parts: Parts) -> "DynamoCounters":
    """Unread counters of private sessions."""
    from catchup.storage.counter_book import DynamoCounters

    return DynamoCounters(dynamo(parts), table=settings.counter_table, telemetry=parts.telemetry)


def inbox(settings: InboxSettings, parts: Parts, *, retention_days: int = 0) -> "DynamoInbox":
    """The offline store. `retention_days`: of what is put; whoever reads alone has none."""
    from catchup.storage.inbox import DynamoInbox

    return DynamoInbox(
        dynamo(parts),
        table=settings.inbox_table,
        retention_days=retention_days,
        clock=parts.clock,
        concurrency=parts.concurrency,
        telemetry=parts.telemetry,
    )


def messages(settings: MessageSettings, parts: Parts, *, retention_days: int = 0) -> "DynamoMessageLog":
    """History. `retention_days`: of what is put; whoever reads alone has none."""
    from catchup.storage.message_log import DynamoMessageLog

    return DynamoMessageLog(
        dynamo(parts),
        message_table=settings.message_table,
        session_table=settings.session_table,
        counter_table=settings.counter_table,
        retention_days=retention_days,
        clock=parts.clock,
        telemetry=parts.telemetry,
    )


def sent_log(settings: WritingSettings, parts: Parts) -> "DynamoSentLog":
    """What each person has sent."""
    from catchup.storage.sent_log import DynamoSentLog

    return DynamoSentLog(
        dynamo(parts),
        sent_table=settings.sent_table,
        session_table=settings.session_table,
        presence_table=settings.presence_table,
        counter_table=settings.counter_table,
        retention_days=settings.sent_retention_days,
        clock=parts.clock,
        telemetry=parts.telemetry,
    )


def held(settings: ChatSettings, parts: Parts) -> "DynamoHeldMessages":
    """Messages that wait for review."""
    from catchup.storage.held_messages import DynamoHeldMessages

    return DynamoHeldMessages(
        dynamo(parts),
        table=settings.held_table,
        retention_days=settings.held_retention_days,
        clock=parts.clock,
        telemetry=parts.telemetry,
    )


def groups(settings: GroupTables, parts: Parts) -> "DynamoGroups":
    """Groups, and a person's place in each."""
    from catchup.storage.group_book import DynamoGroups

    return DynamoGroups(
        dynamo(parts),
        session_table=settings.session_table,
        counter_table=settings.counter_table,
        concurrency=parts.concurrency,
        telemetry=parts.telemetry,
    )


def members(settings: CounterSettings, parts: Parts) -> "DynamoMembers":
    """Who is in a group."""
    from catchup.storage.member_book import DynamoMembers

    return DynamoMembers(dynamo(parts), table=settings.counter_table, telemetry=parts.telemetry)


def roster(settings: RosterSettings, parts: Parts) -> "DynamoRoster":
    """Who is online in a large group."""
    from catchup.storage.roster import DynamoRoster

    return DynamoRoster(
        dynamo(parts),
        table=settings.roster_table,
        clock=parts.clock,
        concurrency=parts.concurrency,
        telemetry=parts.telemetry,
    )
