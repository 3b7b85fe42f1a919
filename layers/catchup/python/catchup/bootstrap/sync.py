"""The sync function's parts."""

from dataclasses import dataclass

from catchup.bootstrap import delivery, stores
from catchup.bootstrap.clients import Parts
from catchup.observability import FunctionTelemetry
from catchup.settings import SyncSettings, load
from catchup.usecases.acknowledge import Acknowledge
from catchup.usecases.clear import Clear
from catchup.usecases.counters import ReadCounters
from catchup.usecases.group.pages import GroupPages
from catchup.usecases.history import ReadHistory
from catchup.usecases.login import LogIn
from catchup.usecases.pull import Pull
from catchup.usecases.retention import Retention
from catchup.usecases.sessions import ListSessions


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


def build_sync(settings: SyncSettings, parts: Parts) -> SyncService:
    """The sync function's use cases."""
    inbox, counters, messages = (
        stores.inbox(settings, parts),
        stores.counters(settings, parts),
        stores.messages(settings, parts),
    )
    groups, members = stores.groups(settings, parts), stores.members(settings, parts)
    clear = Clear(counters, groups, members, messages, parts.concurrency, parts.telemetry)
    retention = Retention(counters, messages, clear)
    pages = GroupPages(groups, messages, retention, parts.concurrency)
    log_in = LogIn(
        data_set=stores.data_set(settings, parts),
        presence=stores.presence(settings, parts),
        counters=counters,
        inbox=inbox,
        messages=messages,
        groups=groups,
        members=members,
        roster=stores.roster(settings, parts),
        push=delivery.push(settings, parts),
        concurrency=parts.concurrency,
        telemetry=parts.telemetry,
        preview_messages=settings.preview_messages,
        preview_sessions=settings.preview_sessions,
    )
    return SyncService(
        telemetry=parts.telemetry,
        log_in=log_in,
        counters=ReadCounters(counters, groups),
        clear=clear,
        acknowledge=Acknowledge(inbox, clear, parts.concurrency, parts.telemetry),
        pull=Pull(inbox, pages, retention, parts.concurrency, parts.telemetry),
        history=ReadHistory(messages, pages, retention),
        sessions=ListSessions(counters, messages, groups, parts.concurrency),
    )


def sync_service() -> SyncService:
    """From the environment."""
    return build_sync(load(SyncSettings), Parts(telemetry=FunctionTelemetry("sync")))
