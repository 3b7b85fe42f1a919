"""Whoever sends as people do is never held back; whoever floods is, and loses nothing by it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from catchup.commands import COMMANDS
from catchup.settings import SEND_COOLDOWN_MS, VARIABLES
from tests.conftest import on_dynamodb_local_alone
from tests.support.clock import Clock
from tests.support.http import HttpClient
from tests.support.outages import Outages, refusal
from tests.support.requests import GOOD
from tests.support.world import Phone, World

BURST, RATE = 5, 2


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], clock: Clock) -> World:
    return make_world(clock=clock, send_burst=BURST, send_rate=RATE)


def another_container(world: World) -> World:
    """A second process of the same deployment, which has seen nobody yet."""
    other = World(world.dynamodb, world.tables, clock=world.parts.clock, send_burst=BURST, send_rate=RATE)
    other.gateway = world.gateway
    return other


def ask(phone: Phone, msg_id: str, to: str = "bob") -> str:
    group = to == "room"
    body: dict[str, Any] = {"chatType": 2 if group else 1, "ackFlg": 1, "msg": {"message": "hello"}}
    code: str = phone.ask("chat", msgId=msg_id, to=to, **body)["code"]
    return code


def exhaust(phone: Phone) -> None:
    """All that is allowed at once, and one more."""
    assert [ask(phone, f"b{number}") for number in range(BURST)] == ["OK"] * BURST
    assert ask(phone, "over") == "RESOURCE_EXHAUSTED"


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_flood_is_refused_and_its_messages_go_through_later(world: World, clock: Clock, encoding: str) -> None:
    alice = world.phone("alice", encoding=encoding)
    exhaust(alice)
    messages = world.rows("Message")
    before = world.trace()
    assert ask(alice, "over") == ask(alice, "more") == "RESOURCE_EXHAUSTED"
    assert world.trace() == before
    clock.now_ms += SEND_COOLDOWN_MS
    assert ask(alice, "over") == "OK"
    assert ask(alice, "more") == "OK"
    assert len(world.rows("Message")) == len(messages) + 2


def test_both_transports_share_the_limit_and_over_http_the_wait_is_a_header(world: World, clock: Clock) -> None:
    """Whole seconds, after which the same goes through."""
    client = HttpClient(world, "alice")
    exhaust(world.phone("alice"))
    content = json.dumps({"msgId": "over", "chatType": 1, "to": "bob", "msg": {}}).encode()
    refused = client.send("POST /v1/messages", content=content)
    wait = refused.headers["retry-after"]
    assert (refused.status, wait.isdecimal(), int(wait) >= 1) == (429, True, True)
    clock.now_ms += int(wait) * 1_000
    assert client.send("POST /v1/messages", content=content).status == 200


def test_what_was_refused_has_no_trace_but_the_hold(world: World) -> None:
    alice = world.phone("alice")
    exhaust(alice)
    assert [row for table in ("Sent", "Message", "Inbox") for row in world.rows(table) if "over" in str(row)] == []
    (row,) = world.rows("Presence")
    assert set(row) == {"uid", "cooldownUntil", "paceSince", "paceLevel", "paceMarks", "ttl"}


def test_a_retry_of_what_was_accepted_is_never_refused(world: World) -> None:
    alice = world.phone("alice")
    exhaust(alice)
    assert [ask(alice, f"b{number}") for number in range(BURST)] == ["OK"] * BURST


@pytest.mark.parametrize("to", ["bob", "room"])
def test_a_flood_of_retries_is_answered_and_not_pushed(world: World, clock: Clock, to: str) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    if to == "room":
        bob.change("create", "room", uids=["alice"])
    assert ask(alice, "m", to) == "OK"
    before = len(bob.pushes)
    assert [ask(alice, "m", to) for _ in range(3 * BURST)] == ["OK"] * 3 * BURST
    # What was sent has taken one of the burst.
    assert len(bob.pushes) == before + BURST - 1
    assert ask(alice, "n", to) == "RESOURCE_EXHAUSTED"
    clock.now_ms += SEND_COOLDOWN_MS
    assert ask(alice, "m", to) == "OK"
    assert len(bob.pushes) == before + BURST


def test_a_retry_in_another_container_is_not_pushed_while_its_sender_cools_down(world: World) -> None:
    bob = world.online("bob")
    exhaust(world.phone("alice"))
    before = len(bob.pushes)
    assert ask(another_container(world).phone("alice"), "b0") == "OK"
    assert len(bob.pushes) == before


@pytest.mark.parametrize("to", ["bob", "room"])
def test_a_retry_beyond_what_is_allowed_still_stores_and_counts(world: World, to: str) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    if to == "room":
        bob.change("create", "room", uids=["alice"])
    session = "g:room" if to == "room" else "p:alice:bob"
    with Outages(world.dynamodb) as outages:
        # The message has its place; neither its head nor a counter has moved.
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        assert ask(alice, "m", to) == "UNAVAILABLE"
    for number in range(2 * BURST):
        ask(alice, f"b{number}", "carol")
    assert ask(alice, "m", to) == "OK"
    assert bob.ok("counters", sessionIds=[session])["counters"][session]["count"] == 1
    assert [push["body"]["msgId"] for push in bob.pushes if push["body"]["msgId"] == "m"] == ["m"]


@on_dynamodb_local_alone
def test_who_keeps_to_the_rate_is_never_refused(world: World, clock: Clock) -> None:
    alice = world.phone("alice")
    for number in range(10 * BURST):
        assert ask(alice, f"m{number}") == "OK"
        clock.now_ms += 1_000 // RATE


def test_one_persons_flood_holds_nobody_else(world: World) -> None:
    exhaust(world.phone("alice"))
    assert ask(world.phone("carol"), "m") == "OK"
    assert ask(world.phone("bob"), "m", "alice") == "OK"


def test_all_devices_and_receivers_of_a_person_are_one(world: World) -> None:
    exhaust(world.phone("alice"))
    assert ask(world.phone("alice", "tablet"), "m", "carol") == "RESOURCE_EXHAUSTED"


def test_other_containers_hold_a_flood_that_one_has_seen(world: World, clock: Clock) -> None:
    other = another_container(world)
    exhaust(world.phone("alice"))
    assert ask(other.phone("alice"), "m") == "RESOURCE_EXHAUSTED"
    assert ask(other.phone("carol"), "m") == "OK"
    clock.now_ms += SEND_COOLDOWN_MS
    assert ask(other.phone("alice"), "m") == "OK"


def test_groups_and_persons_share_what_is_allowed_in_a_container(world: World) -> None:
    alice = world.online("alice")
    alice.change("create", "room", uids=["bob"])
    exhaust(alice)
    before = world.trace()
    assert ask(alice, "m", "room") == "RESOURCE_EXHAUSTED"
    assert world.trace() == before


def test_a_flood_in_a_group_is_held_too(world: World) -> None:
    alice = world.online("alice")
    alice.change("create", "room", uids=["bob"])
    assert [ask(alice, f"g{number}", "room") for number in range(BURST)] == ["OK"] * BURST
    assert ask(alice, "over", "room") == "RESOURCE_EXHAUSTED"
    assert ask(another_container(world).phone("alice"), "m") == "RESOURCE_EXHAUSTED"


def test_whoever_is_refused_in_a_group_may_not_go_on_asking_either(world: World, clock: Clock) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    bob.change("create", "room")
    assert [ask(alice, f"m{number}", "room") for number in range(BURST)] == ["PERMISSION_DENIED"] * BURST
    assert ask(alice, "m", "room") == "RESOURCE_EXHAUSTED"
    clock.now_ms += SEND_COOLDOWN_MS
    bob.change("add", "room", uids=["alice"])
    assert ask(alice, "m", "room") == "OK"


CHANGES: dict[str, dict[str, Any]] = {
    "add": {"uids": ["dora"]},
    "remove": {"uids": ["bob"]},
    "role": {"uid": "bob", "role": "ADMIN"},
    "join": {},
    "create": {"uids": ["dora"]},
}


@on_dynamodb_local_alone
@pytest.mark.parametrize("cmd", CHANGES)
def test_changes_of_groups_are_limited_too(world: World, clock: Clock, cmd: str) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    bob.change("create", "hall", open=True)
    alice.change("create", "room", uids=["bob"])
    assert [alice.change("create", f"r{number}")["seq"] for number in range(BURST - 1)] == [1] * (BURST - 1)
    group = {"join": "hall", "create": "new"}.get(cmd, "room")
    before = world.trace()
    answer = alice.ask(cmd, msgId="c", groupId=group, **CHANGES[cmd])
    assert (answer["code"], answer["error"]["field"]) == ("RESOURCE_EXHAUSTED", "")
    # The cooldown alone.
    assert {**world.trace(), "PresenceTable": []} == {**before, "PresenceTable": []}
    bob.change("leave", "room")
    clock.now_ms += SEND_COOLDOWN_MS
    if cmd != "role":
        alice.change(cmd, group, msg_id="c", **CHANGES[cmd])


def test_nobody_is_kept_from_leaving(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    bob.change("create", "room", uids=["alice"])
    for number in range(BURST):
        alice.change("create", f"r{number}")
    assert alice.ask("create", msgId="c", groupId="over")["code"] == "RESOURCE_EXHAUSTED"
    alice.change("leave", "room")


@on_dynamodb_local_alone
def test_a_flood_of_retried_changes_is_answered_and_not_pushed(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    first = alice.change("create", "room", msg_id="c", uids=["bob"])
    before = len(bob.pushes)
    assert [alice.change("create", "room", msg_id="c", uids=["bob"]) for _ in range(3 * BURST)] == [first] * 3 * BURST
    assert len(bob.pushes) == before + BURST - 1


def test_a_hold_keeps_nobody_from_logging_in_or_being_written_to(world: World) -> None:
    alice = world.online("alice")
    exhaust(alice)
    again = world.online("alice", "tablet")
    world.phone("bob").chat("alice")
    assert [push["body"]["from"] for push in again.pushes] == ["bob"]
    assert ask(again, "m") == "RESOURCE_EXHAUSTED"


def test_a_hold_that_cannot_be_written_holds_in_this_container(world: World) -> None:
    alice = world.online("alice")
    assert [ask(alice, f"b{number}") for number in range(BURST)] == ["OK"] * BURST
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        assert ask(alice, "over") == ask(alice, "over") == "RESOURCE_EXHAUSTED"


# A message to the room: six calls of the send, and two of the fan-out that follows.
@on_dynamodb_local_alone
@pytest.mark.parametrize(("to", "calls"), [("bob", 6), ("room", 8)])
def test_the_limit_costs_who_writes_as_people_do_nothing(
    make_world: Callable[..., World], clock: Clock, to: str, calls: int
) -> None:
    world = make_world(clock=clock, send_burst=300, send_rate=10)
    alice = world.phone("alice")
    if to == "room":
        alice.change("create", "room", uids=["bob"])
    ask(alice, "first", to)
    for number in range(15):
        # Six at once, then one every two seconds.
        clock.now_ms += 2_000 if number > 4 else 0
        with Outages(world.dynamodb) as outages:
            assert ask(alice, f"m{number}", to) == "OK"
            assert len(outages.sent) == calls, " ".join(outages.sent)
    assert [set(row) & {"paceMarks", "cooldownUntil"} for row in world.rows("Presence")] == []


@on_dynamodb_local_alone
def test_a_flood_costs_a_write_for_each_share_and_each_hold(make_world: Callable[..., World], clock: Clock) -> None:
    world = make_world(clock=clock, send_burst=200, send_rate=10)
    alice = world.phone("alice")
    ask(alice, "first")
    calls = []
    for number in range(199):
        with Outages(world.dynamodb) as outages:
            assert ask(alice, f"m{number}") == "OK"
            calls.append(len(outages.sent) - 6)
    # A share is four messages.
    assert sum(calls) == pytest.approx(200 / 4, abs=1)
    with Outages(world.dynamodb) as outages:
        assert ask(alice, "over") == "RESOURCE_EXHAUSTED"
        assert outages.sent == ["BatchGetItem", "UpdateItem"]
    with Outages(world.dynamodb) as outages:
        assert ask(alice, "over") == "RESOURCE_EXHAUSTED"
        assert outages.sent == ["BatchGetItem"]


@on_dynamodb_local_alone
@pytest.mark.parametrize("containers", [2, 6])
def test_all_containers_fill_one_bucket(make_world: Callable[..., World], clock: Clock, containers: int) -> None:
    world = make_world(clock=clock, send_burst=100, send_rate=10)
    phones = [world.phone("alice")]
    for number in range(1, containers):
        other = World(world.dynamodb, world.tables, clock=clock, send_burst=100, send_rate=10)
        phones.append(other.phone("alice", f"device-{number}"))
    sent = 0
    while ask(phones[sent % containers], f"m{sent}") == "OK":
        sent += 1
    assert 75 <= sent <= 100 + 2 * containers
    # And from then on all of them refuse.
    assert {ask(phone, f"n{number}") for number, phone in enumerate(phones)} == {"RESOURCE_EXHAUSTED"}


@pytest.mark.parametrize("to", ["bob", "room"])
def test_a_hold_reaches_chats_groups_and_changes_alike(world: World, clock: Clock, to: str) -> None:
    world.online("bob").change("create", "room", uids=["alice"])
    alice = world.phone("alice")
    assert [ask(alice, f"b{number}", to) for number in range(BURST)] == ["OK"] * BURST
    assert ask(alice, "over", to) == "RESOURCE_EXHAUSTED"
    there = another_container(world).phone("alice")
    assert {ask(phone, "n", where) for phone in (alice, there) for where in ("bob", "room")} == {"RESOURCE_EXHAUSTED"}
    for phone in (alice, there):
        assert phone.ask("create", msgId="c", groupId="hall")["code"] == "RESOURCE_EXHAUSTED"
    clock.now_ms += SEND_COOLDOWN_MS
    assert (ask(there, "n", "room"), there.change("create", "hall")["seq"]) == ("OK", 1)


def test_messages_and_changes_of_groups_take_from_one_bucket(world: World) -> None:
    alice = world.phone("alice")
    for number in range(BURST - 1):
        alice.change("create", f"r{number}")
    codes = [ask(alice, f"m{number}") for number in range(BURST)]
    assert codes.index("RESOURCE_EXHAUSTED") <= 3


def test_marks_that_cannot_be_written_refuse_nobody(world: World) -> None:
    alice = world.phone("alice")
    ask(alice, "first")
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", refusal("InternalServerError", 500))
        # The send itself fails later on; the limit has let it through.
        assert ask(alice, "second") == "UNAVAILABLE"
    assert [row["msgId"]["S"] for row in world.rows("Message")] == ["first", "second"]


def test_the_defaults_let_through_an_outbox_that_was_full() -> None:
    assert VARIABLES["send_burst"].default == 300
    assert VARIABLES["send_rate"].default == 10


def test_the_limit_is_for_the_commands_of_which_the_table_says_so(world: World) -> None:
    alice = world.online("alice")
    world.online("bob").change("create", "open", open=True)
    world.phone("bob").change("create", "another", uids=["alice"])
    alice.change("create", "room", uids=["bob"])
    codes = [ask(alice, f"full-{number}") for number in range(BURST + 1)]
    assert codes[-1] == "RESOURCE_EXHAUSTED"
    refused = {}
    for cmd in COMMANDS:
        group = {"create": "new", "join": "open", "leave": "another"}.get(cmd, "room")
        own = {"groupId": group, "msgId": f"of-{cmd}", **({"uids": ["carol"]} if cmd == "add" else {})}
        body = {**GOOD[cmd], **{name: value for name, value in own.items() if name in GOOD[cmd]}}
        refused[cmd] = alice.ask(cmd, **body)["code"] == "RESOURCE_EXHAUSTED"
    assert refused == {cmd: command.takes_send for cmd, command in COMMANDS.items()}
