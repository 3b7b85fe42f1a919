"""A send to a group was interrupted, others have gone on, and it is sent again: red dots and mentions are exact."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import on_dynamodb_local_alone
from tests.contract.stores import InTurn
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World

pytestmark = on_dynamodb_local_alone


ROOM = "g:room"


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(concurrency=InTurn())


@pytest.fixture
def alice(world: World) -> Phone:
    alice = world.online("alice")
    alice.change("create", "room", uids=["bob", "carol"])
    return alice


def counter(phone: Phone) -> dict[str, Any]:
    found: dict[str, Any] = phone.ok("counters", sessionIds=[ROOM])["counters"][ROOM]
    return found


def message(msg_id: str = "m", **more: Any) -> dict[str, Any]:
    return {"msgId": msg_id, "chatType": 2, "to": "room", "msg": {"message": "hello"}, **more}


@pytest.mark.parametrize("updates", range(5))
def test_wherever_it_was_interrupted_it_counts_for_others_alone(world: World, alice: Phone, updates: int) -> None:
    body = message(at=["bob"], atAll=True)
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500), after=updates)
        code = alice.ask("chat", **body)["code"]
    assert code == ("UNAVAILABLE" if updates < 4 else "OK")
    bob, carol = world.online("bob"), world.online("carol")
    assert bob.say("room")["seq"] == 3
    for _ in range(2):
        assert alice.ok("chat", **body)["seq"] == 2
    assert (counter(alice)["count"], counter(alice)["own"]) == (1, [1])
    assert (counter(bob)["count"], counter(carol)["count"]) == (1, 2)
    assert (counter(bob)["mentions"], counter(carol)["mentions"]) == ([2], [2])


def test_what_was_cleared_meanwhile_is_not_listed_again(world: World, alice: Phone) -> None:
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        assert alice.ask("chat", **message(at=["bob"]))["code"] == "UNAVAILABLE"
    bob = world.online("bob")
    bob.say("room")
    for phone in (alice, bob):
        assert phone.ok("clear", sessions={ROOM: 2})["sessions"][ROOM]["code"] == "OK"
    alice.ok("chat", **message(at=["bob"]))
    for phone, own in ((alice, 1), (bob, 2)):
        assert (counter(phone)["count"], counter(phone)["own"]) == (0, [own])
        assert "mentions" not in counter(phone)


@pytest.mark.parametrize("updates", range(6))
@pytest.mark.parametrize("cmd", ["add", "remove"])
def test_a_change_that_was_interrupted_is_finished_and_counted_once(
    world: World, alice: Phone, cmd: str, updates: int
) -> None:
    body: dict[str, Any] = {"msgId": "c", "groupId": "room", "uids": ["dave", "erin"] if cmd == "add" else ["bob"]}
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500), after=updates)
        alice.ask(cmd, **body)
    world.online("carol").say("room")
    for _ in range(2):
        assert alice.ok(cmd, **body)["seq"] == 2
    (summary,) = alice.ok("sessions")["sessions"]
    expected = {"alice", "bob", "carol"} | {"dave", "erin"} if cmd == "add" else {"alice", "carol"}
    assert {member["uid"] for member in alice.ok("members", groupId="room")["members"]} == expected
    assert summary["group"]["members"] == len(expected)
    assert (counter(alice)["count"], counter(alice)["own"]) == (1, [])
