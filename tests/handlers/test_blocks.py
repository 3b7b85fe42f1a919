"""Somebody blocks somebody: their private messages are refused before anything is stored, and nothing else changes."""

from typing import Any

import pytest

from catchup import settings
from catchup.storage import block_book
from tests.support.engines import fresh_tables, moto_engine
from tests.support.lagging import hide_what_was_sent
from tests.support.outages import Outages, refusal
from tests.support.world import Phone, World

MESSAGE: dict[str, Any] = {"chatType": 1, "ackFlg": 1, "msg": {"message": "hello"}}


def refused(phone: Phone, to: str, msg_id: str = "m", **more: Any) -> None:
    before = phone.world.trace()
    posted = {name: len(frames) for name, frames in phone.world.gateway.posted.items()}
    answer = phone.ask("chat", msgId=msg_id, to=to, **{**MESSAGE, **more})
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.to")
    assert answer["body"]["msgId"] == msg_id
    assert phone.world.trace() == before
    assert {name: len(frames) for name, frames in phone.world.gateway.posted.items()} == posted


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("ack", [0, 1])
@pytest.mark.parametrize("spoken", [True, False], ids=["who have spoken", "who never spoke"])
def test_messages_of_somebody_blocked_are_refused_until_they_are_taken_again(
    world: World, encoding: str, ack: int, spoken: bool
) -> None:
    alice, bob = world.online("alice", encoding=encoding), world.online("bob", encoding=encoding)
    if spoken:
        alice.chat("bob")
        bob.chat("alice")
    assert bob.ok("block", uid="alice") == {"uid": "alice", "blocked": True}
    refused(alice, "bob", ackFlg=ack)
    assert bob.ok("blocked") == {"uids": ["alice"]}
    assert alice.ok("blocked") == {"uids": []}
    assert bob.ok("unblock", uid="alice") == {"uid": "alice", "blocked": False}
    assert bob.ok("blocked") == {"uids": []}
    assert alice.chat("bob", msg_id="m", ack=ack)["seq"] == (3 if spoken else 1)


def test_a_block_goes_one_way_and_concerns_nobody_else(world: World) -> None:
    alice, bob, carol = world.online("alice"), world.online("bob"), world.online("carol")
    bob.ok("block", uid="alice")
    assert bob.chat("alice")["seq"] == 1
    assert carol.chat("bob")["seq"] == 1
    assert alice.chat("carol")["seq"] == 1
    refused(alice, "bob")


def test_each_of_two_may_block_the_other(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    alice.ok("block", uid="bob")
    bob.ok("block", uid="alice")
    alice.ok("unblock", uid="bob")
    refused(alice, "bob")
    assert bob.chat("alice")["seq"] == 1


def test_in_a_group_a_block_changes_nothing(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    bob.change("create", "room", uids=["alice"])
    bob.ok("block", uid="alice")
    assert alice.say("room")["seq"] == 2
    assert [push["body"]["seq"] for push in bob.pushes if push["cmd"] == "chat"] == [2]


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("cmd", ["create", "add"])
def test_whoever_is_blocked_does_not_reach_them_over_a_group_either(world: World, cmd: str, encoding: str) -> None:
    alice, bob, carol = world.online("alice", encoding=encoding), world.online("bob"), world.online("carol")
    if cmd == "add":
        alice.change("create", "room")
    bob.ok("block", uid="alice")
    # Whom she blocks herself does not matter.
    alice.ok("block", uid="carol")
    before, pushed = world.trace(), len(bob.pushes)
    answer = alice.ask(cmd, msgId="c", groupId="room", uids=["carol", "bob", "dora"])
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.uids")
    assert "bob" in answer["error"]["rule"]
    assert "carol" not in answer["error"]["rule"]
    assert (world.trace(), len(bob.pushes)) == (before, pushed)
    assert alice.change(cmd, "room", msg_id="c", uids=["carol", "dora"])["sessionId"] == "g:room"
    bob.ok("unblock", uid="alice")
    alice.change("add", "room", uids=["bob"])
    assert len(carol.ok("members", groupId="room")["members"]) == 4


def test_a_change_that_was_accepted_before_a_block_is_answered_as_before(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    first = alice.change("create", "room", msg_id="c", uids=["bob"])
    bob.ok("block", uid="alice")
    assert alice.change("create", "room", msg_id="c", uids=["bob"]) == first


def test_the_most_people_that_a_change_names_are_asked_about_in_one_call(world: World) -> None:
    alice = world.online("alice")
    with Outages(world.dynamodb) as outages:
        alice.change("create", "room")
        alone = outages.sent.count("BatchGetItem")
    with Outages(world.dynamodb) as outages:
        alice.change("create", "hall", uids=[f"u{number}" for number in range(50)])
        assert outages.sent.count("BatchGetItem") == alone + 1


def test_what_came_before_stays_and_counts(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    alice.chat("bob")
    bob.ok("block", uid="alice")
    refused(alice, "bob")
    assert bob.ok("counters", sessionIds=["p:alice:bob"])["counters"]["p:alice:bob"]["count"] == 1
    assert len(bob.ok("pull", sessionId="p:alice:bob")["messages"]) == 1
    assert len(alice.ok("history", sessionId="p:alice:bob")["messages"]) == 1


def test_a_block_in_which_nothing_was_said_lists_no_session(world: World) -> None:
    bob = world.online("bob")
    bob.ok("block", uid="alice")
    for phone in (bob, world.online("alice")):
        assert phone.ok("sessions")["sessions"] == []
        assert phone.ok("login")["counters"] == {}


def test_block_and_unblock_again_change_nothing(world: World) -> None:
    bob = world.online("bob")
    bob.ok("block", uid="alice")
    before = world.trace()
    assert bob.ok("block", uid="alice")["blocked"] is True
    assert world.trace() == before
    bob.ok("unblock", uid="alice")
    before = world.trace()
    assert bob.ok("unblock", uid="alice")["blocked"] is False
    assert bob.ok("unblock", uid="stranger")["blocked"] is False
    assert world.trace() == before


def test_a_retry_of_what_was_accepted_is_answered_as_before(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    first = alice.chat("bob", msg_id="m")
    bob.ok("block", uid="alice")
    assert alice.chat("bob", msg_id="m") == first
    refused(alice, "bob", "other")


@pytest.mark.parametrize("stale", [False, True], ids=["found at once", "found at the second look"])
def test_a_retry_of_what_was_accepted_before_a_block_is_not_pushed(
    world: World, monkeypatch: pytest.MonkeyPatch, stale: bool
) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    alice.chat("bob", msg_id="m")
    bob.ok("block", uid="alice")
    before = list(bob.pushes)
    if stale:
        hide_what_was_sent(world, monkeypatch)
    alice.chat("bob", msg_id="m")
    assert bob.pushes == before
    assert [message["msgId"] for message in bob.ok("pull", sessionId="p:alice:bob")["messages"]] == ["m"]


def test_a_retry_that_an_eventually_consistent_read_takes_for_new_is_not_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    first = alice.chat("bob", msg_id="m")
    bob.ok("block", uid="alice")
    hide_what_was_sent(world, monkeypatch)
    assert alice.chat("bob", msg_id="m") == first


def test_a_send_that_died_before_it_had_a_place_is_refused_once_blocked(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    with Outages(world.dynamodb) as outages:
        # Sent is put, Message is not.
        outages.fail("PutItem", RuntimeError("died"), after=1)
        assert alice.ask("chat", msgId="m", to="bob", **MESSAGE)["code"] == "INTERNAL"
    assert world.rows("Message") == []
    bob.ok("block", uid="alice")
    refused(alice, "bob", "m")
    bob.ok("unblock", uid="alice")
    assert alice.chat("bob", msg_id="m")["seq"] == 1


def test_a_full_list_refuses_one_more_and_keeps_who_is_in_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_book, "MAX_BLOCKED", 2)
    bob = world.online("bob")
    bob.ok("block", uid="alice")
    bob.ok("block", uid="carol")
    before = world.trace()
    answer = bob.ask("block", uid="dora")
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.uid")
    assert bob.ok("block", uid="carol")["blocked"] is True
    assert world.trace() == before
    bob.ok("unblock", uid="carol")
    assert bob.ok("block", uid="dora")["blocked"] is True
    assert bob.ok("blocked") == {"uids": ["alice", "dora"]}


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_the_longest_list_fits_a_frame(world: World, encoding: str) -> None:
    uids = [f"{number:03}" + "x" * 61 for number in range(settings.MAX_BLOCKED)]
    world.dynamodb.put_item(
        TableName=world.tables["SessionTable"], Item={"sessionId": {"S": "b:bob"}, "blocked": {"SS": uids}}
    )
    assert world.phone("bob", encoding=encoding).ok("blocked") == {"uids": uids}


def test_nobody_blocks_themselves(world: World) -> None:
    before = world.trace()
    for cmd in ("block", "unblock"):
        answer = world.phone("bob").ask(cmd, uid="bob")
        assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.uid")
    assert world.trace() == before


def test_a_block_costs_a_send_neither_a_call_nor_a_write(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    for number in range(2):
        alice.chat("bob", msg_id=f"before-{number}")
    with Outages(world.dynamodb) as outages:
        alice.chat("bob")
        as_ever = sorted(outages.sent)
    assert len(as_ever) == 6
    bob.ok("block", uid="carol")
    alice.ok("block", uid="bob")
    with Outages(world.dynamodb) as outages:
        alice.chat("bob")
        assert sorted(outages.sent) == as_ever
    bob.ok("block", uid="alice")
    with Outages(world.dynamodb) as outages:
        refused_at = alice.ask("chat", msgId="m", to="bob", **MESSAGE)
        assert refused_at["code"] == "PERMISSION_DENIED"
        assert outages.sent == ["BatchGetItem", "BatchGetItem"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("TransactionCanceledException", "TransactionConflict"),
        ("TransactionCanceledException", "ThrottlingError"),
        ("TransactionInProgressException", "None"),
    ],
)
def test_a_transaction_that_met_another_is_tried_again_by_the_client(
    code: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with moto_engine() as client:
        world = World(client, fresh_tables(client))
        bob = world.online("bob")

        def cancelled(**_: Any) -> None:
            error = refusal(code)
            error.response["CancellationReasons"] = [{"Code": "None"}, {"Code": reason}]
            raise error

        before = world.trace()
        monkeypatch.setattr(client, "transact_write_items", cancelled)
        assert bob.ask("block", uid="alice")["code"] == "UNAVAILABLE"
        assert world.trace() == before
        monkeypatch.undo()
        assert bob.ok("block", uid="alice")["blocked"] is True
