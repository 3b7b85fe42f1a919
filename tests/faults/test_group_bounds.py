"""Groups at the edges: what a late retry may still do, and what is known not to be exact."""

import pytest

from tests.faults.faults import DIED_BEFORE
from tests.faults.scenarios.groups import room
from tests.faults.scenarios.registry import break_off
from tests.faults.stage import Stage
from tests.people.group_invariants import check_groups
from tests.people.person import come_to_rest


def said(stage: Stage) -> list[str]:
    return [row["msgId"]["S"] for row in stage.world.rows("Message") if row["sessionId"]["S"] == "g:room"]


def test_whoever_was_removed_since_they_tried_says_nothing_any_more(stage: Stage) -> None:
    alice, bob = room(stage), stage.person("bob")
    bob.may_be_refused = True
    break_off(stage, lambda: bob.tell("room"), "PutItem", "Message", DIED_BEFORE)
    alice.change("remove", "room", uids=["bob"])
    bob.flush()
    assert list(bob.log.refused.values()) == ["PERMISSION_DENIED"]
    assert said(stage) == ["alice-phone-1", "alice-phone-2"]


def test_whoever_lost_a_role_since_they_tried_changes_nothing_any_more(stage: Stage) -> None:
    alice, bob = room(stage), stage.person("bob")
    bob.may_be_refused = True
    alice.change("role", "room", uid="bob", role="ADMIN")
    break_off(stage, lambda: bob.change("add", "room", uids=["frank"]), "PutItem", "Message", DIED_BEFORE)
    alice.change("role", "room", uid="bob", role="MEMBER")
    bob.flush()
    assert list(bob.log.refused.values()) == ["PERMISSION_DENIED"]
    assert not [row for row in stage.world.rows("Counter") if row["uid"]["S"] == "frank"]


def test_members_are_counted_after_a_late_retry_of_what_someone_has_left_and_joined_since(stage: Stage) -> None:
    alice, frank = room(stage), stage.online("frank")
    break_off(stage, lambda: alice.change("add", "room", uids=["frank"]), "UpdateItem", "Session", DIED_BEFORE)
    frank.change("leave", "room")
    frank.change("join", "room")
    alice.flush()
    people = list(stage.people.values())
    come_to_rest(people)
    assert not [found for found in check_groups(stage.world, people) if "the group says" in found]


def test_nobody_is_mentioned_by_themselves(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catchup.domain.membership.OWN_LIMIT", 2)
    monkeypatch.setattr("catchup.domain.membership.OWN_KEPT", 1)
    alice = room(stage)
    alice.tell("room", at_all=True)
    for _ in range(3):
        alice.tell("room")
    found = check_groups(stage.world, list(stage.people.values()))
    assert not [violation for violation in found if "mentions" in violation]
