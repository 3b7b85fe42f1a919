"""Members who may not speak until a time: the server's clock decides, at the moment of the request."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.handlers.test_groups import refused
from tests.support.clock import Clock
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World

MINUTE_MS = 60_000
FOREVER = 2**53 - 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], clock: Clock) -> World:
    return make_world(clock=clock)


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(alice: Phone) -> str:
    """Alice's, with Bob and Dan, admins, and Carol."""
    alice.change("create", "room", uids=["bob", "carol", "dan"], open=True)
    for uid in ("bob", "dan"):
        alice.change("role", "room", uid=uid, role="ADMIN")
    return "room"


def mute(phone: Phone, until: int, uid: str | None = None) -> None:
    phone.change("mute", "room", until=until, **({} if uid is None else {"uid": uid}))


def is_silent(phone: Phone) -> bool:
    """Whether what this person says is refused, with nothing written."""
    before = phone.world.trace()
    answer = phone.ask("chat", msgId=f"m-{next(phone.numbers)}", chatType=2, to="room", msg={"message": "hi"})
    if answer["code"] == "OK":
        return False
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.to")
    assert "muted until" in answer["error"]["rule"]
    assert phone.world.trace() == before
    return True


def test_a_member_is_mute_until_the_time_is_over(world: World, clock: Clock, room: str, alice: Phone) -> None:
    carol = world.online("carol")
    mute(alice, clock() + MINUTE_MS, "carol")
    assert is_silent(carol)
    clock.now_ms += MINUTE_MS - 1
    assert is_silent(carol)
    clock.now_ms += 1
    assert not is_silent(carol)
    assert not is_silent(world.phone("bob"))


def test_a_mute_is_told_and_counts_for_nobody(world: World, clock: Clock, room: str, alice: Phone) -> None:
    carol = world.online("carol")
    mute(alice, 4_000_000_000_000, "carol")
    mute(alice, 0)
    assert [push["body"]["msg"] for push in carol.pushes] == [
        {"event": "mute", "uid": "carol", "until": 4_000_000_000_000},
        {"event": "mute", "until": 0},
    ]
    assert all(push["body"]["quiet"] for push in carol.pushes)
    (summary,) = carol.ok("sessions")["sessions"]
    assert summary["group"]["mutedUntil"] == 4_000_000_000_000
    assert "allMutedUntil" not in summary["group"]
    assert carol.ok("members", groupId=room)["group"]["mutedUntil"] == 4_000_000_000_000


def test_a_mute_is_taken_back_and_shortened(world: World, clock: Clock, room: str, alice: Phone) -> None:
    carol = world.phone("carol")
    mute(alice, FOREVER, "carol")
    assert is_silent(carol)
    mute(alice, 0, "carol")
    assert not is_silent(carol)
    mute(alice, FOREVER, "carol")
    mute(alice, clock() + 1, "carol")
    clock.now_ms += 1
    assert not is_silent(carol)


def test_all_but_the_owner_and_admins_are_mute(world: World, clock: Clock, room: str, alice: Phone) -> None:
    mute(world.phone("bob"), clock() + MINUTE_MS)
    assert [is_silent(world.phone(uid)) for uid in ("alice", "bob", "carol", "dan")] == [False, False, True, False]
    assert alice.ok("members", groupId=room)["group"]["allMutedUntil"] == clock() + MINUTE_MS
    clock.now_ms += MINUTE_MS
    assert not is_silent(world.phone("carol"))


def test_the_later_of_two_mutes_counts(world: World, clock: Clock, room: str, alice: Phone) -> None:
    mute(alice, clock() + MINUTE_MS, "carol")
    mute(alice, clock() + 2 * MINUTE_MS)
    clock.now_ms += MINUTE_MS
    assert is_silent(world.phone("carol"))
    mute(alice, 0)
    assert not is_silent(world.phone("carol"))


def test_a_mute_outlasts_a_membership(world: World, clock: Clock, room: str, alice: Phone) -> None:
    carol = world.phone("carol")
    mute(alice, clock() + MINUTE_MS, "carol")
    carol.change("leave", room)
    carol.change("join", room)
    assert is_silent(carol)


def test_only_the_owner_mutes_an_admin_and_nobody_the_owner(
    world: World, clock: Clock, room: str, alice: Phone
) -> None:
    bob = world.phone("bob")
    asked = {"msgId": "x", "groupId": room, "until": FOREVER}
    refused(bob, "mute", "PERMISSION_DENIED", "body.uid", uid="dan", **asked)
    refused(bob, "mute", "PERMISSION_DENIED", "body.uid", uid="alice", **asked)
    refused(bob, "mute", "FAILED_PRECONDITION", "body.uid", uid="bob", **asked)
    refused(bob, "mute", "FAILED_PRECONDITION", "body.uid", uid="stranger", **asked)
    refused(world.phone("carol"), "mute", "PERMISSION_DENIED", "body.groupId", uid="dan", **asked)
    mute(alice, FOREVER, "dan")
    assert is_silent(world.phone("dan"))
    mute(alice, 0, "dan")
    mute(alice, FOREVER, "bob")
    alice.change("role", room, uid="bob", role="OWNER")
    assert not is_silent(bob), "nothing silences the owner"


def test_who_is_muted_changes_nothing_of_the_group_but_may_leave(
    world: World, clock: Clock, room: str, alice: Phone
) -> None:
    bob = world.phone("bob")
    mute(alice, clock() + MINUTE_MS, "bob")
    for cmd, body in (
        ("describe", {"announcement": "I may not speak"}),
        ("add", {"uids": ["erin"]}),
        ("remove", {"uids": ["carol"]}),
        ("mute", {"until": FOREVER}),
    ):
        refused(bob, cmd, "PERMISSION_DENIED", "body.groupId", msgId="x", groupId=room, **body)
    bob.change("leave", room)


def test_what_was_said_before_a_mute_is_answered_and_what_has_no_place_is_refused(
    world: World, clock: Clock, room: str, alice: Phone
) -> None:
    carol = world.phone("carol")
    said = carol.say(room, msg_id="said")
    with Outages(world.dynamodb) as outages:
        outages.fail("PutItem", refusal("InternalServerError", 500), after=1)
        assert carol.ask("chat", msgId="begun", chatType=2, to=room, msg={"message": "hi"})["code"] == "UNAVAILABLE"
    mute(alice, clock() + MINUTE_MS, "carol")
    assert carol.say(room, "hello", msg_id="said") == said
    answer = carol.ask("chat", msgId="begun", chatType=2, to=room, msg={"message": "hi"})
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.to")
    clock.now_ms += MINUTE_MS
    assert carol.say(room, "hi", msg_id="begun")["seq"] > said["seq"]


@pytest.mark.parametrize("whom", ["carol", None])
def test_a_mute_whose_author_died_holds_all_the_same(
    world: World, clock: Clock, room: str, alice: Phone, whom: str | None
) -> None:
    """It has its place, and no row knows of it: the order of the session decides."""
    named = {} if whom is None else {"uid": whom}
    asked: dict[str, Any] = {"msgId": "late", "groupId": room, "until": clock() + MINUTE_MS, **named}
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        assert alice.ask("mute", **asked)["code"] == "UNAVAILABLE"
    answer = world.phone("carol").ask("chat", msgId="x", chatType=2, to=room, msg={"message": "hi"})
    assert answer["code"] == "PERMISSION_DENIED"
    world.phone("bob").say(room)
    assert is_silent(world.phone("carol"))
    assert alice.ok("mute", **asked)["seq"] == 4


def test_a_late_repetition_mutes_nobody_again(world: World, clock: Clock, room: str, alice: Phone) -> None:
    for whom in ("carol", None):
        named = {} if whom is None else {"uid": whom}
        asked: dict[str, Any] = {"msgId": f"first-{whom}", "groupId": room, "until": FOREVER, **named}
        alice.ok("mute", **asked)
        mute(alice, 0, whom)
        before = world.trace()
        alice.ok("mute", **asked)
        assert world.trace() == before
    assert not is_silent(world.phone("carol"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"uid": "carol"}, "body.until"),
        ({"uid": "carol", "until": -1}, "body.until"),
        ({"uid": "carol", "until": FOREVER + 1}, "body.until"),
        ({"uid": "", "until": 1}, "body.uid"),
    ],
)
def test_what_is_no_mute_is_refused(room: str, alice: Phone, body: dict[str, object], field: str) -> None:
    refused(alice, "mute", "INVALID_ARGUMENT", field, msgId="x", groupId=room, **body)
