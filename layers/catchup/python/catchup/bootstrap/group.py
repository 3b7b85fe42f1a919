"""The group function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.storage.join_requests import DynamoJoinRequests
from catchup.usecases.groups.change import ChangeGroup
from catchup.usecases.groups.members import ListMembers
from catchup.usecases.groups.preconditions import Preconditions
from catchup.usecases.groups.requests import AskToJoin, DecideOnRequests


@dataclass(eq=False, repr=False, slots=True)
class GroupService:
    """What the group function does."""

    telemetry: FunctionTelemetry
    change: ChangeGroup
    members: ListMembers
    ask: AskToJoin
    requests: DecideOnRequests


def build_group(settings: Settings, parts: Parts) -> GroupService:
    """The group function's use cases."""
    of = Writing(settings, parts)
    blocks, requests, gate = DynamoBlocks(of.storage), DynamoJoinRequests(of.storage), of.gate_of_changes()
    change = ChangeGroup(
        limit=of.limit,
        placing=of.placing,
        sent_log=of.sent_log,
        preconditions=Preconditions(of.groups, blocks),
        delivery=of.delivery,
        gate=gate,
    )
    ask = AskToJoin(
        limit=of.limit,
        sent_log=of.sent_log,
        groups=of.groups,
        requests=requests,
        blocks=blocks,
        gate=gate,
        jobs=of.queues,
        concurrency=of.concurrency,
        clock=of.clock,
    )
    decide = DecideOnRequests(of.limit, of.sent_log, change, of.groups, requests, of.concurrency, of.clock)
    return GroupService(parts.telemetry, change, ListMembers(of.groups, of.members), ask, decide)
