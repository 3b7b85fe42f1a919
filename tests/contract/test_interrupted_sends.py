"""An attempt to send ends early; the client's retry takes up where it ended. And who finds the session in a list."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.stores import NOW_MS, SESSION, Stores, come_to, message, message_row
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World

CHAT: dict[str, Any] = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 5, "msg": {"message": "hi"}}
BUSY = refusal("ThrottlingException")


def sessions(phone: Phone) -> list[str]:
    return [session["sessionId"] for session in phone.ok("sessions")["sessions"]]


def go_on(world: World, count: int) -> None:
    """So many messages of others find their places."""
    stores = Stores(world.dynamodb, world.tables)
    stores.put_rows("Message", [message_row(message(seq)) for seq in range(1, count + 1)])
    come_to(stores, count)


@pytest.mark.parametrize("put", [1, 2])
def test_a_retry_after_a_put_that_failed_has_the_place_that_the_first_would_have_had(
    world: World, outages: Outages, put: int
) -> None:
    alice = world.phone("alice")
    outages.fail("PutItem", BUSY, after=put)
    assert alice.ask("chat", **CHAT)["code"] == "UNAVAILABLE"
    outages.heal()
    assert alice.ok("chat", **CHAT)["seq"] == 1
    assert alice.chat("bob")["seq"] == 2
    assert [message["seq"] for message in world.phone("bob").ok("pull", sessionId=SESSION)["messages"]] == [2, 1]


def test_a_retry_whose_place_was_taken_meanwhile_gets_the_next_one(world: World, outages: Outages) -> None:
    alice = world.phone("alice")
    outages.fail("PutItem", BUSY, after=1)
    alice.ask("chat", **CHAT)
    outages.heal()
    others = [alice.chat("bob")["seq"] for _ in range(3)]
    assert others == [1, 2, 3]
    assert alice.ok("chat", **CHAT)["seq"] == 4


def test_a_retry_gets_a_place_however_far_the_session_has_gone_on(world: World, outages: Outages) -> None:
    alice = world.phone("alice")
    outages.fail("PutItem", BUSY, after=1)
    alice.ask("chat", **CHAT)
    outages.heal()
    go_on(world, 51)
    outages.heal()
    assert alice.ok("chat", **CHAT)["seq"] == 52
    assert outages.count({"PutItem"}) <= 4


def test_many_places_taken_are_passed_in_the_end(world: World, outages: Outages) -> None:
    alice = world.phone("alice")
    outages.fail("PutItem", BUSY, after=1)
    alice.ask("chat", **CHAT)
    outages.heal()
    go_on(world, 51)
    codes = [alice.ask("chat", **CHAT)["code"] for _ in range(2)]
    assert codes[-1] == "OK"
    assert alice.ok("chat", **CHAT)["seq"] == 52


def test_a_retry_never_takes_a_place_in_the_past_that_retention_has_made_free(world: World, outages: Outages) -> None:
    alice = world.phone("alice")
    outages.fail("PutItem", BUSY, after=1)
    alice.ask("chat", **CHAT)
    outages.heal()
    go_on(world, 3)
    for seq in ("1", "2"):
        key = {"sessionId": {"S": SESSION}, "seq": {"N": seq}}
        world.dynamodb.delete_item(TableName=world.tables["MessageTable"], Key=key)
    assert alice.ok("chat", **CHAT)["seq"] == 4


# ---------------------------------------------------------------- the list of sessions


def test_two_people_who_only_wrote_live_both_find_the_session_in_their_lists(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    alice.chat("bob", ack=0)
    bob.chat("alice", ack=0)
    assert [sessions(world.phone(uid, "new")) for uid in ("alice", "bob")] == [[SESSION], [SESSION]]


def test_who_has_spoken_finds_the_session_although_their_row_could_not_be_made_at_first(
    world: World, outages: Outages
) -> None:
    alice = world.phone("alice")
    outages.fail("UpdateItem", BUSY)
    assert alice.ask("chat", **CHAT)["code"] == "UNAVAILABLE"
    outages.heal()
    alice.ok("chat", **CHAT)
    assert sessions(alice) == [SESSION]


# ---------------------------------------------------------------- what is stored


@pytest.mark.parametrize("table", ["Message", "Inbox"])
def test_a_payload_is_stored_as_its_own_bytes(make_world: Callable[..., World], table: str) -> None:
    world = make_world(clock=lambda: NOW_MS)
    world.phone("alice").chat("bob", "hello")
    (row,) = world.rows(table)
    assert b"hello" in row["payload"]["B"]
