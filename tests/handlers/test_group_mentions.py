"""Whom one has blocked mentions one in vain: in a group their messages are read and counted, and no more."""

from typing import Any

import pytest

from tests.handlers.test_groups import ROOM, counter
from tests.support.outages import Outages
from tests.support.world import Phone, World


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(alice: Phone) -> str:
    """Alice's, with Bob, an admin, and Carol."""
    alice.change("create", "room", uids=["bob", "carol"])
    alice.change("role", "room", uid="bob", role="ADMIN")
    return "room"


def mentions(phone: Phone) -> list[int]:
    """As each way to ask for counters tells them."""
    told = [
        counter(phone),
        phone.ok("counters")["counters"][ROOM],
        phone.ok("counters", next="after:")["counters"][ROOM],
    ]
    told.append(phone.world.phone(phone.uid, "new").ok("login")["counters"][ROOM])
    found = [each.get("mentions", []) for each in told]
    assert found.count(found[0]) == len(found)
    return list(found[0])


def test_a_blocked_person_mentions_nobody_who_has_blocked_them(world: World, room: str, alice: Phone) -> None:
    carol, bob = world.online("carol"), world.phone("bob")
    carol.ok("block", uid="bob")
    bob.say(room, at=["carol", "alice"])
    bob.say(room, atAll=True)
    bob.say(room, at=["carol"], atAll=True)
    alice.say(room, at=["carol"])
    alice.say(room, atAll=True)
    assert mentions(carol) == [6, 7]
    assert mentions(alice) == [3, 4, 5]
    assert counter(carol)["count"] == 5, "what they say is unread all the same"
    assert [push["body"]["seq"] for push in carol.pushes if push["cmd"] == "chat"][-5:] == [3, 4, 5, 6, 7]


def test_an_unblocked_person_mentions_again_from_then_on(world: World, room: str) -> None:
    carol, bob = world.online("carol"), world.phone("bob")
    carol.ok("block", uid="bob")
    bob.say(room, at=["carol"])
    bob.say(room, atAll=True)
    assert "mentions" not in counter(carol)
    carol.ok("unblock", uid="bob")
    bob.say(room, at=["carol"])
    # Mentions of everyone are looked at when they are read.
    assert mentions(carol) == [4, 5]


def test_a_block_hides_no_message_that_mentions_by_name_and_came_before(world: World, room: str) -> None:
    carol, bob = world.online("carol"), world.phone("bob")
    bob.say(room, at=["carol"])
    bob.say(room, atAll=True)
    carol.ok("block", uid="bob")
    assert mentions(carol) == [3]


def test_a_message_that_mentions_somebody_twice_is_one_mention(world: World, room: str, alice: Phone) -> None:
    alice.say(room, at=["carol"], atAll=True)
    assert mentions(world.online("carol")) == [3]


@pytest.mark.parametrize("ask", ["login", "counters"])
def test_only_whoever_has_such_a_mention_pays_for_a_look_at_their_list(
    world: World, room: str, alice: Phone, ask: str
) -> None:
    carol = world.phone("carol")
    calls = []
    says: tuple[dict[str, Any], ...] = ({}, {"atAll": True}, {})
    for say in says:
        alice.say(room, **say)
        with Outages(world.dynamodb) as outages:
            carol.ok(ask)
            calls.append(outages.count({"BatchGetItem"}))
        told = counter(carol)
        carol.ok("clear", sessions={ROOM: told["received"]})
        carol.ok("read", sessions={ROOM: {"seq": told["lastSeq"], "received": told["received"]}})
    assert calls[1] == calls[0] + 1
    assert calls[2] == calls[0]


def test_a_message_without_mentions_asks_for_nobodys_list(world: World, room: str, alice: Phone) -> None:
    calls = []
    says: tuple[dict[str, Any], ...] = ({}, {"atAll": True}, {"at": ["bob"]}, {"at": ["alice"]})
    for say in says:
        with Outages(world.dynamodb) as outages:
            alice.say(room, **say)
            calls.append(outages.count({"BatchGetItem"}))
    assert [each - calls[0] for each in calls] == [0, 0, 1, 0]
