"""The end of a group: its owner dissolves it, or leaves it as its last member."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.handlers.test_groups import ROOM, counter, refused, texts
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(alice: Phone) -> str:
    """Alice's, with Bob, an admin, and Carol; something was said."""
    alice.change("create", "room", name="The room", uids=["bob", "carol"], open=True)
    alice.change("role", "room", uid="bob", role="ADMIN")
    alice.say("room", "one", at=["carol"])
    return "room"


SAID: dict[str, Any] = {"msgId": "x", "chatType": 2, "to": "room", "msg": {"message": "hi"}}
CHANGES: dict[str, dict[str, Any]] = {
    "leave": {},
    "add": {"uids": ["dave"]},
    "remove": {"uids": ["carol"]},
    "role": {"uid": "carol", "role": "ADMIN"},
    "describe": {"name": "y"},
    "mute": {"until": 0},
    "dissolve": {},
}


def test_nothing_is_said_or_changed_in_a_group_that_is_dissolved(world: World, room: str, alice: Phone) -> None:
    ack = alice.change("dissolve", room)
    assert (ack["seq"], ack["number"]) == (4, 1)
    refused(alice, "chat", "FAILED_PRECONDITION", "body.to", **SAID)
    refused(world.phone("carol"), "chat", "FAILED_PRECONDITION", "body.to", **SAID)
    for cmd, body in CHANGES.items():
        refused(alice, cmd, "FAILED_PRECONDITION", "body.groupId", msgId="x", groupId=room, **body)
    refused(world.phone("carol"), "join", "FAILED_PRECONDITION", "body.groupId", msgId="x", groupId=room)
    refused(world.phone("dave"), "join", "FAILED_PRECONDITION", "body.groupId", msgId="x", groupId=room)
    refused(alice, "members", "FAILED_PRECONDITION", "body.groupId", groupId=room)
    refused(alice, "create", "ALREADY_EXISTS", "body.groupId", msgId="x", groupId=room)


def test_others_learn_nothing_of_the_end_of_a_closed_group(world: World, alice: Phone) -> None:
    alice.change("create", "room", uids=["bob"])
    world.phone("bob").change("leave", "room")
    alice.change("dissolve", "room")
    for uid in ("bob", "dave"):
        refused(world.phone(uid), "chat", "PERMISSION_DENIED", "body.to", **SAID)
        refused(world.phone(uid), "join", "PERMISSION_DENIED", "body.groupId", msgId="x", groupId="room")


def test_only_the_owner_dissolves_a_group(world: World, room: str) -> None:
    for uid in ("bob", "carol", "dave"):
        refused(world.phone(uid), "dissolve", "PERMISSION_DENIED", "body.groupId", msgId="x", groupId=room)


def test_the_end_is_one_message_and_writes_no_members_row(world: World, room: str, alice: Phone) -> None:
    before = world.rows("Counter")
    carol = world.online("carol")
    alice.change("dissolve", room)
    assert world.rows("Counter") == before
    (push,) = (push["body"] for push in carol.pushes)
    assert (push["msg"], push["quiet"], push["seq"]) == ({"event": "dissolve"}, True, 4)


def test_whoever_was_away_is_told_at_the_next_login_and_nothing_is_unread(
    world: World, room: str, alice: Phone
) -> None:
    carol = world.online("carol")
    carol.ok("clear", sessions={ROOM: 1})
    carol.drop()
    alice.say(room, "two", atAll=True)
    alice.change("dissolve", room)
    told = world.phone("carol").ok("login")["counters"][ROOM]
    assert (told["count"], told["received"], told["cleared"], told["left"]) == (0, 2, 2, 5)
    assert (told["lastSeq"], told["own"], "mentions" in told) == (5, [], False)
    assert [message["msg"].get("event") for message in told["lastMsg"]][:1] == ["dissolve"]
    assert counter(carol)["left"] == 5
    assert carol.ok("clear", sessions={ROOM: 1})["sessions"][ROOM]["code"] == "OK"
    assert ROOM in world.phone("carol").ok("login")["counters"], "a clear from before the end hides it from nobody"
    assert carol.ok("clear", sessions={ROOM: 2})["sessions"][ROOM]["code"] == "OK"
    assert ROOM not in world.phone("carol").ok("login")["counters"]
    assert carol.ok("clear", sessions={ROOM: 3})["sessions"][ROOM]["code"] == "OUT_OF_RANGE"
    (summary,) = carol.ok("sessions")["sessions"]
    assert (summary["lastSeq"], summary["received"], summary["cleared"]) == (5, 2, 2)
    group = summary["group"]
    assert (group["left"], group["dissolved"], group["members"], group["role"]) == (5, True, 0, "MEMBER")


def test_whoever_had_left_before_is_told_nothing_new(world: World, room: str, alice: Phone) -> None:
    carol = world.online("carol")
    carol.change("leave", room)
    carol.ok("clear", sessions={ROOM: 1})
    alice.change("dissolve", room)
    assert ROOM not in world.phone("carol").ok("login")["counters"]
    assert counter(carol)["left"] == 4


@pytest.mark.parametrize(
    ("keeps", "bob_sees", "carol_sees", "reason"),
    [
        ("true", ["dissolve", "leave", "one", "role", "create"], ["leave", "one", "role", "create"], "CAUGHT_UP"),
        ("false", ["dissolve"], [], "JOIN_POINT"),
    ],
)
def test_a_parameter_says_whether_history_outlasts_the_group(
    make_world: Callable[..., World], keeps: str, bob_sees: list[str], carol_sees: list[str], reason: str
) -> None:
    world = make_world(dissolved_history=keeps)
    alice = world.online("alice")
    alice.change("create", "room", uids=["bob", "carol"])
    alice.change("role", "room", uid="bob", role="ADMIN")
    alice.say("room", "one")
    world.phone("carol").change("leave", "room")
    alice.change("dissolve", "room")
    told = world.phone("bob").ok("login")["counters"][ROOM]["lastMsg"]
    assert texts({"messages": told}) == bob_sees
    for cmd in ("history", "pull"):
        for uid, sees in (("bob", bob_sees), ("carol", carol_sees)):
            page = world.phone(uid).ok(cmd, sessionId=ROOM)
            assert (texts(page), page["end"], page["endReason"]) == (sees, True, reason)
    assert texts(world.phone("bob").ok("history", sessionId=ROOM, after=0))[-1:] == bob_sees[:1]
    assert world.phone("dave").ask("history", sessionId=ROOM)["code"] == "PERMISSION_DENIED"


def test_what_was_said_before_is_answered_and_what_has_no_place_is_refused(
    world: World, room: str, alice: Phone
) -> None:
    carol = world.phone("carol")
    said = carol.say(room, msg_id="said")
    with Outages(world.dynamodb) as outages:
        outages.fail("PutItem", refusal("InternalServerError", 500), after=1)
        assert carol.ask("chat", **SAID)["code"] == "UNAVAILABLE"
    gone = alice.change("dissolve", room, msg_id="d")
    assert carol.say(room, msg_id="said") == said
    answer = carol.ask("chat", **SAID)
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.to")
    before = world.trace()
    assert alice.change("dissolve", room, msg_id="d") == gone
    assert world.trace() == before


def test_an_end_whose_author_died_holds_all_the_same(world: World, room: str, alice: Phone) -> None:
    """It has its place, and no row knows of it."""
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        assert alice.ask("dissolve", msgId="d", groupId=room)["code"] == "UNAVAILABLE"
    assert world.phone("bob").ask("chat", **SAID)["code"] == "FAILED_PRECONDITION"
    assert world.phone("dave").ask("join", msgId="j", groupId=room)["code"] == "FAILED_PRECONDITION"
    assert alice.ok("dissolve", msgId="d", groupId=room)["seq"] == 4
    assert counter(world.phone("bob"))["left"] == 4


# ---------------------------------------------------------------- the last member


def test_the_owner_leaves_when_nobody_else_is_there_and_the_group_ends(world: World, room: str, alice: Phone) -> None:
    refused(alice, "leave", "FAILED_PRECONDITION", "body.groupId", msgId="x", groupId=room)
    world.phone("bob").change("leave", room)
    alice.change("remove", room, uids=["carol"])
    left = alice.change("leave", room, msg_id="last")
    for uid in ("dave", "bob"):
        refused(world.phone(uid), "join", "FAILED_PRECONDITION", "body.groupId", msgId="x", groupId=room)
    told = counter(alice)
    assert (told["left"], told["count"]) == (left["seq"], 0)
    (summary,) = alice.ok("sessions")["sessions"]
    assert (summary["group"]["dissolved"], summary["group"]["members"]) == (True, 0)
    before = world.trace()
    assert alice.change("leave", room, msg_id="last") == left
    assert world.trace() == before


def test_the_last_leave_ends_the_group_although_its_author_died(world: World, alice: Phone) -> None:
    """At each of its writes."""
    dave = world.phone("dave")
    for died_after in range(5):
        group = f"room-{died_after}"
        alice.change("create", group, open=True)
        with Outages(world.dynamodb) as outages:
            outages.fail("UpdateItem", refusal("InternalServerError", 500), after=died_after)
            alice.ask("leave", msgId="last-" + group, groupId=group)
        # Its leave has its place: nobody else may come.
        assert dave.ask("join", msgId="j-" + group, groupId=group)["code"] == "FAILED_PRECONDITION"
        assert alice.ok("leave", msgId="last-" + group, groupId=group)["seq"] == 2
        assert world.phone("alice").ok("counters", sessionIds=[f"g:{group}"])["counters"][f"g:{group}"]["left"] == 2
        assert dave.ask("join", msgId="j-" + group, groupId=group)["code"] == "FAILED_PRECONDITION"


def test_an_owner_does_not_leave_somebody_behind_whose_join_is_not_applied(world: World, alice: Phone) -> None:
    alice.change("create", "room", open=True)
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        assert world.phone("dave").ask("join", msgId="j", groupId="room")["code"] == "UNAVAILABLE"
    assert alice.ask("leave", msgId="x", groupId="room")["code"] == "FAILED_PRECONDITION"
    assert world.phone("dave").ok("join", msgId="j", groupId="room")["seq"] == 2
