"""What only tidies up, or spares others work, never fails the work itself."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catchup.domain import membership
from catchup.settings import MAX_DEVICES
from tests.contract.stores import InTurn
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World

THROTTLED = refusal("ThrottlingException")


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(concurrency=InTurn())


@pytest.fixture
def outages(world: World) -> Iterator[Outages]:
    with Outages(world.dynamodb) as outages:
        yield outages


class Failing:
    """Updates of one table that change this attribute fail."""

    def __init__(self, world: World, table: str, attribute: str) -> None:
        self.name, self.attribute, self.tries = world.tables[f"{table}Table"], attribute, 0
        world.dynamodb.meta.events.register("before-parameter-build.dynamodb.UpdateItem", self._check)

    def _check(self, params: dict[str, Any], **_: Any) -> None:
        names = params.get("ExpressionAttributeNames", {})
        changed = {name for placeholder, name in names.items() if placeholder in params["UpdateExpression"].split()}
        if params["TableName"] == self.name and self.attribute in changed:
            self.tries += 1
            raise THROTTLED


def test_a_login_whose_previews_cant_be_read_has_its_counters(world: World, outages: Outages) -> None:
    alice, bob = world.online("alice"), world.phone("bob")
    alice.chat("bob")
    # Both queries of the counters succeed; those after them are the previews'.
    outages.fail("Query", refusal("InternalServerError", 500), after=2)
    (told,) = bob.ok("login")["counters"].values()
    assert (told["count"], told.get("lastMsg", [])) == (1, [])
    outages.heal()
    assert len(bob.ok("pull", sessionId="p:alice:bob")["messages"]) == 1


def test_a_login_that_cant_note_that_a_group_has_a_roster_finds_out_again(world: World) -> None:
    alice = world.online("alice")
    alice.change("create", "hall", uids=["bob"])
    world.dynamodb.update_item(
        TableName=world.tables["SessionTable"],
        Key={"sessionId": {"S": "g:hall"}},
        UpdateExpression="SET rosterSince = :v",
        ExpressionAttributeValues={":v": {"N": "1"}},
    )
    failing = Failing(world, "Counter", "inRoster")
    for _ in range(2):
        assert world.phone("bob").ask("login")["code"] == "OK"
    assert failing.tries == 2
    assert {row["device"]["S"] for row in world.rows("Roster")} == {"bob#phone"}


def test_a_login_of_somebody_who_was_removed_a_moment_ago_waits_for_no_roster(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = world.online("alice")
    alice.change("create", "hall", uids=["bob"])
    bob = world.phone("bob")
    failing = Failing(world, "Roster", "ttl")
    query = world.dynamodb.query
    queries: list[int] = []

    def query_and_remove(**arguments: Any) -> Any:
        answer = query(**arguments)
        if arguments["TableName"] == world.tables["CounterTable"] and "IndexName" not in arguments and not queries:
            queries.append(1)
            alice.change("remove", "hall", uids=["bob"])
        return answer

    monkeypatch.setattr(world.dynamodb, "query", query_and_remove)
    assert bob.ask("login")["code"] == "OK"
    assert failing.tries >= 1


def test_a_login_with_too_many_devices_does_not_fail_with_the_oldest(world: World) -> None:
    phones = [world.online("bob", f"device-{number}") for number in range(MAX_DEVICES)]
    failing = Failing(world, "Presence", f"d#{phones[0].device}")
    assert world.phone("bob", "one-more").ask("login")["code"] == "OK"
    assert failing.tries == 1
    assert world.gateway.closed == [phones[0].connection]


def test_a_message_of_a_group_whose_own_numbers_cant_be_settled_is_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "OWN_LIMIT", 4)
    monkeypatch.setattr(membership, "OWN_KEPT", 2)
    alice, bob = world.online("alice"), world.phone("bob")
    alice.change("create", "room", uids=["bob"])
    failing = Failing(world, "Counter", "ownFloor")
    for _ in range(6):
        alice.say("room")
    assert failing.tries >= 2
    assert bob.ok("login")["counters"]["g:room"]["count"] == 6


def test_a_disconnect_that_cant_be_noted_is_over_and_rings_no_alarm(
    world: World, outages: Outages, capsys: pytest.CaptureFixture[str]
) -> None:
    bob = world.online("bob")
    capsys.readouterr()
    outages.fail("UpdateItem", THROTTLED)
    bob.drop()
    assert "InternalErrors" not in capsys.readouterr().out
    outages.heal()
    world.online("alice").chat("bob")
    assert not [name for row in world.rows("Presence") if row["uid"]["S"] == "bob" for name in row if name[:2] == "d#"]


def test_a_disconnect_that_fails_for_good_is_reported(
    world: World, outages: Outages, capsys: pytest.CaptureFixture[str]
) -> None:
    bob = world.online("bob")
    outages.fail("UpdateItem", refusal("AccessDeniedException"))
    with pytest.raises(Exception, match="AccessDenied"):
        bob.drop()
    assert "InternalErrors" in capsys.readouterr().out


def test_both_phones_are_told_when_one_that_is_gone_cant_be_forgotten(world: World, outages: Outages) -> None:
    alice, phone, tablet = world.online("alice"), world.online("bob"), world.online("bob", "tablet")
    phone.drop(notice=False)
    failing = Failing(world, "Presence", "d#phone")
    assert _pushed(alice.chat("bob"), tablet)
    assert failing.tries == 1


def _pushed(answer: dict[str, Any], phone: Phone) -> bool:
    return [push["body"]["seq"] for push in phone.pushes] == [answer["seq"]]
