"""The parts of functions that write messages: chats, changes of groups, and what moderates them."""

from functools import cached_property
from typing import TYPE_CHECKING

from catchup import settings as limits
from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.settings import Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.storage.group_book import DynamoGroups
from catchup.storage.member_book import DynamoMembers
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.roster import DynamoRoster
from catchup.storage.sent_log import DynamoSentLog
from catchup.usecases.groups.applying import Applying
from catchup.usecases.groups.send import Delivery, SendToGroup
from catchup.usecases.sending.gate import Gate, OpenGate
from catchup.usecases.sending.placing import Placing

if TYPE_CHECKING:
    from catchup.domain.screening import Picture
    from catchup.screening.hook import OwnModerator
    from catchup.usecases.media.attaching import Attaching, Unattached
    from catchup.usecases.screening.ports import Judge
    from catchup.usecases.sending.delivering import PrivateDelivery
    from catchup.usecases.sending.send import SendMessage


class Writing(Container):
    """A container with the parts for writing. Moderation is imported only if it is configured."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        super().__init__(settings, parts)
        self.presence, self.sent_log = DynamoPresenceBook(self.storage), DynamoSentLog(self.storage)
        self.groups, self.members = DynamoGroups(self.storage), DynamoMembers(self.storage)
        self.messages, self.roster = DynamoMessageLog(self.storage), DynamoRoster(self.storage)

    @cached_property
    def placing(self) -> Placing:
        """Gives messages their places."""
        return Placing(self.sent_log, self.messages, self.clock, self.telemetry)

    @cached_property
    def delivery(self) -> Delivery:
        """What follows when a group's message has its place."""
        applying = Applying(
            groups=self.groups,
            members=self.members,
            presence=self.presence,
            roster=self.roster,
            messages=self.messages,
            concurrency=self.concurrency,
        )
        return Delivery(
            limit=self.limit,
            messages=self.messages,
            groups=self.groups,
            members=self.members,
            applying=applying,
            blocks=DynamoBlocks(self.storage),
            jobs=self.queues,
            concurrency=self.concurrency,
            clock=self.clock,
            connection_lifetime_ms=limits.CONNECTION_LIFETIME_MS,
        )

    @cached_property
    def attaching(self) -> "Attaching":
        """Media of messages; the client of their bucket is made at the first message that names some."""
        from catchup.storage.media_store import S3MediaStore
        from catchup.usecases.media.attaching import Attaching
        from catchup.wire.media_contents import media_of

        return Attaching(
            store=S3MediaStore(self.clients.media, self.settings.media_bucket),
            readable=self.read_one,
            media_of=media_of,
            concurrency=self.concurrency,
            clock=self.clock,
            retention_days=self.settings.message_retention_days,
            held_days=self.settings.held_retention_days,
            voice_seconds=self.settings.max_voice_seconds,
        )

    def send(self, gate: Gate, attaching: "Attaching | Unattached") -> "SendMessage":
        """Sending to a person."""
        # Imported here: changes of groups send to nobody.
        from catchup.usecases.sending.send import SendMessage

        return SendMessage(
            limit=self.limit,
            placing=self.placing,
            sent_log=self.sent_log,
            counters=self.private_delivery.counters,
            delivery=self.private_delivery,
            gate=gate,
            attaching=attaching,
            concurrency=self.concurrency,
            clock=self.clock,
        )

    @cached_property
    def private_delivery(self) -> "PrivateDelivery":
        """What follows when a private message has its place."""
        from catchup.storage.counter_book import DynamoCounters
        from catchup.storage.inbox import DynamoInbox
        from catchup.usecases.people.devices import PushToDevices
        from catchup.usecases.sending.delivering import PrivateDelivery

        return PrivateDelivery(
            messages=self.messages,
            inbox=DynamoInbox(self.storage),
            counters=DynamoCounters(self.storage),
            presence=self.presence,
            devices=PushToDevices(self.presence, self.push, self.concurrency, self.telemetry),
            concurrency=self.concurrency,
            telemetry=self.telemetry,
        )

    def send_to_group(self, gate: Gate, attaching: "Attaching | Unattached") -> SendToGroup:
        """Sending to a group."""
        return SendToGroup(self.limit, self.placing, self.sent_log, gate, attaching, self.delivery)

    def gate(self) -> Gate:
        """Judges a message before it is stored."""
        judges = self._judges()
        if not judges:
            return OpenGate()
        from catchup.storage.held_messages import DynamoHeldMessages
        from catchup.usecases.screening.screening import Screening
        from catchup.wire.screening import rewrite

        own = self._own_moderator
        return Screening(
            asked=judges,
            rewrite=rewrite,
            held=DynamoHeldMessages(self.storage),
            sent_log=self.sent_log,
            messages=self.messages,
            telemetry=self.telemetry,
            clock=self.clock,
            picture_of=self._picture_of,
            asked_of_pictures=[own.image] if own is not None and own.judges_pictures else [],
            fields=tuple(name.strip() for name in self.settings.moderated_fields.split(",") if name.strip()),
        )

    def gate_of_changes(self) -> Gate:
        """Judges the texts in a change of a group."""
        judges = self._judges()
        if not judges:
            return OpenGate()
        from catchup.usecases.screening.screening import ScreeningOfChanges
        from catchup.wire.screening import rewrite

        return ScreeningOfChanges(asked=judges, rewrite=rewrite, telemetry=self.telemetry)

    def _judges(self) -> "list[Judge]":
        judges: list[Judge] = []
        if self.settings.word_list_bucket:
            from catchup.screening.word_lists import WordLists

            lists = WordLists(
                self.clients.s3,
                bucket=self.settings.word_list_bucket,
                key=self.settings.word_list_key,
                fresh_seconds=self.settings.word_list_seconds,
                clock=self.clock,
                telemetry=self.telemetry,
            )
            judges.append(lists)
        if self._own_moderator is not None:
            judges.append(self._own_moderator)
        return judges

    @cached_property
    def _own_moderator(self) -> "OwnModerator | None":
        if not self.settings.moderator:
            return None
        from catchup.screening.hook import OwnModerator, load_moderator

        return OwnModerator(load_moderator(self.settings.moderator), self.telemetry)

    def _picture_of(self, content: bytes) -> "Picture | None":
        """A picture is what says so: sent as a file too."""
        from catchup.domain.screening import Picture
        from catchup.storage.media_store import OBJECTS

        media = self.attaching.media_of(content)
        if media is None or not media.mime.startswith("image/"):
            return None
        return Picture(self.settings.media_bucket, OBJECTS + media.key, media.mime, media.bytes)
