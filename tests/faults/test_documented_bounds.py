"""What the promises leave out, and nothing more; and what they do not leave out although a counter forgets."""

import pytest

from catchup.domain import counter
from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios.registry import SESSION, both_online, break_off, talking
from tests.faults.stage import Stage
from tests.people.invariants import check, reached_nobody
from tests.people.person import come_to_rest

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
    [
        ("PutItem", "Message", DIED_BEFORE),
        ("PutItem", "Message", DIED_AFTER),
        ("PutItem", "Inbox", DIED_AFTER),
        ("UpdateItem", "Counter", DIED_AFTER),
    ],
    ids=["before it had a place", "before it was stored", "before it was counted", "after it was counted"],
)
def test_a_retry_later_than_a_counter_remembers_breaks_nothing(
    stage: Stage, a_counter_remembers_few: None, operation: str, table: str, fault: Injected
) -> None:
    assert retried_late(stage, operation, table, fault) == []


def test_a_retry_after_more_sends_have_died_than_a_counter_notes_is_stored_and_not_counted(
    stage: Stage, a_counter_remembers_few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one message that died is the oldest of more than are noted."""
    monkeypatch.setattr(counter, "UNCOUNTED_LIMIT", 0)
    found = retried_late(stage, "PutItem", "Inbox", DIED_AFTER)
    assert found
    assert all("received is 9, 10 were stored" in line or "unread is 9, 10 came" in line for line in found)
    assert not stage.person("bob").store.talk(SESSION).missing


def test_a_live_message_whose_only_attempt_died_is_in_history_alone(stage: Stage) -> None:
    alice = talking(stage)
    stage.online("bob").crash()
    break_off(stage, lambda: alice.say("bob", ack=0), "PutItem", "Message", DIED_AFTER)
    come_to_rest(stage.people.values())
    assert check(stage.world, list(stage.people.values())) == []
    assert reached_nobody(stage.world, list(stage.people.values())) == list(alice.log.acked)[-1:]
