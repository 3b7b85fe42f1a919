"""Whose a group is: one person's, always."""

from typing import Any

import pytest

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


# ---------------------------------------------------------------- and nobody else


def test_nobody_takes_a_group(world: World, room: str, alice: Phone) -> None:
    alice.change("role", room, uid="bob", role="ADMIN")
    for name in ("bob", "carol"):
        refused(world.phone(name), "role", "PERMISSION_DENIED", msgId="x", groupId=room, uid=name, role="OWNER")
    refused(alice, "role", "FAILED_PRECONDITION", "body.uid", msgId="x", groupId=room, uid="alice", role="OWNER")
    refused(alice, "role", "FAILED_PRECONDITION", "body.uid", msgId="x", groupId=room, uid="dave", role="OWNER")


def test_nobody_takes_a_group_while_it_is_made(world: World, room: str, alice: Phone) -> None:
    """Its members are entered side by side: Bob may be in it before Alice, who makes it."""
    (row,) = (row for row in world.rows("Counter") if row["uid"]["S"] == "alice")
    key = {name: row[name] for name in ("uid", "sessionId")}
    world.dynamodb.delete_item(TableName=world.tables["CounterTable"], Key=key)
    refused(world.phone("bob"), "role", "PERMISSION_DENIED", msgId="x", groupId=room, uid="bob", role="OWNER")


def test_a_late_retry_of_a_hand_over_undoes_nothing(world: World, room: str, alice: Phone) -> None:
    alice.change("role", room, msg_id="old", uid="bob", role="OWNER")
    world.phone("bob").change("role", room, uid="carol", role="OWNER")
    before = world.trace()
    alice.change("role", room, msg_id="old", uid="bob", role="OWNER")
    assert (world.trace(), owners(alice)) == (before, ["carol"])


def test_who_gives_a_group_on_is_an_admin_afterwards(world: World, room: str, alice: Phone) -> None:
    alice.change("role", room, uid="bob", role="OWNER")
    world.phone("bob").change("role", room, uid="carol", role="OWNER")
    roles = {member["uid"]: member["role"] for member in alice.ok("members", groupId=room)["members"]}
    assert roles == {"alice": "ADMIN", "bob": "ADMIN", "carol": "OWNER"}
