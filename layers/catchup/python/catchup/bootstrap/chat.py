"""The chat function's parts: what sends is made at once, the rest at its first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from catchup import settings as limits
from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.settings import Settings

if TYPE_CHECKING:
    from catchup.usecases.people.ports import BlockBook
    from catchup.usecases.presence.online import TellOnline
    from catchup.usecases.receipts.choose import ChooseReceipts
    from catchup.usecases.receipts.readers import ListReaders
    from catchup.usecases.revising.revise import Revise
    from catchup.usecases.signals.signal import SendSignal


class ChatService:
    """What the chat function does."""

    def __init__(self, of: Writing) -> None:
        self.telemetry = of.telemetry
        self._of = of
        self._gate = of.gate()
        self.send = of.send(self._gate, of.attaching)
        self.send_to_group = of.send_to_group(self._gate, of.attaching)

    @cached_property
    def blocks(self) -> "BlockBook":
        """The block list."""
        from catchup.storage.block_book import DynamoBlocks

        return DynamoBlocks(self._of.storage)

    @cached_property
    def revise(self) -> "Revise":
        """Recalling and editing."""
        from catchup.usecases.media.releasing import Releasing
        from catchup.usecases.revising.in_group import ReviseInGroup
        from catchup.usecases.revising.private import RevisePrivate
        from catchup.usecases.revising.request import Preconditions
        from catchup.usecases.revising.revise import Revise

        of, gate, attaching = self._of, self._gate, self._of.attaching
        preconditions = Preconditions(
            of.settings.recall_seconds, of.settings.edit_seconds, of.clock, attaching.media_of
        )
        release = Releasing(attaching.store)
        return Revise(
            RevisePrivate(
                limit=of.limit,
                placing=of.placing,
                sent_log=of.sent_log,
                delivery=of.private_delivery,
                gate=gate,
                preconditions=preconditions,
                release=release,
                concurrency=of.concurrency,
            ),
            ReviseInGroup(
                limit=of.limit,
                placing=of.placing,
                sent_log=of.sent_log,
                delivery=of.delivery,
                gate=gate,
                preconditions=preconditions,
                release=release,
                concurrency=of.concurrency,
                clock=of.clock,
                job_lifetime_ms=limits.JOB_LIFETIME_MS,
            ),
        )

    @cached_property
    def signal(self) -> "SendSignal":
        """Telling those online of what is not kept."""
        from catchup.storage.sightings import DynamoSightings
        from catchup.usecases.signals.audience import Audience
        from catchup.usecases.signals.signal import SendSignal

        of = self._of
        return SendSignal(
            sightings=DynamoSightings(of.storage),
            groups=of.groups,
            audience=Audience(of.members, of.roster, of.presence, of.clock, limits.CONNECTION_LIFETIME_MS),
            gate=self._gate,
            push=of.push,
            concurrency=of.concurrency,
            clock=of.clock,
            telemetry=of.telemetry,
        )

    @cached_property
    def online(self) -> "TellOnline":
        """Telling who is online."""
        from catchup.storage.sightings import DynamoSightings
        from catchup.usecases.presence.online import TellOnline

        of, status = self._of, self._of.settings.online_status
        return TellOnline(
            DynamoSightings(of.storage),
            of.clock,
            tells_online=status != limits.HIDDEN,
            tells_last_seen=status == limits.LAST_SEEN,
        )

    @cached_property
    def receipts(self) -> "ChooseReceipts":
        """Turning receipts on or off for a person."""
        from catchup.storage.receipts import DynamoReceipts
        from catchup.usecases.receipts.choose import ChooseReceipts

        of = self._of
        return ChooseReceipts(DynamoReceipts(of.storage), of.notices, of.clock, of.settings.receipts == limits.ON)

    @cached_property
    def readers(self) -> "ListReaders":
        """Listing who has read a message of a group."""
        from catchup.storage.receipts import DynamoReceipts
        from catchup.usecases.receipts.readers import ListReaders

        of = self._of
        return ListReaders(
            receipts=DynamoReceipts(of.storage),
            groups=of.groups,
            members=of.members,
            messages=of.messages,
            blocks=self.blocks,
            concurrency=of.concurrency,
            offered=of.settings.receipts == limits.ON,
        )


def build_chat(settings: Settings, parts: Parts) -> ChatService:
    """The chat function's use cases."""
    return ChatService(Writing(settings, parts))
