"""An operator looks at a person."""

from typing import Any

import pytest

from tests.admin.conftest import Terminal
from tests.support.outages import Outages, timeout
from tests.support.world import World


def of(sessions: Any, session: str) -> Any:
    (found,) = (each for each in sessions if each["session_id"] == session)
    return found


def test_counters_what_waits_and_connections_are_shown(world: World, terminal: Terminal) -> None:
    alice = world.phone("alice")
    for _ in range(3):
        alice.chat("bob")
    alice.change("create", "room", name="The room", uids=["bob"])
    bob = world.online("bob", "tablet")
    bob.ok("clear", sessions={"p:alice:bob": 2})
    own = bob.say("room")
    alice.say("room", at=["bob"])

    person = terminal.json("person bob")
    private = of(person["sessions"], "p:alice:bob")
    assert (private["unread"], private["received"], private["cleared"], private["head"]) == (1, 3, 2, 3)
    group = of(person["sessions"], "g:room")
    told = bob.ok("counters", sessionIds=["g:room"])["counters"]["g:room"]
    assert (group["unread"], group["cleared"]) == (told["count"], told["cleared"])
    assert group["group"]["name"] == "The room"
    assert (group["group"]["own"], group["group"]["mentions"], group["group"]["left"]) == (
        [own["number"]],
        [own["seq"] + 1],
        0,
    )
    (waiting,) = person["waiting"]
    assert (waiting["session_id"], waiting["count"], waiting["oldest_seq"], waiting["newest_seq"]) == (
        "p:alice:bob",
        3,
        1,
        3,
    )
    (device,) = person["devices"]
    assert (device["device_id"], device["connection_id"]) == ("tablet", bob.connection)

    status, out, err = terminal.run("person bob")
    assert (status, err) == (0, "")
    for text in ("p:alice:bob", "g:room", "The room", "member", bob.connection):
        assert text in out


def test_who_has_left_a_group_is_gone_from_it(world: World, terminal: Terminal) -> None:
    world.phone("alice").change("create", "room", name="The room", uids=["bob"])
    world.phone("bob").change("leave", "room")
    assert terminal.json("person bob")["sessions"][0]["group"]["left"] > 0
    assert " gone " in terminal.run("person bob")[1]


def test_what_waits_is_counted_up_to_a_bound_and_its_ends_are_told_all_the_same(
    world: World, terminal: Terminal
) -> None:
    for sender in ("alice", "carol"):
        for _ in range(5):
            world.phone(sender).chat("bob")
    waiting = terminal.json("person bob --backlog 3")["waiting"]
    assert [(each["session_id"], each["count"], each["more"]) for each in waiting] == [
        ("p:alice:bob", 3, True),
        ("p:bob:carol", 3, True),
    ]
    assert {(each["oldest_seq"], each["newest_seq"]) for each in waiting} == {(1, 5)}
    assert "3+" in terminal.run("person bob --backlog 3")[1]
    assert not any(each["more"] for each in terminal.json("person bob --backlog 5")["waiting"])


def test_a_message_that_waits_without_a_counter_is_shown(world: World, terminal: Terminal) -> None:
    alice = world.phone("alice")
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", timeout(), after=1)
        assert alice.ask("chat", msgId="m", chatType=1, ackFlg=1, to="bob", msg={"message": "hello"})["code"] != "OK"
    person = terminal.json("person bob")
    assert person["sessions"] == []
    assert [each["session_id"] for each in person["waiting"]] == ["p:alice:bob"]


@pytest.mark.parametrize("command", ["person bobb", "recount bobb"])
def test_a_uid_that_nothing_is_stored_for_is_perhaps_a_wrong_one(
    world: World, terminal: Terminal, command: str
) -> None:
    world.phone("alice").chat("bob")
    status, out, err = terminal.run(command)
    assert (status, out) == (1, "")
    assert "bobb" in err
    assert "check the uid" in err


@pytest.mark.parametrize("command", ["person b:b", "recount bob --session p:bob:alice", "redrive --limit 0", "nothing"])
def test_a_wrong_command_line_is_one_line_and_status_2(terminal: Terminal, command: str) -> None:
    status, out, err = terminal.run(command)
    assert (status, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_a_row_that_cannot_be_read_is_named_and_the_rest_is_shown(world: World, terminal: Terminal) -> None:
    for sender in ("alice", "carol"):
        world.phone(sender).chat("bob")
    world.dynamodb.update_item(
        TableName=world.tables["CounterTable"],
        Key={"uid": {"S": "bob"}, "sessionId": {"S": "p:alice:bob"}},
        UpdateExpression="SET received = :x",
        ExpressionAttributeValues={":x": {"S": "many"}},
    )
    status, out, err = terminal.run("person bob")
    assert status == 0
    assert "private sessions: 1" in out
    assert "p:alice:bob" in err


def test_looking_changes_nothing(world: World, terminal: Terminal) -> None:
    world.phone("alice").chat("bob")
    world.phone("alice").change("create", "room", name="The room", uids=["bob"])
    before = world.trace()
    for command in ("person bob", "recount bob", "recount alice", "held list"):
        terminal.run(command)
    assert world.trace() == before
