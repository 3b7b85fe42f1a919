"""The chat function's parts."""

from dataclasses import dataclass

from catchup import settings as limits
from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.storage.sightings import DynamoSightings
from catchup.usecases.groups.send import SendToGroup
from catchup.usecases.people.ports import BlockBook
from catchup.usecases.presence.online import TellOnline
from catchup.usecases.revising.in_group import ReviseInGroup
from catchup.usecases.revising.private import RevisePrivate
from catchup.usecases.revising.request import Preconditions
from catchup.usecases.revising.revise import Revise
from catchup.usecases.sending.send import SendMessage
from catchup.usecases.signals.audience import Audience
from catchup.usecases.signals.signal import SendSignal


@dataclass(eq=False, repr=False, slots=True)
class ChatService:
    """What the chat function does."""

    telemetry: FunctionTelemetry
    send: SendMessage
    send_to_group: SendToGroup
    revise: Revise
    blocks: BlockBook
    signal: SendSignal
    online: TellOnline


def build_chat(settings: Settings, parts: Parts) -> ChatService:
    """The chat function's use cases."""
    of = Writing(settings, parts)
    gate, sightings = of.gate(), DynamoSightings(of.storage)
    signal = SendSignal(
        sightings=sightings,
        groups=of.groups,
        audience=Audience(of.members, of.roster, of.presence, of.clock, limits.CONNECTION_LIFETIME_MS),
        gate=gate,
        push=of.push,
        concurrency=of.concurrency,
        clock=of.clock,
        telemetry=of.telemetry,
    )
    status = settings.online_status
    online = TellOnline(
        sightings, of.clock, tells_online=status != limits.HIDDEN, tells_last_seen=status == limits.LAST_SEEN
    )
    blocks = DynamoBlocks(of.storage)
    preconditions = Preconditions(settings.recall_seconds, settings.edit_seconds, of.clock)
    revise = Revise(
        RevisePrivate(of.limit, of.placing, of.sent_log, of.private_delivery, gate, preconditions, of.concurrency),
        ReviseInGroup(
            limit=of.limit,
            placing=of.placing,
            sent_log=of.sent_log,
            delivery=of.delivery,
            gate=gate,
            preconditions=preconditions,
            concurrency=of.concurrency,
            clock=of.clock,
            job_lifetime_ms=limits.JOB_LIFETIME_MS,
        ),
    )
    return ChatService(
        telemetry=parts.telemetry,
        send=of.send(gate),
        send_to_group=of.send_to_group(gate),
        revise=revise,
        blocks=blocks,
        signal=signal,
        online=online,
    )
