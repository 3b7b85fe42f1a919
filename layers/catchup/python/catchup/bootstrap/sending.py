"""What sending a message takes."""

from catchup.bootstrap import delivery, stores
from catchup.bootstrap.clients import Parts
from catchup.settings import ChatSettings
from catchup.usecases.gate import Gate
from catchup.usecases.group.send import SendToGroup
from catchup.usecases.placing import Placing
from catchup.usecases.send import SendMessage
from catchup.usecases.send_limit import SendLimit


def send(settings: ChatSettings, parts: Parts, gate: Gate, limit: SendLimit) -> SendMessage:
    """Sending to a person."""
    sent_log = stores.sent_log(settings, parts)
    messages = stores.messages(settings, parts, retention_days=settings.message_retention_days)
    return SendMessage(
        limit=limit,
        placing=Placing(sent_log, messages, parts.clock, parts.telemetry),
        sent_log=sent_log,
        messages=messages,
        inbox=stores.inbox(settings, parts, retention_days=settings.inbox_retention_days),
        counters=stores.counters(settings, parts),
        presence=stores.presence(settings, parts),
        push=delivery.push(settings, parts),
        gate=gate,
        concurrency=parts.concurrency,
        clock=parts.clock,
        meter=parts.telemetry,
    )


def send_to_group(settings: ChatSettings, parts: Parts, gate: Gate, limit: SendLimit) -> SendToGroup:
    """Sending to a group."""
    sent_log = stores.sent_log(settings, parts)
    messages = stores.messages(settings, parts, retention_days=settings.message_retention_days)
    placing = Placing(sent_log, messages, parts.clock, parts.telemetry)
    return SendToGroup(limit, placing, sent_log, gate, delivery.group_delivery(settings, parts))
