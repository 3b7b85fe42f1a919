"""A group's name and announcement change."""

from typing import Any

import pytest

from catchup.settings import MAX_ANNOUNCEMENT_BYTES
from tests.handlers.test_groups import ROOM, refused
from tests.support.world import Phone, World


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(alice: Phone) -> str:
    """Alice's, with Bob, an admin, and Carol."""
    alice.change("create", "room", name="The room", uids=["bob", "carol"])
    alice.change("role", "room", uid="bob", role="ADMIN")
    return "room"


def told(phone: Phone) -> tuple[str, str | None]:
    """Name and announcement."""
    page = phone.ok("members", groupId="room")
    return page["group"]["name"], page.get("announcement", {}).get("text")


def test_a_group_gets_another_name_and_an_announcement(world: World, room: str, alice: Phone) -> None:
    carol = world.online("carol")
    assert told(carol) == ("The room", None)
    alice.change("describe", room, name="The hall")
    ack = world.phone("bob").change("describe", room, announcement="Rules:\n\tbe kind")
    assert told(carol) == ("The hall", "Rules:\n\tbe kind")
    assert carol.ok("sessions")["sessions"][0]["group"]["name"] == "The hall"
    announced = carol.ok("members", groupId=room)["announcement"]
    assert (announced["uid"], announced["time"]) == ("bob", ack["time"])
    said = [push["body"]["msg"] for push in carol.pushes]
    assert said == [
        {"event": "describe", "name": "The hall"},
        {"event": "describe", "announcement": "Rules:\n\tbe kind"},
    ]
    assert all(push["body"]["quiet"] for push in carol.pushes)
    assert carol.ok("counters", sessionIds=[ROOM])["counters"][ROOM]["count"] == 0


def test_what_is_empty_takes_a_name_or_an_announcement_back(room: str, alice: Phone) -> None:
    alice.change("describe", room, name="", announcement="x")
    assert told(alice) == ("", "x")
    alice.change("describe", room, announcement="")
    assert told(alice) == ("", None)


def test_only_the_first_page_of_members_describes_the_group(world: World, room: str, alice: Phone) -> None:
    alice.change("describe", room, announcement="x")
    page = alice.ok("members", groupId=room, limit=2)
    assert (page["group"]["role"], page["group"]["members"], page["announcement"]["text"]) == ("OWNER", 3, "x")
    assert {"group", "announcement"} & set(alice.ok("members", groupId=room, limit=2, next=page["next"])) == set()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.name"),
        ({"name": "a\nb"}, "body.name"),
        ({"announcement": "x" * (MAX_ANNOUNCEMENT_BYTES + 1)}, "body.announcement"),
        ({"announcement": "a\x00b"}, "body.announcement"),
        ({"name": "fine", "announcement": "a\rb"}, "body.announcement"),
    ],
)
def test_what_is_no_name_or_announcement_is_refused(room: str, alice: Phone, body: dict[str, Any], field: str) -> None:
    refused(alice, "describe", "INVALID_ARGUMENT", field, msgId="x", groupId=room, **body)


def test_members_may_not_describe_a_group(world: World, room: str) -> None:
    for uid in ("carol", "stranger"):
        refused(world.phone(uid), "describe", "PERMISSION_DENIED", "body.groupId", msgId="x", groupId=room, name="y")


def test_a_late_repetition_changes_no_newer_name(room: str, alice: Phone, world: World) -> None:
    first = alice.change("describe", room, msg_id="first", name="one", announcement="one")
    alice.change("describe", room, name="two", announcement="two")
    before = world.trace()
    assert alice.change("describe", room, msg_id="first", name="one", announcement="one") == first
    assert world.trace() == before
    assert told(alice) == ("two", "two")
    refused(alice, "describe", "ALREADY_EXISTS", "body.msgId", msgId="first", groupId=room, name="three")


def test_the_longest_page_of_members_fits_into_a_frame(world: World, alice: Phone) -> None:
    """With an announcement that JSON escapes, in a group of people whose uids it escapes too."""
    alice.change("create", "room", name='"' * 200)
    for number in range(2):
        uids = [f"{number}{index:02}".ljust(64, '"') for index in range(50)]
        alice.change("add", "room", uids=uids)
    alice.change("describe", "room", announcement="\\" * MAX_ANNOUNCEMENT_BYTES)
    for encoding in ("json", "pb"):
        page = world.phone("alice", encoding=encoding).ok("members", groupId="room", limit=100)
        assert (len(page["members"]), len(page["announcement"]["text"])) == (100, MAX_ANNOUNCEMENT_BYTES)


def test_an_announcement_that_can_t_be_read_hides_no_members(room: str, alice: Phone, world: World) -> None:
    alice.change("describe", room, announcement="x")
    key = {"sessionId": {"S": "a:room"}}
    row = {**key, "text": {"S": "x"}, "timestamp": {"S": "corrupt"}}
    world.dynamodb.put_item(TableName=world.tables["SessionTable"], Item=row)
    page = alice.ok("members", groupId=room)
    assert (len(page["members"]), "announcement" in page) == (3, False)
