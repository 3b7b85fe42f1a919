"""The group function's parts: what changes groups is made at once, requests to join at their first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.sending import Writing
from catchup.settings import Settings
from catchup.storage.block_book import DynamoBlocks
from catchup.usecases.groups.change import ChangeGroup
from catchup.usecases.groups.members import ListMembers
from catchup.usecases.groups.preconditions import Preconditions

if TYPE_CHECKING:
    from catchup.storage.join_requests import DynamoJoinRequests
    from catchup.usecases.groups.requests import AskToJoin, DecideOnRequests


class GroupService:
    """What the group function does."""

    def __init__(self, of: Writing) -> None:
        self.telemetry = of.telemetry
        self._of = of
        self._gate, self._blocks = of.gate_of_changes(), DynamoBlocks(of.storage)
        self.change = ChangeGroup(
            limit=of.limit,
            placing=of.placing,
            sent_log=of.sent_log,
            preconditions=Preconditions(of.groups, self._blocks),
            delivery=of.delivery,
            gate=self._gate,
        )
        self.members = ListMembers(of.groups, of.members)

    @cached_property
    def ask(self) -> "AskToJoin":
        """Asking to join."""
        from catchup.usecases.groups.requests import AskToJoin

        of = self._of
        return AskToJoin(
            limit=of.limit,
            sent_log=of.sent_log,
            groups=of.groups,
            requests=self._requests,
            blocks=self._blocks,
            gate=self._gate,
            notices=of.notices,
            concurrency=of.concurrency,
            clock=of.clock,
        )

    @cached_property
    def requests(self) -> "DecideOnRequests":
        """Listing requests to join, approving and refusing them."""
        from catchup.usecases.groups.requests import DecideOnRequests

        of = self._of
        return DecideOnRequests(of.limit, of.sent_log, self.change, of.groups, self._requests, of.concurrency, of.clock)

    @cached_property
    def _requests(self) -> "DynamoJoinRequests":
        from catchup.storage.join_requests import DynamoJoinRequests

        return DynamoJoinRequests(self._of.storage)


def build_group(settings: Settings, parts: Parts) -> GroupService:
    """The group function's use cases."""
    return GroupService(Writing(settings, parts))
