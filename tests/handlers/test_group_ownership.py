"""Whose a group is: one person's at most, also beside older code; and who takes a group that has lost its owner."""

from typing import Any

import pytest

from catchup.usecases.group import ownership
from tests.handlers.test_groups import ROOM, refused
from tests.support.world import Phone, World


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(alice: Phone) -> str:
    """Alice's, with Bob and Carol."""
    alice.change("create", "room", name="The room", uids=["bob", "carol"])
    return "room"


def owners(phone: Phone, group: str = "room") -> list[str]:
    return [each["uid"] for each in phone.ok("members", groupId=group)["members"] if each["role"] == "OWNER"]


def group_row(world: World) -> dict[str, Any]:
    (row,) = (row for row in world.rows("Session") if row["sessionId"]["S"] == ROOM)
    return row


def set_register(world: World, **register: dict[str, str] | None) -> None:
    """As another request, or another version, has left the group's row."""
    row = {name: value for name, value in {**group_row(world), **register}.items() if value is not None}
    world.dynamodb.put_item(TableName=world.tables["SessionTable"], Item=row)


@pytest.fixture
def orphan(world: World, room: str, alice: Phone) -> str:
    """Alice's room was given to Dave, who left at that moment."""
    alice.change("add", room, uids=["dave"])
    world.phone("dave").change("leave", room)
    set_register(world, owner={"S": "dave"}, ownerSeq={"N": "3"})
    assert owners(alice) == []
    return room


# ---------------------------------------------------------------- a hand-over


def test_a_group_is_handed_over_before_its_owner_leaves(world: World, room: str, alice: Phone) -> None:
    refused(alice, "leave", "FAILED_PRECONDITION", msgId="x", groupId=room)
    alice.change("role", room, uid="bob", role="OWNER")
    roles = {member["uid"]: member["role"] for member in alice.ok("members", groupId=room)["members"]}
    assert roles == {"alice": "ADMIN", "bob": "OWNER", "carol": "MEMBER"}
    alice.change("leave", room)
    assert [member["uid"] for member in world.online("bob").ok("members", groupId=room)["members"]] == ["bob", "carol"]


def test_who_has_handed_a_group_over_is_an_admin_whatever_their_row_says(world: World, room: str, alice: Phone) -> None:
    set_register(world, owner={"S": "bob"}, ownerSeq={"N": "2"})
    bob = world.phone("bob")
    assert owners(alice) == ["bob"]
    (summary,) = alice.ok("sessions")["sessions"]
    assert summary["group"]["role"] == "ADMIN"
    refused(alice, "role", "PERMISSION_DENIED", "body.role", msgId="x", groupId=room, uid="carol", role="ADMIN")
    refused(bob, "leave", "FAILED_PRECONDITION", msgId="x", groupId=room)
    bob.change("remove", room, uids=["alice"])


# ---------------------------------------------------------------- a group that has lost its owner


@pytest.mark.parametrize("heir", ["alice", "bob"])
def test_an_admin_takes_a_group_that_has_lost_its_owner_or_gives_it(
    world: World, orphan: str, alice: Phone, heir: str
) -> None:
    refused(alice, "role", "PERMISSION_DENIED", "body.role", msgId="x", groupId=orphan, uid="bob", role="ADMIN")
    alice.change("role", orphan, msg_id="take", uid=heir, role="OWNER")
    assert owners(alice) == [heir]
    before = world.trace()
    alice.change("role", orphan, msg_id="take", uid=heir, role="OWNER")
    assert world.trace() == before
    world.phone(heir).change("role", orphan, uid="carol", role="ADMIN")
    refused(world.phone(heir), "leave", "FAILED_PRECONDITION", msgId="x", groupId=orphan)


def test_a_member_takes_it_only_when_no_admin_is_left(world: World, orphan: str, alice: Phone) -> None:
    bob = world.phone("bob")
    refused(bob, "role", "PERMISSION_DENIED", "body.role", msgId="x", groupId=orphan, uid="bob", role="OWNER")
    alice.change("leave", orphan)
    bob.change("role", orphan, uid="bob", role="OWNER")
    assert owners(bob) == ["bob"]
    refused(world.phone("carol"), "role", "PERMISSION_DENIED", msgId="x", groupId=orphan, uid="carol", role="OWNER")


def test_a_member_takes_none_in_which_admins_are_not_looked_for(
    monkeypatch: pytest.MonkeyPatch, world: World, orphan: str, alice: Phone
) -> None:
    monkeypatch.setattr(ownership, "LOOKED_THROUGH", 1)
    alice.change("leave", orphan)
    refused(world.phone("bob"), "role", "PERMISSION_DENIED", msgId="x", groupId=orphan, uid="bob", role="OWNER")


def test_whoever_comes_back_is_not_the_owner_of_what_was_given_to_them_before(
    world: World, orphan: str, alice: Phone
) -> None:
    alice.change("add", orphan, uids=["dave"])
    assert owners(alice) == []
    refused(world.phone("dave"), "role", "PERMISSION_DENIED", msgId="x", groupId=orphan, uid="dave", role="OWNER")
    alice.change("role", orphan, uid="alice", role="OWNER")
    assert owners(alice) == ["alice"]


def test_nobody_takes_a_group_that_has_an_owner(world: World, room: str, alice: Phone) -> None:
    alice.change("role", room, uid="bob", role="ADMIN")
    for name in ("bob", "carol"):
        refused(world.phone(name), "role", "PERMISSION_DENIED", msgId="x", groupId=room, uid=name, role="OWNER")
    refused(alice, "role", "FAILED_PRECONDITION", "body.uid", msgId="x", groupId=room, uid="alice", role="OWNER")


def test_nobody_takes_a_group_while_it_is_made(world: World, room: str, alice: Phone) -> None:
    """Its members are entered side by side: Bob may be in it before Alice, who makes it."""
    (row,) = (row for row in world.rows("Counter") if row["uid"]["S"] == "alice")
    key = {name: row[name] for name in ("uid", "sessionId")}
    world.dynamodb.delete_item(TableName=world.tables["CounterTable"], Key=key)
    refused(world.phone("bob"), "role", "PERMISSION_DENIED", msgId="x", groupId=room, uid="bob", role="OWNER")


# ---------------------------------------------------------------- older code


def test_a_group_of_before_the_register_has_the_owner_that_rows_say(world: World, room: str, alice: Phone) -> None:
    set_register(world, owner=None, ownerSeq=None)
    assert owners(alice) == ["alice"]
    refused(alice, "leave", "FAILED_PRECONDITION", msgId="x", groupId=room)
    refused(world.phone("bob"), "role", "PERMISSION_DENIED", msgId="x", groupId=room, uid="bob", role="OWNER")
    alice.change("role", room, uid="bob", role="OWNER")
    assert owners(alice) == ["bob"]
    assert {name: group_row(world)[name] for name in ("owner", "ownerSeq")} == {
        "owner": {"S": "bob"},
        "ownerSeq": {"N": "2"},
    }


def test_a_late_retry_of_what_older_code_has_handed_over_undoes_nothing(world: World, room: str, alice: Phone) -> None:
    alice.change("role", room, msg_id="old", uid="bob", role="OWNER")
    world.phone("bob").change("role", room, uid="carol", role="OWNER")
    set_register(world, owner=None, ownerSeq=None)
    before = world.trace()
    alice.change("role", room, msg_id="old", uid="bob", role="OWNER")
    assert (world.trace(), owners(alice)) == (before, ["carol"])


def test_rows_of_persons_tell_older_code_whose_a_group_is(world: World, room: str, alice: Phone) -> None:
    alice.change("role", room, uid="bob", role="OWNER")
    roles = {row["uid"]["S"]: row["role"]["N"] for row in world.rows("Counter")}
    assert roles == {"alice": "1", "bob": "2", "carol": "0"}


def test_what_older_code_hands_over_beside_newer_code_stays_with_its_giver(
    world: World, room: str, alice: Phone
) -> None:
    """It knows of rows of persons alone. Its giver hands the group over once more."""
    for row in world.rows("Counter"):
        role = {"alice": "1", "bob": "2"}.get(row["uid"]["S"], "0")
        world.dynamodb.put_item(TableName=world.tables["CounterTable"], Item={**row, "role": {"N": role}})
    assert owners(alice) == ["alice"]
    alice.change("role", room, uid="bob", role="OWNER")
    assert owners(alice) == ["bob"]
