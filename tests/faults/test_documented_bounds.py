"""What the promises leave out, and nothing more: design.md, invariant 2 ("Bound"), and section 4 ("ackFlg 0")."""

import pytest

from catchup.domain import counter
from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.invariants import check, reached_nobody
from tests.faults.people import come_to_rest
from tests.faults.scenarios.registry import SESSION, both_online, break_off, talking
from tests.faults.stage import Stage

LATER = 8


@pytest.fixture
def a_counter_remembers_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six seqs at most: what takes dozens of messages takes a few."""
    monkeypatch.setattr(counter, "RECENT_LIMIT", 6)
    monkeypatch.setattr(counter, "RECENT_KEPT", 3)


def retried_late(stage: Stage, operation: str, table: str, fault: Injected) -> list[str]:
    """A send dies; many more messages follow from another device and arrive; then the first is retried."""
    both_online(stage)
    phone, tablet, bob = stage.person("alice"), stage.person("alice", "tablet"), stage.person("bob")
    break_off(stage, lambda: phone.say("bob"), operation, table, fault)
    for _ in range(LATER):
        tablet.say("bob")
        bob.read_pushes()
        bob.finish()
    come_to_rest(stage.people.values())
    return check(stage.world, list(stage.people.values()))


@pytest.mark.parametrize(
    ("operation", "table", "fault"),
    [("PutItem", "Message", DIED_BEFORE), ("UpdateItem", "Counter", DIED_AFTER)],
    ids=["before it had a place", "after it was counted"],
)
def test_a_retry_later_than_a_counter_remembers_breaks_nothing_if_the_first_attempt_died(
    stage: Stage, a_counter_remembers_few: None, operation: str, table: str, fault: Injected
) -> None:
    assert retried_late(stage, operation, table, fault) == []


def test_such_a_retry_of_a_message_that_was_stored_and_not_counted_leaves_it_uncounted(
    stage: Stage, a_counter_remembers_few: None
) -> None:
    found = retried_late(stage, "PutItem", "Inbox", DIED_AFTER)
    assert found
    assert all("received is 9, 10 were stored" in line or "unread is 9, 10 came" in line for line in found)
    assert not stage.person("bob").store.talk(SESSION).missing


@pytest.mark.xfail(
    strict=True,
    reason="a retry below the floor takes the message for done: one that died before it was stored stays out of the "
    "offline store, although the bound says that it is stored, only not counted",
)
def test_such_a_retry_of_a_message_that_was_not_stored_stores_it(stage: Stage, a_counter_remembers_few: None) -> None:
    found = retried_late(stage, "PutItem", "Message", DIED_AFTER)
    assert not [line for line in found if "offline store" in line]


def test_and_its_receiver_has_it_from_history(stage: Stage, a_counter_remembers_few: None) -> None:
    retried_late(stage, "PutItem", "Message", DIED_AFTER)
    assert not stage.person("bob").store.talk(SESSION).missing


def test_a_live_message_whose_only_attempt_died_is_in_history_alone(stage: Stage) -> None:
    alice = talking(stage)
    stage.online("bob").crash()
    break_off(stage, lambda: alice.say("bob", ack=0), "PutItem", "Message", DIED_AFTER)
    come_to_rest(stage.people.values())
    assert check(stage.world, list(stage.people.values())) == []
    assert reached_nobody(stage.world, list(stage.people.values())) == list(alice.log.acked)[-1:]
