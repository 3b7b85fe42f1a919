"""The group function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.usecases.groups.change import ChangeGroup
from catchup.usecases.groups.members import ListMembers
from catchup.usecases.groups.preconditions import Preconditions


@dataclass(eq=False, repr=False, slots=True)
class GroupService:
    """What the group function does."""

    telemetry: FunctionTelemetry
    change: ChangeGroup
    members: ListMembers


def build_group(settings: Settings, parts: Parts) -> GroupService:
    """The group function's use cases."""
    of = Writing(settings, parts)
    change = ChangeGroup(
        limit=of.limit,
        placing=of.placing,
        sent_log=of.sent_log,
        preconditions=Preconditions(of.groups, DynamoBlocks(of.storage)),
        delivery=of.delivery,
        gate=of.gate_of_changes(),
    )
    return GroupService(parts.telemetry, change, ListMembers(of.groups, of.members))
