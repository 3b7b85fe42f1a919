"""The chat function's parts."""

from dataclasses import dataclass

from catchup import settings as limits
from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.usecases.groups.send import SendToGroup
from catchup.usecases.people.ports import BlockBook
from catchup.usecases.revising.in_group import ReviseInGroup
from catchup.usecases.revising.private import Revise
from catchup.usecases.revising.request import Preconditions
from catchup.usecases.sending.send import SendMessage


@dataclass(eq=False, repr=False, slots=True)
class ChatService:
    """What the chat function does."""

    telemetry: FunctionTelemetry
    send: SendMessage
    send_to_group: SendToGroup
    revise: Revise
    revise_in_group: ReviseInGroup
    blocks: BlockBook


def build_chat(settings: Settings, parts: Parts) -> ChatService:
    """The chat function's use cases."""
    of = Writing(settings, parts)
    gate = of.gate()
    preconditions = Preconditions(settings.recall_seconds, settings.edit_seconds, of.clock)
    return ChatService(
        telemetry=parts.telemetry,
        send=of.send(gate),
        send_to_group=of.send_to_group(gate),
        revise=Revise(of.limit, of.placing, of.sent_log, of.private_delivery, gate, preconditions, of.concurrency),
        revise_in_group=ReviseInGroup(
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
        blocks=DynamoBlocks(of.storage),
    )
