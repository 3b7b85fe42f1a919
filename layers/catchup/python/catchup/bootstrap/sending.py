"""What sending a message takes."""

from catchup.bootstrap import delivery, stores
from catchup.bootstrap.clients import Parts
from catchup.settings import ChatSettings
from catchup.usecases.devices import PushToDevices
from catchup.usecases.gate import Gate
from catchup.usecases.group.send import SendToGroup
from catchup.usecases.note import KeepNote
from catchup.usecases.placing import Placing
from catchup.usecases.send import SendMessage
from catchup.usecases.send_limit import SendLimit


def send(settings: ChatSettings, parts: Parts, gate: Gate, limit: SendLimit) -> SendMessage:
    """Sending to a person."""
    sent_log = stores.sent_log(settings, parts)
    messages = stores.messages(settings, parts, retention_days=settings.message_retention_days)
    counters, presence = stores.counters(settings, parts), stores.presence(settings, parts)
    placing = Placing(sent_log, messages, parts.clock, parts.telemetry)
    devices = PushToDevices(presence, delivery.push(settings, parts), parts.concurrency, parts.telemetry)
    return SendMessage(
        limit=limit,
        placing=placing,
        sent_log=sent_log,
        messages=messages,
        inbox=stores.inbox(settings, parts, retention_days=settings.inbox_retention_days),
        counters=counters,
        presence=presence,
        devices=devices,
        keep_note=KeepNote(limit, placing, sent_log, messages, counters, devices, gate, parts.concurrency, parts.clock),
        gate=gate,
        concurrency=parts.concurrency,
        clock=parts.clock,
        telemetry=parts.telemetry,
    )


def send_to_group(settings: ChatSettings, parts: Parts, gate: Gate, limit: SendLimit) -> SendToGroup:
    """Sending to a group."""
    sent_log = stores.sent_log(settings, parts)
    messages = stores.messages(settings, parts, retention_days=settings.message_retention_days)
    placing = Placing(sent_log, messages, parts.clock, parts.telemetry)
    return SendToGroup(limit, placing, sent_log, gate, delivery.group_delivery(settings, parts))
