"""The sync function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings, load
from catchup.usecases.catching_up.acknowledge import Acknowledge
from catchup.usecases.catching_up.clear import Clear
from catchup.usecases.catching_up.counters import ReadCounters
from catchup.usecases.catching_up.group_pages import GroupPages
from catchup.usecases.catching_up.history import ReadHistory
from catchup.usecases.catching_up.login import LogIn
from catchup.usecases.catching_up.pull import Pull
from catchup.usecases.catching_up.retention import Retention
from catchup.usecases.catching_up.sessions import ListSessions


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


def build_sync(settings: Settings, parts: Parts) -> SyncService:
    """The sync function's use cases."""
    of = Container(settings, parts)
    clear = Clear(of.counters, of.groups, of.members, of.messages, of.concurrency, of.telemetry)
    retention = Retention(of.counters, of.messages, clear)
    pages = GroupPages(of.groups, of.messages, retention, of.concurrency)
    log_in = LogIn(
        data_set=of.data_set,
        presence=of.presence,
        counters=of.counters,
        inbox=of.inbox,
        messages=of.messages,
        groups=of.groups,
        members=of.members,
        roster=of.roster,
        push=of.push,
        concurrency=of.concurrency,
        telemetry=of.telemetry,
        preview_messages=settings.preview_messages,
        preview_sessions=settings.preview_sessions,
    )
    return SyncService(
        telemetry=of.telemetry,
        log_in=log_in,
        counters=ReadCounters(of.counters, of.groups),
        clear=clear,
        acknowledge=Acknowledge(of.inbox, clear, of.concurrency, of.telemetry),
        pull=Pull(of.inbox, pages, retention, of.concurrency, of.telemetry),
        history=ReadHistory(of.messages, of.counters, pages, retention),
        sessions=ListSessions(of.counters, of.groups, of.concurrency),
    )


def sync_service() -> SyncService:
    """Makes the service from the environment."""
    return build_sync(load("sync"), Parts(telemetry=FunctionTelemetry("sync")))
