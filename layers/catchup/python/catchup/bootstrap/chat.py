"""The chat function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.usecases.groups.send import SendToGroup
from catchup.usecases.people.ports import BlockBook
from catchup.usecases.sending.send import SendMessage


@dataclass(eq=False, repr=False, slots=True)
class ChatService:
    """What the chat function does."""

    telemetry: FunctionTelemetry
    send: SendMessage
    send_to_group: SendToGroup
    blocks: BlockBook


def build_chat(settings: Settings, parts: Parts) -> ChatService:
    """The chat function's use cases."""
    of = Writing(settings, parts)
    gate = of.gate()
    return ChatService(parts.telemetry, of.send(gate), of.send_to_group(gate), DynamoBlocks(of.storage))
