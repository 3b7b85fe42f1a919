"""Notes to oneself: stored once, never unread, on all own devices."""

import pytest

from tests.support.outages import Outages
from tests.support.world import World

NOTES = "p:alice:alice"


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("ack", [0, 1])
def test_a_note_is_stored_once_and_is_never_unread(world: World, encoding: str, ack: int) -> None:
    alice = world.online("alice", encoding=encoding)
    tablet = world.online("alice", "tablet", encoding=encoding)
    assert alice.chat("alice", "buy milk", ack)["sessionId"] == NOTES
    assert alice.chat("alice", "and bread", ack)["seq"] == 2
    assert [(len(world.rows(table))) for table in ("Message", "Inbox")] == [2, 0]
    assert len(tablet.pushes) == 2
    assert alice.pushes == []
    assert tablet.ok("login")["counters"] == {}
    counter = tablet.ok("counters", sessionIds=[NOTES])["counters"][NOTES]
    assert (counter["count"], counter["received"], counter["cleared"]) == (0, 0, 0)


def test_the_push_of_a_note_has_no_number(world: World) -> None:
    tablet = world.online("alice", "tablet")
    world.online("alice").chat("alice", "buy milk")
    (push,) = tablet.pushes
    assert push["uid"] == push["body"]["from"] == push["body"]["to"] == "alice"
    assert (push["body"]["sessionId"], push["body"]["seq"]) == (NOTES, 1)
    assert "received" not in push["body"]


def test_a_device_that_was_away_finds_notes_in_its_list_and_in_history(world: World) -> None:
    alice = world.online("alice")
    for number in range(3):
        alice.chat("alice", f"note {number}")
    tablet = world.online("alice", "tablet")
    (listed,) = tablet.ok("sessions")["sessions"]
    assert (listed["sessionId"], listed["lastSeq"], listed["received"], listed["cleared"]) == (NOTES, 3, 0, 0)
    page = tablet.ok("history", sessionId=NOTES)
    assert [message["seq"] for message in page["messages"]] == [3, 2, 1]
    assert (page["end"], page["endReason"]) == (True, "CAUGHT_UP")
    pulled = tablet.ok("pull", sessionId=NOTES, ack=[3])
    assert (pulled["messages"], pulled["end"], pulled["endReason"]) == ([], True, "CAUGHT_UP")
    assert tablet.ok("ack", sessions={NOTES: {"seqs": [1, 2], "received": 0}})["sessions"][NOTES]["code"] == "OK"
    assert tablet.ok("clear", sessions={NOTES: 0})["sessions"][NOTES]["code"] == "OK"
    assert tablet.ok("clear", sessions={NOTES: 1})["sessions"][NOTES]["code"] == "OUT_OF_RANGE"
    assert len(tablet.ok("history", sessionId=NOTES)["messages"]) == 3


def test_a_note_that_is_sent_again_is_the_same_and_changes_nothing(world: World) -> None:
    alice = world.online("alice")
    first = alice.chat("alice", "buy milk", msg_id="m")
    before = world.trace()
    assert alice.chat("alice", "buy milk", msg_id="m") == first
    assert world.trace() == before
    answer = alice.ask("chat", msgId="m", chatType=1, to="alice", msg={"message": "another"})
    assert answer["code"] == "ALREADY_EXISTS"
    answer = alice.ask("chat", msgId="m", chatType=1, ackFlg=1, to="bob", msg={"message": "buy milk"})
    assert answer["code"] == "ALREADY_EXISTS"
    assert world.trace() == before


@pytest.mark.parametrize("which", range(1, 6))
def test_a_note_whose_responses_are_lost_is_there_once(world: World, which: int) -> None:
    alice = world.online("alice")
    with Outages(world.dynamodb) as outages:
        outages.lose_response({"PutItem", "UpdateItem"}, which)
        assert alice.chat("alice", "buy milk", msg_id="m")["seq"] == 1
    assert alice.chat("alice", "buy milk", msg_id="m")["seq"] == 1
    assert alice.chat("alice", "and bread")["seq"] == 2
    assert len(world.rows("Message")) == 2


def test_notes_are_nobody_else_s(world: World) -> None:
    world.online("alice").chat("alice", "buy milk")
    bob = world.online("bob")
    for cmd in ("pull", "history"):
        assert bob.ask(cmd, sessionId=NOTES)["code"] == "PERMISSION_DENIED"
    for cmd, body in (("clear", {NOTES: 1}), ("ack", {NOTES: {"seqs": [1]}})):
        assert bob.ok(cmd, sessions=body)["sessions"][NOTES]["code"] == "PERMISSION_DENIED"
    assert bob.ok("counters", sessionIds=[NOTES])["counters"] == {}
    assert bob.ok("sessions")["sessions"] == []


def test_notes_and_chats_with_others_do_not_meet(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    alice.chat("alice", "buy milk")
    bob.chat("alice", "hello")
    alice.chat("bob", "hello")
    assert {row["sessionId"]["S"] for row in world.rows("Message")} == {NOTES, "p:alice:bob"}
    assert alice.ok("login")["counters"].keys() == {"p:alice:bob"}
    assert alice.ask("block", uid="alice")["code"] == "INVALID_ARGUMENT"
    bob.ok("block", uid="alice")
    assert alice.chat("alice", "blocked by bob")["seq"] == 2
