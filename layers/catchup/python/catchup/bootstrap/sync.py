"""The sync function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
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
from catchup.storage.roster import DynamoRoster
from catchup.storage.session_settings import DynamoSettings
from catchup.usecases.catching_up.acknowledge import Acknowledge
from catchup.usecases.catching_up.clear import Clear
from catchup.usecases.catching_up.counters import ReadCounters
from catchup.usecases.catching_up.history import ReadHistory
from catchup.usecases.catching_up.login import LogIn
from catchup.usecases.catching_up.mentions import Mentions
from catchup.usecases.catching_up.pages import GroupPages
from catchup.usecases.catching_up.previews import Previews
from catchup.usecases.catching_up.pull import Pull
from catchup.usecases.catching_up.retention import Retention
from catchup.usecases.catching_up.sessions import ListSessions
from catchup.usecases.hiding.hide import Hide
from catchup.usecases.hiding.list_hidden import ListHidden
from catchup.usecases.people.devices import OwnDevices
from catchup.usecases.reading.mark_read import MarkRead
from catchup.usecases.session_settings.change import ChangeSettings


@dataclass(eq=False, repr=False, slots=True)
class SyncService:
    """What the sync function does."""

    telemetry: FunctionTelemetry
    log_in: LogIn
    counters: ReadCounters
    clear: Clear
    acknowledge: Acknowledge
    pull: Pull
    history: ReadHistory
    sessions: ListSessions
    settings: ChangeSettings
    read: MarkRead
    hide: Hide
    hidden: ListHidden


def build_sync(settings: Settings, parts: Parts) -> SyncService:
    """The sync function's use cases."""
    of = Container(settings, parts)
    data_set, counters, inbox = DynamoDataSet(of.storage), DynamoCounters(of.storage), DynamoInbox(of.storage)
    messages = DynamoMessageLog(of.storage)
    groups, members = DynamoGroups(of.storage), DynamoMembers(of.storage)
    clear = Clear(counters, groups, members, messages, of.concurrency, of.telemetry)
    positions = DynamoPositions(of.storage)
    retention = Retention(counters, positions, messages, clear)
    presence = DynamoPresenceBook(of.storage)
    keeps = settings.dissolved_history == "true"
    hiding = DynamoHiding(of.storage)
    pages = GroupPages(groups, messages, hiding, retention, of.concurrency, keeps)
    previews = Previews(
        inbox, messages, hiding, of.concurrency, settings.preview_messages, settings.preview_sessions, keeps
    )
    mentions = Mentions(DynamoBlocks(of.storage))
    log_in = LogIn(
        data_set=data_set,
        presence=presence,
        counters=counters,
        previews=previews,
        mentions=mentions,
        groups=groups,
        members=members,
        roster=DynamoRoster(of.storage),
        push=of.push,
        concurrency=of.concurrency,
        telemetry=of.telemetry,
    )
    return SyncService(
        telemetry=of.telemetry,
        log_in=log_in,
        counters=ReadCounters(data_set, counters, groups, previews, mentions, of.concurrency),
        clear=clear,
        acknowledge=Acknowledge(inbox, clear, of.concurrency, of.telemetry),
        pull=Pull(inbox, pages, retention, of.concurrency, of.telemetry),
        history=ReadHistory(messages, counters, pages, retention),
        sessions=ListSessions(counters, groups, of.concurrency),
        settings=ChangeSettings(
            settings=DynamoSettings(of.storage),
            devices=OwnDevices(presence, of.concurrency, of.telemetry),
            push=of.push,
            concurrency=of.concurrency,
            clock=of.clock,
        ),
        read=MarkRead(positions, of.notices, of.concurrency, of.telemetry),
        hide=Hide(hiding, inbox, counters, groups, of.notices, of.concurrency, of.telemetry),
        hidden=ListHidden(counters, hiding),
    )
