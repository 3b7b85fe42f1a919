"""How late a retry may come: there is no bound, while its sender's reservation is kept."""

import pytest

from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios.registry import both_online, break_off
from tests.faults.stage import Stage
from tests.people.invariants import check
from tests.people.person import come_to_rest

LATER = 40


@pytest.mark.parametrize("ack", [0, 1])
@pytest.mark.parametrize(
    ("operation", "table", "fault"),
    [
        ("PutItem", "Message", DIED_BEFORE),
        ("PutItem", "Message", DIED_AFTER),
        ("UpdateItem", "Counter", DIED_AFTER),
    ],
    ids=["before it had a place", "before it was told", "after it was told"],
)
def test_a_retry_after_many_later_messages_breaks_nothing(
    stage: Stage, operation: str, table: str, fault: Injected, ack: int
) -> None:
    """A send dies; many more follow from another device and arrive; then the first is retried."""
    both_online(stage)
    phone, tablet, bob = stage.person("alice"), stage.person("alice", "tablet"), stage.person("bob")
    break_off(stage, lambda: phone.say("bob", ack), operation, table, fault)
    for _ in range(LATER):
        tablet.say("bob")
        bob.read_pushes()
        bob.finish()
    come_to_rest(stage.people.values())
    assert check(stage.world, list(stage.people.values())) == []
