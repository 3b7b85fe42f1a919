"""The chat function's parts."""

from dataclasses import dataclass

from catchup.bootstrap import limiting, moderation, sending, stores
from catchup.bootstrap.clients import Parts
from catchup.observability import FunctionTelemetry
from catchup.settings import ChatSettings, load
from catchup.storage.block_book import DynamoBlocks
from catchup.usecases.blocks import Blocks
from catchup.usecases.group.send import SendToGroup
from catchup.usecases.send import SendMessage


@dataclass(eq=False, repr=False, slots=True)
class ChatService:
    """What the chat function does."""

    telemetry: FunctionTelemetry
    send: SendMessage
    send_to_group: SendToGroup
    blocks: Blocks


def build_chat(settings: ChatSettings, parts: Parts) -> ChatService:
    """The chat function's use cases."""
    gate, limit = moderation.gate(settings, parts), limiting.send_limit(settings, parts)
    send, to_group = sending.send(settings, parts, gate, limit), sending.send_to_group(settings, parts, gate, limit)
    blocks = Blocks(DynamoBlocks(stores.dynamo(parts), table=settings.session_table))
    return ChatService(parts.telemetry, send, to_group, blocks)


def chat_service() -> ChatService:
    """From the environment."""
    return build_chat(load(ChatSettings), Parts(telemetry=FunctionTelemetry("chat")))
