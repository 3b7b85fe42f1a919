"""Who is online is told to people who know one another, and to nobody who is blocked."""

from collections.abc import Callable
from typing import Any

import pytest

from catchup.domain.presence import GRACE_MS
from catchup.settings import CONNECTION_LIFETIME_MS, LAST_SEEN_DAYS, MAX_FRAME_BYTES, MAX_ONLINE_UIDS
from tests.conftest import on_moto_alone
from tests.support.clock import Clock
from tests.support.http import HttpClient
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World

OFFLINE, ONLINE = {"online": False}, {"online": True}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], clock: Clock) -> World:
    return make_world(clock=clock, online_status="lastSeen")


@pytest.fixture
def alice(world: World) -> Phone:
    """Has talked with Bob."""
    alice = world.phone("alice")
    alice.chat("bob")
    return alice


def status(phone: Phone, uid: str = "bob") -> dict[str, Any]:
    people = phone.ok("online", uids=[uid])["people"]
    assert people.keys() == {uid}
    found: dict[str, Any] = people[uid]
    return found


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_whoever_has_a_device_online_is_online(world: World, alice: Phone, encoding: str) -> None:
    assert status(alice) == OFFLINE
    world.online("bob")
    asking = world.phone("alice", encoding=encoding)
    before = world.trace()
    assert status(asking) == ONLINE
    assert HttpClient(world, "alice", encoding).ok("online", uids=["bob"]) == {"people": {"bob": ONLINE}}
    assert world.trace() == before


def test_whoever_goes_is_online_for_some_seconds_more_and_then_was_last_seen(
    world: World, clock: Clock, alice: Phone
) -> None:
    bob = world.online("bob")
    bob.drop()
    went = clock.now_ms
    clock.now_ms += GRACE_MS - 1
    assert status(alice) == ONLINE
    clock.now_ms += 1
    assert status(alice) == {"online": False, "lastSeen": went}


def test_a_network_that_changes_is_no_absence(world: World, clock: Clock, alice: Phone) -> None:
    bob = world.online("bob")
    bob.drop()
    seen = []
    for _ in range(3):
        clock.now_ms += GRACE_MS // 4
        seen.append(status(alice))
    bob.connect()
    bob.ok("login")
    seen.append(status(alice))
    clock.now_ms += GRACE_MS
    seen.append(status(alice))
    assert seen == [ONLINE] * 5


def test_of_two_devices_one_may_go(world: World, clock: Clock, alice: Phone) -> None:
    phone, tablet = world.online("bob"), world.online("bob", "tablet")
    phone.drop()
    clock.now_ms += 60_000
    assert status(alice) == ONLINE
    tablet.drop()
    went = clock.now_ms
    clock.now_ms += GRACE_MS
    assert status(alice) == {"online": False, "lastSeen": went}


def test_a_twin_that_is_closed_takes_nobody_offline(world: World, clock: Clock, alice: Phone) -> None:
    """Its `$disconnect` comes after the other has logged in."""
    older = world.online("bob")
    world.online("bob")
    clock.now_ms += GRACE_MS
    older.drop()
    clock.now_ms += GRACE_MS
    assert status(alice) == ONLINE


def test_an_end_that_nobody_noticed_is_noticed_after_two_hours(world: World, clock: Clock, alice: Phone) -> None:
    bob = world.online("bob")
    bob.drop(notice=False)
    clock.now_ms = bob.connected_at + CONNECTION_LIFETIME_MS - 1
    assert status(alice) == ONLINE
    clock.now_ms += 1
    assert status(alice) == {"online": False, "lastSeen": bob.connected_at}


def test_a_push_that_finds_a_connection_gone_ends_it(world: World, clock: Clock, alice: Phone) -> None:
    world.online("bob").drop(notice=False)
    alice.chat("bob")
    went = clock.now_ms
    clock.now_ms += GRACE_MS
    assert status(alice) == {"online": False, "lastSeen": went}


def test_whoever_has_blocked_one_looks_like_somebody_who_was_never_there(
    world: World, clock: Clock, alice: Phone
) -> None:
    bob = world.online("bob")
    never = status(alice, "frank")
    bob.ok("block", uid="alice")
    assert status(alice) == never == OFFLINE
    bob.drop()
    clock.now_ms += GRACE_MS
    assert status(alice) == never
    # It goes one way.
    alice.ok("login")
    assert status(world.phone("bob"), "alice") == ONLINE
    bob.ok("unblock", uid="alice")
    assert status(alice)["lastSeen"]


def test_whoever_blocks_sees_the_blocked(world: World, alice: Phone) -> None:
    world.online("bob")
    alice.ok("block", uid="bob")
    assert status(alice) == ONLINE


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_strangers_learn_nothing_until_one_of_the_two_has_written(world: World, first: str) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    assert status(alice) == OFFLINE
    {"alice": alice, "bob": bob}[first].chat("bob" if first == "alice" else "alice")
    assert (status(alice), status(bob, "alice")) == (ONLINE, ONLINE)


def test_a_group_makes_nobody_known(world: World) -> None:
    alice = world.online("alice")
    world.online("bob")
    alice.change("create", "room", uids=["bob"])
    alice.say("room")
    assert status(alice) == OFFLINE


def test_everybody_may_ask_about_themselves(world: World) -> None:
    alice = world.phone("alice")
    assert status(alice, "alice") == OFFLINE
    alice.ok("login")
    assert status(alice, "alice") == ONLINE


def test_each_person_is_in_the_answer_once_and_a_full_one_fits_a_frame(world: World, alice: Phone) -> None:
    world.online("bob")
    assert alice.ok("online", uids=["bob", "erin", "bob"]) == {"people": {"bob": ONLINE, "erin": OFFLINE}}
    # Uids of signs that JSON writes as two.
    uids = [f"{number:03}".ljust(64, '"') for number in range(MAX_ONLINE_UIDS)]
    with Outages(world.dynamodb) as calls:
        assert len(alice.ok("online", uids=uids)["people"]) == MAX_ONLINE_UIDS
        assert calls.sent == ["BatchGetItem"] * 2
    longest = sum(len(uid) + 61 + len('"":{"online":false,"lastSeen":9007199254740991},') for uid in uids)
    assert longest < MAX_FRAME_BYTES - 1_000


def test_fifty_people_are_one_call(world: World, alice: Phone) -> None:
    with Outages(world.dynamodb) as calls:
        alice.ok("online", uids=[f"u{number}" for number in range(50)])
        assert calls.sent == ["BatchGetItem"]


def test_by_default_nobody_learns_since_when_somebody_is_away(make_world: Callable[..., World], clock: Clock) -> None:
    world = make_world(clock=clock)
    alice, bob = world.phone("alice"), world.online("bob")
    alice.chat("bob")
    assert status(alice) == ONLINE
    bob.drop()
    assert status(alice) == ONLINE
    clock.now_ms += GRACE_MS
    assert status(alice) == OFFLINE
    (row,) = [row for row in world.rows("Presence") if row["uid"]["S"] == "bob"]
    assert int(row["ttl"]["N"]) * 1_000 <= clock.now_ms + CONNECTION_LIFETIME_MS


def test_a_deployment_may_hide_it_all(make_world: Callable[..., World]) -> None:
    world = make_world(online_status="hidden")
    alice = world.online("alice")
    world.online("bob")
    alice.chat("bob")
    with Outages(world.dynamodb) as calls:
        assert alice.ok("online", uids=["alice", "bob"]) == {"people": {"alice": OFFLINE, "bob": OFFLINE}}
        assert calls.sent == []


def test_where_last_seen_is_told_it_is_kept(world: World, clock: Clock) -> None:
    world.online("bob").drop()
    (row,) = world.rows("Presence")
    days = (int(row["ttl"]["N"]) * 1_000 - clock.now_ms) / 86_400_000
    assert LAST_SEEN_DAYS <= days < LAST_SEEN_DAYS + 1


def test_a_time_that_can_not_be_read_or_is_to_come_is_not_told(world: World, clock: Clock, alice: Phone) -> None:
    table = world.tables["PresenceTable"]
    for odd in ({"S": "yesterday"}, {"N": "-5"}, {"N": "1.5"}):
        world.dynamodb.put_item(TableName=table, Item={"uid": {"S": "bob"}, "lastSeen": odd})
        assert status(alice) == OFFLINE
    # Another process's clock may be ahead.
    world.dynamodb.put_item(TableName=table, Item={"uid": {"S": "bob"}, "lastSeen": {"N": str(clock.now_ms + 60_000)}})
    assert status(alice) == ONLINE


@on_moto_alone
def test_without_the_store_it_is_unavailable(world: World, alice: Phone) -> None:
    with Outages(world.dynamodb) as outages:
        outages.fail("BatchGetItem", refusal("ThrottlingException"))
        assert alice.ask("online", uids=["bob"])["code"] == "UNAVAILABLE"


@on_moto_alone
@pytest.mark.parametrize("uids", [[], [f"u{number}" for number in range(MAX_ONLINE_UIDS + 1)]])
def test_an_error_names_the_field(world: World, uids: list[str]) -> None:
    answer = world.phone("alice").ask("online", uids=uids)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.uids")
