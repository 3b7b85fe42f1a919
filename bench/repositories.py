"""The service's own repositories, from its settings: for benchmarks that write rows without a handler."""

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.observability import FunctionTelemetry
from catchup.settings import ChatSettings
from catchup.storage.dynamo import Dynamo
from catchup.storage.inbox import DynamoInbox
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.sent_log import DynamoSentLog


def sent_log(dynamo: Dynamo, settings: ChatSettings, clock: Clock) -> DynamoSentLog:
    """What each person has sent."""
    return DynamoSentLog(
        dynamo,
        sent_table=settings.sent_table,
        session_table=settings.session_table,
        presence_table=settings.presence_table,
        counter_table=settings.counter_table,
        retention_days=settings.sent_retention_days,
        clock=clock,
        telemetry=FunctionTelemetry(),
    )


def message_log(dynamo: Dynamo, settings: ChatSettings, clock: Clock) -> DynamoMessageLog:
    """Every message once."""
    return DynamoMessageLog(
        dynamo,
        message_table=settings.message_table,
        counter_table=settings.counter_table,
        retention_days=settings.message_retention_days,
        clock=clock,
        telemetry=FunctionTelemetry(),
    )


def inbox(dynamo: Dynamo, settings: ChatSettings, clock: Clock, concurrency: Concurrency) -> DynamoInbox:
    """The offline store."""
    return DynamoInbox(
        dynamo,
        table=settings.inbox_table,
        retention_days=settings.inbox_retention_days,
        clock=clock,
        concurrency=concurrency,
        telemetry=FunctionTelemetry(),
    )
