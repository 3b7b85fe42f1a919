"""The sync function's parts: what each device asks for at its start is made at once, the rest at its first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.settings import ON, Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.data_set import DynamoDataSet
from catchup.storage.group_book import DynamoGroups
from catchup.storage.hiding import DynamoHiding
from catchup.storage.inbox import DynamoInbox
from catchup.storage.member_book import DynamoMembers
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.position_book import DynamoPositions
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.receipts import DynamoReceipts
from catchup.storage.roster import DynamoRoster
from catchup.usecases.catching_up.acknowledge import Acknowledge
from catchup.usecases.catching_up.clear import Clear
from catchup.usecases.catching_up.counters import ReadCounters
from catchup.usecases.catching_up.history import ReadHistory
from catchup.usecases.catching_up.login import LogIn
from catchup.usecases.catching_up.mentions import Mentions
from catchup.usecases.catching_up.pages import GroupPages
from catchup.usecases.catching_up.previews import Previews
from catchup.usecases.catching_up.pull import Pull
from catchup.usecases.catching_up.recalls import Recalls
from catchup.usecases.catching_up.retention import Retention
from catchup.usecases.catching_up.sessions import ListSessions
from catchup.usecases.reading.mark_read import MarkRead
from catchup.usecases.receipts.learning import LearnReadTo

if TYPE_CHECKING:
    from catchup.usecases.hiding.hide import Hide
    from catchup.usecases.hiding.list_hidden import ListHidden
    from catchup.usecases.session_settings.change import ChangeSettings


class SyncService:
    """What the sync function does."""

    def __init__(self, of: Container) -> None:
        self.telemetry = of.telemetry
        self._of = of
        data_set, messages = DynamoDataSet(of.storage), DynamoMessageLog(of.storage)
        groups, members = DynamoGroups(of.storage), DynamoMembers(of.storage)
        self._counters, self._groups = DynamoCounters(of.storage), groups
        self._inbox, self._hiding = DynamoInbox(of.storage), DynamoHiding(of.storage)
        positions = DynamoPositions(of.storage)
        settings, keeps = of.settings, of.settings.dissolved_history == "true"
        offers_receipts = settings.receipts == ON
        recalls, mentions = Recalls(self._counters, groups), Mentions(DynamoBlocks(of.storage))
        previews = Previews(
            self._inbox,
            messages,
            self._hiding,
            of.concurrency,
            settings.preview_messages,
            settings.preview_sessions,
            keeps,
        )
        self.log_in = LogIn(
            data_set=data_set,
            presence=DynamoPresenceBook(of.storage),
            counters=self._counters,
            previews=previews,
            recalls=recalls,
            mentions=mentions,
            groups=groups,
            members=members,
            roster=DynamoRoster(of.storage),
            push=of.push,
            concurrency=of.concurrency,
            telemetry=of.telemetry,
            offers_receipts=offers_receipts,
        )
        self.counters = ReadCounters(
            data_set, self._counters, groups, previews, recalls, mentions, of.concurrency, offers_receipts
        )
        self.clear = Clear(self._counters, groups, members, messages, of.concurrency, of.telemetry)
        self.acknowledge = Acknowledge(self._inbox, self.clear, of.concurrency, of.telemetry)
        retention = Retention(self._counters, positions, messages, self.clear)
        pages = GroupPages(groups, messages, self._hiding, retention, of.concurrency, keeps)
        self.pull = Pull(self._inbox, pages, retention, of.concurrency, of.telemetry)
        self.history = ReadHistory(messages, self._counters, pages, retention)
        learn = LearnReadTo(DynamoReceipts(of.storage), offers_receipts)
        self.sessions = ListSessions(self._counters, groups, learn, of.concurrency)
        self.read = MarkRead(positions, of.notices, of.concurrency, of.telemetry)

    @cached_property
    def settings(self) -> "ChangeSettings":
        """Changing how a person sees their sessions."""
        from catchup.storage.session_settings import DynamoSettings
        from catchup.usecases.session_settings.change import ChangeSettings

        of = self._of
        return ChangeSettings(
            settings=DynamoSettings(of.storage),
            notices=of.notices,
            concurrency=of.concurrency,
            clock=of.clock,
        )

    @cached_property
    def hide(self) -> "Hide":
        """Hiding messages from oneself."""
        from catchup.usecases.hiding.hide import Hide

        of = self._of
        return Hide(self._hiding, self._inbox, self._counters, self._groups, of.notices, of.concurrency, of.telemetry)

    @cached_property
    def hidden(self) -> "ListHidden":
        """Listing what one has hidden."""
        from catchup.usecases.hiding.list_hidden import ListHidden

        return ListHidden(self._counters, self._hiding)


def build_sync(settings: Settings, parts: Parts) -> SyncService:
    """The sync function's use cases."""
    return SyncService(Container(settings, parts))
