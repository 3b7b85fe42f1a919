"""The fan-out function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.observability import FunctionTelemetry
from catchup.settings import ON, Settings
from catchup.storage.group_book import DynamoGroups
from catchup.storage.join_requests import DynamoJoinRequests
from catchup.storage.member_book import DynamoMembers
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.receipts import DynamoReceipts
from catchup.storage.roster import DynamoRoster
from catchup.usecases.groups.fan_out import FanOut
from catchup.usecases.people.notify import Notify
from catchup.usecases.receipts.tell import TellReceipts


@dataclass(eq=False, repr=False, slots=True)
class FanoutService:
    """What the fan-out function does."""

    telemetry: FunctionTelemetry
    fan_out: FanOut
    notify: Notify
    tell: TellReceipts


def build_fanout(settings: Settings, parts: Parts) -> FanoutService:
    """The fan-out function's use cases."""
    of = Container(settings, parts)
    presence = DynamoPresenceBook(of.storage)
    fan_out = FanOut(
        groups=DynamoGroups(of.storage),
        members=DynamoMembers(of.storage),
        roster=DynamoRoster(of.storage),
        presence=presence,
        push=of.push,
        jobs=of.queues,
        concurrency=of.concurrency,
        clock=of.clock,
        telemetry=of.telemetry,
    )
    notify = Notify(presence, DynamoJoinRequests(of.storage), of.push, of.concurrency, of.telemetry)
    tell = TellReceipts(
        receipts=DynamoReceipts(of.storage),
        presence=presence,
        push=of.push,
        concurrency=of.concurrency,
        telemetry=of.telemetry,
        offered=settings.receipts == ON,
    )
    return FanoutService(parts.telemetry, fan_out, notify, tell)
