"""The group function's parts."""

from dataclasses import dataclass

from catchup.bootstrap import delivery, limiting, moderation, stores
from catchup.bootstrap.clients import Parts
from catchup.observability import FunctionTelemetry
from catchup.settings import GroupSettings, load
from catchup.storage.block_book import DynamoBlocks
from catchup.usecases.group.admission import Admission
from catchup.usecases.group.change import ChangeGroup
from catchup.usecases.group.members import ListMembers
from catchup.usecases.placing import Placing


@dataclass(eq=False, repr=False, slots=True)
class GroupService:
    """What the group function does."""

    telemetry: FunctionTelemetry
    change: ChangeGroup
    members: ListMembers


def build_group(settings: GroupSettings, parts: Parts) -> GroupService:
    """The group function's use cases."""
    sent_log, groups, members = (
        stores.sent_log(settings, parts),
        stores.groups(settings, parts),
        stores.members(settings, parts),
    )
    messages = stores.messages(settings, parts, retention_days=settings.message_retention_days)
    change = ChangeGroup(
        limit=limiting.send_limit(settings, parts),
        placing=Placing(sent_log, messages, parts.clock, parts.telemetry),
        sent_log=sent_log,
        groups=groups,
        members=members,
        messages=messages,
        admission=Admission(groups, DynamoBlocks(stores.dynamo(parts), table=settings.session_table)),
        delivery=delivery.group_delivery(settings, parts),
        gate=moderation.gate_of_names(settings, parts),
    )
    return GroupService(parts.telemetry, change, ListMembers(groups, members))


def group_service() -> GroupService:
    """From the environment."""
    return build_group(load(GroupSettings), Parts(telemetry=FunctionTelemetry("group")))
