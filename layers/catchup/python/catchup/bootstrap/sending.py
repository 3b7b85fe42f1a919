"""What sending a message takes."""

from catchup import settings as limits
from catchup.bootstrap import delivery, stores
from catchup.bootstrap.clients import Parts
from catchup.domain.allowance import Allowances
from catchup.settings import ChatSettings
from catchup.usecases.gate import Gate
from catchup.usecases.group.send import SendToGroup
from catchup.usecases.placing import Placing
from catchup.usecases.send import SendMessage
from catchup.usecases.send_limit import SendLimit


def send(settings: ChatSettings, parts: Parts, gate: Gate, limit: SendLimit) -> SendMessage:
    """Sending to a person."""
    sent_log, messages = stores.sent_log(settings, parts), stores.messages(settings, parts)
    return SendMessage(
        limit=limit,
        placing=Placing(sent_log, messages, parts.clock, parts.telemetry),
        sent_log=sent_log,
        messages=messages,
        inbox=stores.inbox(settings, parts),
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
    placing = Placing(sent_log, stores.messages(settings, parts), parts.clock, parts.telemetry)
    return SendToGroup(limit, placing, sent_log, gate, delivery.group_delivery(settings, parts))


def send_limit(settings: ChatSettings, parts: Parts) -> SendLimit:
    """How fast one person may send."""
    allowances = Allowances(settings.send_burst, settings.send_rate, limits.SEND_HOLD_MS)
    return SendLimit(allowances, stores.presence(settings, parts), parts.clock, parts.telemetry)
