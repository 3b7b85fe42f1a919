"""A signal reaches those who are online in a session, and nothing of it stays."""

from collections.abc import Callable
from typing import Any

import pytest

from catchup.domain.group import ROSTER_FROM
from catchup.domain.signal import MAX_SIGNAL_MEMBERS, SIGNALS_APART_MS
from catchup.settings import CONNECTION_LIFETIME_MS, MAX_SIGNAL_DATA_BYTES
from catchup.usecases.signals.audience import KEPT_AFTER_A_CHANGE_MS, KEPT_MS
from tests.conftest import on_moto_alone
from tests.contract.stores import InTurn
from tests.support.clock import Clock
from tests.support.http import HttpClient
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World, from_pb


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], clock: Clock) -> World:
    return make_world(clock=clock, concurrency=InTurn())


@pytest.fixture
def alice(world: World) -> Phone:
    """Online, and has talked with Bob."""
    alice = world.online("alice")
    alice.chat("bob")
    return alice


def signal(phone: Phone, to: str, chat_type: int = 1, **more: Any) -> str:
    """Sends a signal and returns the code of its answer."""
    answer = phone.ask("signal", to=to, chatType=chat_type, **{"kind": "typing", **more})
    if answer["code"] == "OK":
        assert answer["body"] == {}
    code: str = answer["code"]
    return code


def signals(phone: Phone) -> list[tuple[str, str, str]]:
    """Sender, session and kind of each signal that was pushed to this connection."""
    frames = [from_pb(frame["pb"]) if "pb" in frame else frame for frame in phone.pushes]
    return [
        (each["uid"], each["body"]["sessionId"], each["body"]["kind"]) for each in frames if each["cmd"] == "signal"
    ]


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_the_other_person_gets_it_on_all_devices_and_no_row_changes(
    world: World, clock: Clock, alice: Phone, encoding: str
) -> None:
    bob, tablet = world.online("bob"), world.online("bob", "tablet", encoding)
    own = world.online("alice", "tablet")
    before = world.trace()
    assert signal(alice, "bob", data="42") == "OK"
    assert signals(bob) == signals(tablet) == [("alice", "p:alice:bob", "typing")]
    assert signals(alice) == signals(own) == []
    assert world.trace() == before
    (frame,) = [frame for frame in bob.pushes if frame["cmd"] == "signal"]
    assert frame == {
        "cmd": "signal",
        "time": clock(),
        "uid": "alice",
        "body": {"chatType": 1, "to": "bob", "kind": "typing", "data": "42", "sessionId": "p:alice:bob"},
    }


def test_it_may_come_over_http(world: World, alice: Phone) -> None:
    bob = world.online("bob")
    assert HttpClient(world, "alice").ok("signal", to="bob", chatType=1, kind="typing") == {}
    assert signals(bob) == [("alice", "p:alice:bob", "typing")]


def test_nobody_online_is_no_error(world: World, alice: Phone) -> None:
    assert signal(alice, "bob") == "OK"


@pytest.mark.parametrize("first", ["alice", "bob"])
def test_either_may_signal_once_one_of_the_two_has_written(world: World, first: str) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    {"alice": alice, "bob": bob}[first].chat("bob" if first == "alice" else "alice")
    assert (signal(alice, "bob"), signal(bob, "alice")) == ("OK", "OK")
    assert (len(signals(alice)), len(signals(bob))) == (1, 1)


def test_where_nobody_has_written_nobody_is_signalled(world: World, alice: Phone) -> None:
    erin = world.online("erin")
    answer = alice.ask("signal", to="erin", chatType=1, kind="typing")
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.to")
    # A block makes a row, and no session.
    erin.ok("block", uid="alice")
    erin.ok("unblock", uid="alice")
    assert signal(alice, "erin") == "FAILED_PRECONDITION"
    assert signals(erin) == []


def test_whoever_is_blocked_signals_no_more(world: World, clock: Clock, alice: Phone) -> None:
    bob = world.online("bob")
    bob.ok("block", uid="alice")
    answer = alice.ask("signal", to="bob", chatType=1, kind="typing")
    assert (answer["code"], answer["error"]) == (
        "PERMISSION_DENIED",
        alice.ask("chat", msgId="m", to="bob", chatType=1, msg={})["error"],
    )
    assert signals(bob) == []
    # It goes one way, as for messages.
    assert signal(bob, "alice") == "OK"
    bob.ok("unblock", uid="alice")
    assert signal(alice, "bob") == "OK"
    assert signals(bob) == [("alice", "p:alice:bob", "typing")]


def test_members_of_a_group_get_it_and_no_row_changes(world: World, alice: Phone) -> None:
    bob, carol, dan = world.online("bob"), world.online("carol"), world.online("dan")
    alice.change("create", "room", uids=["bob", "carol"])
    before = world.trace()
    assert signal(alice, "room", 2, kind="stopped") == "OK"
    assert signals(bob) == signals(carol) == [("alice", "g:room", "stopped")]
    assert signals(alice) == signals(dan) == []
    assert world.trace() == before


def test_it_comes_from_nobody_who_is_no_member_and_goes_to_none(world: World, clock: Clock, alice: Phone) -> None:
    bob, carol, dan = world.online("bob"), world.online("carol"), world.online("dan")
    alice.change("create", "room", uids=["bob", "carol"])
    assert signal(alice, "room", 2) == "OK"
    alice.change("remove", "room", uids=["bob"])
    carol.change("leave", "room")
    alice.change("add", "room", uids=["dan"])
    for one in (bob, carol, world.online("erin")):
        answer = one.ask("signal", to="room", chatType=2, kind="typing")
        assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.to")
    assert signal(world.phone("erin"), "nowhere", 2) == "PERMISSION_DENIED"
    clock.now_ms += SIGNALS_APART_MS
    # Who was in the group a moment ago is not remembered.
    assert signal(alice, "room", 2) == "OK"
    assert [len(signals(each)) for each in (bob, carol, dan)] == [1, 1, 1]


def test_above_a_hundred_members_there_are_no_signals(world: World, alice: Phone) -> None:
    uids = [f"u{number}" for number in range(MAX_SIGNAL_MEMBERS)]
    alice.change("create", "hall", uids=uids[:49])
    alice.change("add", "hall", uids=uids[49:-1])
    last = world.online(uids[-2])
    assert signal(alice, "hall", 2) == "OK"
    assert len(signals(last)) == 1
    alice.change("add", "hall", uids=uids[-1:])
    answer = last.ask("signal", to="hall", chatType=2, kind="typing")
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.to")


def test_whoever_is_muted_signals_nothing_until_the_mute_ends(world: World, clock: Clock, alice: Phone) -> None:
    bob = world.online("bob")
    alice.change("create", "room", uids=["bob"])
    alice.change("mute", "room", uid="bob", until=clock() + 60_000)
    answer = bob.ask("signal", to="room", chatType=2, kind="typing")
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.to")
    assert signals(alice) == []
    clock.now_ms += 60_000
    assert signal(bob, "room", 2) == "OK"
    assert signals(alice) == [("bob", "g:room", "typing")]


def test_in_a_dissolved_group_nobody_signals(world: World, alice: Phone) -> None:
    bob = world.online("bob")
    alice.change("create", "room", uids=["bob"])
    alice.change("dissolve", "room")
    assert [signal(each, "room", 2) for each in (alice, bob)] == ["FAILED_PRECONDITION"] * 2
    assert signal(world.phone("erin"), "room", 2) == "PERMISSION_DENIED"
    assert signals(bob) == []


def with_roster(world: World, clock: Clock, since_ms: int) -> None:
    """The group's roster has begun at that time."""
    world.dynamodb.update_item(
        TableName=world.tables["SessionTable"],
        Key={"sessionId": {"S": "g:hall"}},
        UpdateExpression="SET rosterSince = :since",
        ExpressionAttributeValues={":since": {"N": str(since_ms)}},
    )


def test_in_a_larger_group_those_online_are_found_whether_or_not_they_are_in_the_roster(
    world: World, clock: Clock, alice: Phone
) -> None:
    early = world.online("u1")
    alice.change("create", "hall", uids=[f"u{number}" for number in range(ROSTER_FROM)])
    late = world.online("u2")
    assert signal(alice, "hall", 2) == "OK"
    assert (len(signals(early)), len(signals(late))) == (1, 1)


def test_a_roster_that_is_old_enough_tells_in_one_query(world: World, clock: Clock, alice: Phone) -> None:
    alice.change("create", "hall", uids=[f"u{number}" for number in range(ROSTER_FROM)])
    with_roster(world, clock, clock() - CONNECTION_LIFETIME_MS - 1)
    online = world.online("u2")
    with Outages(world.dynamodb) as calls:
        assert signal(alice, "hall", 2) == "OK"
        assert calls.sent == ["BatchGetItem", "Query"]
    assert len(signals(online)) == 1
    alice.change("remove", "hall", uids=["u2"])
    clock.now_ms += SIGNALS_APART_MS
    assert signal(alice, "hall", 2) == "OK"
    assert len(signals(online)) == 1


def test_who_was_online_is_remembered_for_some_seconds(world: World, clock: Clock, alice: Phone) -> None:
    bob = world.online("bob")
    alice.change("create", "room", uids=["bob", "carol"])

    def calls() -> list[str]:
        with Outages(world.dynamodb) as sent:
            assert signal(alice, "room", 2) == "OK"
            return list(sent.sent)

    read, known = ["BatchGetItem", "Query", "BatchGetItem"], ["BatchGetItem"]
    assert calls() == read
    clock.now_ms += KEPT_AFTER_A_CHANGE_MS - 1
    assert calls() == known
    carol = world.online("carol")
    clock.now_ms += SIGNALS_APART_MS
    assert calls() == read
    assert len(signals(carol)) == 1
    clock.now_ms += KEPT_MS - 1
    assert calls() == known
    clock.now_ms += 1
    assert calls() == known  # within a second
    clock.now_ms += SIGNALS_APART_MS
    assert calls() == read
    assert len(signals(bob)) == 5


def test_one_process_lets_one_a_second_through_and_answers_the_others_too(
    world: World, clock: Clock, alice: Phone
) -> None:
    bob = world.online("bob")
    alice.change("create", "room", uids=["bob"])
    assert [signal(alice, "bob"), signal(alice, "bob"), signal(alice, "room", 2)] == ["OK"] * 3
    assert len(signals(bob)) == 1
    # What was dropped does not delay the next.
    clock.now_ms += SIGNALS_APART_MS - 1
    assert signal(alice, "bob") == "OK"
    clock.now_ms += 1
    assert signal(alice, "room", 2) == "OK"
    assert signals(bob) == [("alice", "p:alice:bob", "typing"), ("alice", "g:room", "typing")]
    # Of each person.
    bob.chat("alice")
    assert signal(bob, "alice") == "OK"
    assert len(signals(alice)) == 1
    # What may not be sent is refused, however soon it comes.
    assert signal(alice, "nowhere", 2) == "PERMISSION_DENIED"


def test_a_refused_signal_takes_nobodys_second(world: World, clock: Clock, alice: Phone) -> None:
    bob = world.online("bob")
    assert signal(alice, "nowhere", 2) == "PERMISSION_DENIED"
    assert signal(alice, "bob") == "OK"
    assert len(signals(bob)) == 1


def test_a_connection_that_is_gone_or_fails_costs_nobody_else_anything_and_nothing_is_written(
    world: World, alice: Phone
) -> None:
    gone, failing, throttled, there = (world.online("bob", device) for device in ("a", "b", "c", "d"))
    gone.drop(notice=False)
    world.gateway.failing = {failing.connection: 500, throttled.connection: 429}
    before = world.trace()
    assert signal(alice, "bob") == "OK"
    assert len(signals(there)) == 1
    assert world.trace() == before


@on_moto_alone
@pytest.mark.parametrize("to", ["bob", "room"])
def test_without_the_store_it_is_unavailable(world: World, alice: Phone, to: str) -> None:
    alice.change("create", "room", uids=["bob"])
    with Outages(world.dynamodb) as outages:
        outages.fail("BatchGetItem", refusal("ThrottlingException"))
        assert signal(alice, to, 1 + (to == "room")) == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", "alice"),
        ("to", ""),
        ("to", "b:b"),
        ("chatType", 0),
        ("chatType", 3),
        ("kind", ""),
        ("kind", "Typing"),
        ("kind", "x" * 33),
        ("data", "x" * (MAX_SIGNAL_DATA_BYTES + 1)),
        ("data", "ä" * (MAX_SIGNAL_DATA_BYTES // 2 + 1)),
    ],
)
@on_moto_alone
def test_an_error_names_the_field(world: World, field: str, value: Any) -> None:
    alice = world.phone("alice")
    with Outages(world.dynamodb) as calls:
        answer = alice.ask("signal", **{"to": "bob", "chatType": 1, "kind": "typing", field: value})
        assert calls.sent == []
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", f"body.{field}")
