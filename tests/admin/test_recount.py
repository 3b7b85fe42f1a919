"""Counters against history: what is right is proven right, what is wrong is found, what is unfinished is finished."""

from collections.abc import Callable
from typing import Any

import pytest

from catchup.domain import membership
from tests.admin.conftest import Terminal
from tests.conftest import on_dynamodb_local_alone
from tests.support.clock import Clock
from tests.support.outages import Outages, timeout
from tests.support.world import Phone, World

DAY_MS = 86_400_000
COUNTER = {"uid": {"S": "bob"}, "sessionId": {"S": "p:alice:bob"}}
IN_ROOM = {"uid": {"S": "bob"}, "sessionId": {"S": "g:room"}}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], clock: Clock) -> World:
    return make_world(clock=clock)


@pytest.fixture(autouse=True)
def little_is_remembered_of_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member's row keeps few own numbers one by one."""
    monkeypatch.setattr(membership, "OWN_LIMIT", 8)
    monkeypatch.setattr(membership, "OWN_KEPT", 4)


@pytest.fixture
def alice(world: World) -> Phone:
    return world.phone("alice")


def change(world: World, key: dict[str, Any], expression: str, value: Any, table: str = "CounterTable") -> None:
    world.dynamodb.update_item(
        TableName=world.tables[table],
        Key=key,
        UpdateExpression=expression,
        ExpressionAttributeValues={":x": value},
    )


def forget(world: World, session: str, *seqs: int) -> None:
    """As retention does."""
    for seq in seqs:
        key = {"sessionId": {"S": session}, "seq": {"N": str(seq)}}
        world.dynamodb.delete_item(TableName=world.tables["MessageTable"], Key=key)


def dying(alice: Phone, to: str, msg_id: str, after: int) -> None:
    """A send whose updates fail, but for the first `after`."""
    with Outages(alice.world.dynamodb) as outages:
        outages.fail("UpdateItem", timeout(), after)
        body: dict[str, Any] = {
            "msgId": msg_id,
            "chatType": 1,
            "ackFlg": 1,
            "to": to,
            "msg": {"message": "hello"},
            "time": 1,
        }
        if to == "room":
            body["chatType"] = 2
        assert alice.ask("chat", **body)["code"] == "UNAVAILABLE"


def one(terminal: Terminal, command: str, status: int = 0) -> Any:
    (found,) = terminal.json(command, status)["sessions"]
    return found


def test_counters_of_an_undisturbed_talk_are_proven_exact(world: World, alice: Phone, terminal: Terminal) -> None:
    bob = world.phone("bob")
    for _ in range(10):
        alice.chat("bob")
    for _ in range(5):
        bob.chat("alice")
        bob.chat("carol")
    alice.change("create", "room", name="The room", uids=["bob"])
    alice.say("room")
    bob.say("room")
    bob.ok("clear", sessions={"p:alice:bob": 10})
    for uid, stored in (("bob", {"p:alice:bob": 10, "p:bob:carol": 0}), ("alice", {"p:alice:bob": 5})):
        sessions = terminal.json(f"recount {uid}")["sessions"]
        assert {each["outcome"] for each in sessions} == {"exact"}
        assert {each["session_id"]: each["stored"] for each in sessions if each["number"] == "received"} == stored
        assert all(each["unfinished"] == [] for each in sessions)


@pytest.mark.parametrize("received", [2, 4])
def test_a_number_that_history_contradicts_is_drift_and_status_3(
    world: World, alice: Phone, terminal: Terminal, received: int
) -> None:
    for _ in range(3):
        alice.chat("bob")
    change(world, COUNTER, "SET received = :x", {"N": str(received)})
    found = one(terminal, "recount bob", 3)
    assert (found["outcome"], found["stored"], found["least"], found["most"]) == ("drift", received, 3, 3)
    assert "DRIFT" in terminal.run("recount bob --session p:alice:bob")[1]


@pytest.mark.parametrize(
    ("expression", "value", "problem"),
    [
        ("SET cleared = :x", {"N": "9"}, "cleared is 9"),
        ("SET pending = :x", {"NS": ["1", "77"]}, "above its last one: 77"),
        ("SET pending = :x", {"NS": ["1", "4"]}, "not the other's: 4"),
    ],
)
def test_a_counter_that_cannot_have_come_about_is_drift(
    world: World, alice: Phone, terminal: Terminal, expression: str, value: Any, problem: str
) -> None:
    for _ in range(3):
        alice.chat("bob")
    world.phone("bob").chat("alice")
    change(world, COUNTER, expression, value)
    found = one(terminal, "recount bob", 3)
    assert problem in " ".join(found["problems"])


def test_a_gap_in_history_that_age_does_not_explain_is_drift(world: World, alice: Phone, terminal: Terminal) -> None:
    for _ in range(4):
        alice.chat("bob")
    forget(world, "p:alice:bob", 3)
    assert "should still be kept: 3" in one(terminal, "recount bob", 3)["problems"][0]


@on_dynamodb_local_alone
def test_what_history_has_forgotten_is_not_judged(world: World, alice: Phone, terminal: Terminal) -> None:
    for _ in range(20):
        alice.chat("bob")
    forget(world, "p:alice:bob", *range(1, 7))
    found = one(terminal, "recount bob")
    assert (found["outcome"], found["stored"], found["unjudged"]) == ("exact", 20, 0), "the newest tells of all"
    forget(world, "p:alice:bob", *range(7, 21))
    found = one(terminal, "recount bob")
    assert (found["outcome"], found["least"], found["most"], found["unjudged"]) == ("possible", 0, 20, 20)
    change(world, COUNTER, "SET received = :x", {"N": "21"})
    assert one(terminal, "recount bob", 3)["outcome"] == "drift"


def test_numbers_that_do_not_follow_each_other_are_drift(world: World, alice: Phone, terminal: Terminal) -> None:
    for _ in range(3):
        alice.chat("bob")
    (row,) = (row for row in world.rows("Message") if row["seq"] == {"N": "2"})
    row["before"] = {"S": "0#0"}
    world.dynamodb.put_item(TableName=world.tables["MessageTable"], Item=row)
    assert "do not follow those before them: 2, 3" in " ".join(one(terminal, "recount bob", 3)["problems"])


def test_what_was_not_read_of_a_group_is_not_judged(alice: Phone, terminal: Terminal) -> None:
    alice.change("create", "room", name="The room", uids=["bob"])
    for _ in range(20):
        alice.say("room")
    found = one(terminal, "recount bob --history 14")
    assert (found["outcome"], found["stored"], found["unjudged"]) == ("possible", 20, 6)


def test_a_send_that_died_before_it_was_counted_is_unfinished_and_no_drift(alice: Phone, terminal: Terminal) -> None:
    alice.chat("bob")
    dying(alice, "bob", "dead", after=0)
    found = one(terminal, "recount bob")
    assert (found["outcome"], found["stored"], found["unfinished"]) == ("exact", 1, [2])
    assert "unfinished, or under way: 2" in terminal.run("recount bob")[1]


def test_what_a_later_message_has_passed_is_unfinished_until_it_is_stored(alice: Phone, terminal: Terminal) -> None:
    alice.chat("bob")
    dying(alice, "bob", "dead", after=0)
    alice.chat("bob")
    found = one(terminal, "recount bob")
    assert (found["outcome"], found["stored"], found["unfinished"]) == ("exact", 3, [2])
    assert one(terminal, "recount bob --repair")["unfinished"] == []
    assert one(terminal, "recount bob")["stored"] == 3


def test_repair_does_what_the_senders_retry_would_have_done(world: World, alice: Phone, terminal: Terminal) -> None:
    alice.chat("bob")
    dying(alice, "bob", "dead", after=0)
    bob = world.online("bob")
    told = terminal.json("recount bob --repair")
    assert [(each["seq"], each["done"]) for each in told["repairs"]] == [(2, True)]
    assert (told["sessions"][0]["stored"], told["sessions"][0]["unfinished"]) == (2, [])
    assert [push["body"]["msgId"] for push in bob.pushes] == ["dead"]
    assert [each["seq"] for each in bob.ok("pull", sessionId="p:alice:bob")["messages"]] == [2, 1]
    before = world.trace()
    # The sender's own retry, late, and another repair.
    assert alice.chat("bob", msg_id="dead")["seq"] == 2
    assert terminal.json("recount bob --repair")["repairs"] == []
    assert world.trace() == before


def test_repair_finishes_messages_of_groups_too(world: World, alice: Phone, terminal: Terminal) -> None:
    alice.change("create", "room", name="The room", uids=["bob"])
    dying(alice, "room", "dead", after=0)
    head = terminal.json("person bob")["sessions"][0]["head"]
    assert one(terminal, "recount bob")["unfinished"] == [head + 1]
    terminal.run("recount bob --repair")
    assert one(terminal, "recount bob")["unfinished"] == []
    assert terminal.json("person bob")["sessions"][0]["head"] == head + 1
    assert {each["outcome"] for each in terminal.json("recount alice")["sessions"]} == {"exact"}


def test_repair_leaves_what_nobody_could_send_again(
    world: World, alice: Phone, clock: Clock, terminal: Terminal
) -> None:
    alice.chat("bob")
    dying(alice, "bob", "dead", after=0)
    clock.now_ms += 7 * DAY_MS
    before = world.trace()
    status, out, _ = terminal.run("recount bob --repair")
    assert status == 0
    assert "#2: left as it is: too old" in out
    clock.now_ms -= 7 * DAY_MS
    world.dynamodb.delete_item(TableName=world.tables["SentTable"], Key={"uid": {"S": "alice"}, "msgId": {"S": "dead"}})
    assert "left as it is: its sender's reservation" in terminal.run("recount bob --repair")[1]
    after = world.trace()
    assert {name for name in after if after[name] != before[name]} == {"SentTable"}


def test_a_group_whose_own_numbers_are_wrong_is_drift(world: World, alice: Phone, terminal: Terminal) -> None:
    alice.change("create", "room", name="The room", uids=["bob"])
    number = alice.say("room")["number"]
    own = world.phone("bob").say("room")["number"]
    assert one(terminal, "recount bob")["outcome"] == "exact"
    change(world, IN_ROOM, "SET own = :x", {"NS": [str(number), str(own)]})
    found = one(terminal, "recount bob", 3)
    assert f"as own ones: {number}" in found["problems"][0]
    assert (found["stored"], found["least"]) == (found["most"] - 1, found["most"])


@on_dynamodb_local_alone
def test_own_messages_that_are_told_by_a_count_are_recounted(world: World, terminal: Terminal) -> None:
    alice = world.phone("alice")
    alice.change("create", "room", name="The room", uids=["bob"])
    bob = world.phone("bob")
    for _ in range(10):
        bob.say("room")
    alice.say("room")
    assert one(terminal, "recount bob")["outcome"] == "exact"
    (row,) = (row for row in world.rows("Counter") if row["uid"] == {"S": "bob"})
    change(world, IN_ROOM, "SET ownBelow = :x", {"N": str(int(row["ownBelow"]["N"]) - 1)})
    assert one(terminal, "recount bob", 3)["outcome"] == "drift"


@pytest.mark.parametrize("session", ["p:carol:dave", "g:nowhere"])
def test_a_session_of_others_is_no_session_of_this_person(alice: Phone, terminal: Terminal, session: str) -> None:
    alice.chat("bob")
    status, _, err = terminal.run(f"recount bob --session {session}")
    assert status == 1
    assert session in err
