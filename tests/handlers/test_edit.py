"""A message is edited."""

from typing import Any

import pytest

from tests.handlers.test_recall import ROOM, SECRET, SESSION, recall, stored, told
from tests.support.clock import Clock
from tests.support.killing import Killed, killed_at
from tests.support.world import Phone, World

NEW = {"message": "what I meant"}


def edit(phone: Phone, seq: int, session: str = SESSION, msg_id: str = "e-1", **more: Any) -> dict[str, Any]:
    """The answer to an edit."""
    return phone.ask("edit", **{"msgId": msg_id, "sessionId": session, "seq": seq, "msg": NEW, **more})


@pytest.fixture
def alice(world: World) -> Phone:
    return world.phone("alice")


@pytest.fixture
def room(world: World) -> Phone:
    """A group of Alice, who owns it, Bob and Carol."""
    owner = world.phone("alice")
    owner.change("create", "room", uids=["bob", "carol"])
    return owner


def test_an_edited_message_has_its_new_content_everywhere(world: World, alice: Phone) -> None:
    alice.chat("bob", SECRET)
    answer = edit(alice, 1)
    assert (answer["code"], answer["body"]["seq"], answer["body"].get("msg")) == ("OK", 2, None)
    assert SECRET not in stored(world)
    bob = world.phone("bob")
    for page in (bob.ok("pull", sessionId=SESSION), bob.ok("history", sessionId=SESSION)):
        notice, message = page["messages"]
        assert (message["msg"], message["revised"], message["number"]) == (NEW, 2, 1)
        assert (notice["type"], notice["quiet"], notice["ref"]) == (
            "edit",
            True,
            {"seq": 1, "number": 1, "uid": "alice"},
        )
        assert not notice.get("msg"), "the text has one place, so that a recall removes it"


def test_an_edit_counts_for_nobody_again(world: World, alice: Phone) -> None:
    alice.chat("bob")
    edit(alice, 1)
    counter = told(world, "bob")
    assert counter is not None
    assert (counter["count"], counter["received"], counter.get("recalled")) == (1, 1, None)
    bob = world.phone("bob")
    bob.ok("clear", sessions={SESSION: 1})
    edit(alice, 1, msg_id="e-2")
    counter = told(world, "bob")
    assert counter is not None
    assert counter["count"] == 0


def test_an_edit_is_pushed_with_the_new_content(world: World, alice: Phone) -> None:
    alice.chat("bob")
    bob, tablet = world.online("bob"), world.online("alice", "tablet")
    edit(alice, 1)
    for phone in (bob, tablet):
        (push,) = phone.pushes
        assert (push["body"]["type"], push["body"]["msg"], push["body"]["ref"]["seq"]) == ("edit", NEW, 1)


def test_of_two_edits_the_last_one_in_the_order_of_the_session_stays(world: World, alice: Phone) -> None:
    alice.chat("bob")
    first, second = {"message": "first"}, {"message": "second"}
    # The first has its place, and its author dies before history changes.
    with killed_at(world, 4), pytest.raises(Killed):
        edit(alice, 1, msg_id="e-1", msg=first)
    assert edit(alice, 1, msg_id="e-2", msg=second)["code"] == "OK"
    assert edit(alice, 1, msg_id="e-1", msg=first)["code"] == "OK"
    for cmd in ("pull", "history"):
        message = world.phone("bob").ok(cmd, sessionId=SESSION)["messages"][-1]
        assert (message["seq"], message["msg"], message["revised"]) == (1, second, 3)


def test_the_same_edit_again_has_the_same_answer(world: World, alice: Phone) -> None:
    alice.chat("bob")
    first = edit(alice, 1)
    trace = world.trace()
    assert edit(alice, 1)["body"] == first["body"]
    assert world.trace() == trace
    assert edit(alice, 1, msg={"message": "other"})["code"] == "ALREADY_EXISTS"


def test_what_was_recalled_is_not_edited(world: World, alice: Phone) -> None:
    alice.chat("bob")
    recall(alice, 1)
    answer = edit(alice, 1)
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.seq")


def test_a_recall_removes_what_an_edit_said_too(world: World, alice: Phone) -> None:
    alice.chat("bob")
    edit(alice, 1, msg={"message": SECRET})
    recall(alice, 1)
    assert SECRET not in stored(world)
    assert edit(alice, 1, msg={"message": SECRET})["code"] == "OK", "it was accepted before"
    assert SECRET not in stored(world)


def test_an_edit_that_passes_a_recall_whose_author_died_brings_nothing_back(world: World, alice: Phone) -> None:
    seq = alice.chat("bob")["seq"]
    # The recall has its place, and its author dies before history changes.
    with killed_at(world, 4), pytest.raises(Killed):
        recall(alice, seq, SESSION)
    tablet = world.phone("alice", "tablet")
    assert edit(tablet, seq, msg={"message": SECRET})["code"] == "OK"
    assert recall(alice, seq, SESSION)["code"] == "OK"
    assert SECRET not in stored(world)
    shown = world.phone("bob").ok("history", sessionId=SESSION)["messages"][-1]
    assert (shown["seq"], shown["recalled"], shown["revised"]) == (seq, True, seq + 2), "the highest is shown"
    assert edit(tablet, seq, msg={"message": SECRET})["code"] == "OK"
    assert SECRET not in stored(world)


def test_only_its_author_edits_a_message_also_in_a_group(world: World, room: Phone) -> None:
    seq = world.phone("bob").say("room")["seq"]
    answer = edit(room, seq, ROOM)
    assert (answer["code"], answer["error"]["field"]) == ("PERMISSION_DENIED", "body.seq")
    assert edit(world.phone("bob"), seq, ROOM)["code"] == "OK"


def test_the_servers_clock_says_how_old_a_message_is(world: World) -> None:
    clock = Clock()
    world = World(world.dynamodb, world.tables, clock)
    alice, limit = world.phone("alice"), world.settings.edit_seconds
    alice.chat("bob")
    clock.now_ms += limit * 1_000
    assert edit(alice, 1)["code"] == "OK"
    clock.now_ms += 1
    answer = edit(alice, 1, msg_id="e-2")
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.seq")


def test_an_edit_has_content_of_the_size_of_a_message(world: World, alice: Phone) -> None:
    alice.chat("bob")
    answer = alice.ask("edit", msgId="e-1", sessionId=SESSION, seq=1)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.msg")
    answer = edit(alice, 1, msg={"message": "x" * 16_384})
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.msg")
    answer = edit(alice, 1, at=["bob"])
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.at")


@pytest.mark.parametrize("call", range(1, 12))
@pytest.mark.parametrize("session", [SESSION, ROOM])
def test_an_edit_that_died_is_finished_by_its_retry(world: World, room: Phone, call: int, session: str) -> None:
    seq = room.chat("bob", SECRET)["seq"] if session == SESSION else room.say("room", SECRET, at=["bob"])["seq"]
    try:
        with killed_at(world, call):
            edit(room, seq, session)
    except Killed:
        pass
    assert edit(room, seq, session)["code"] == "OK"
    assert SECRET not in stored(world)
    counter = told(world, "bob", session)
    assert counter is not None
    assert (counter["count"], counter.get("mentions")) == (1, None)
    message = next(each for each in counter["lastMsg"] if each["seq"] == seq)
    assert message["msg"] == NEW


def test_an_edit_keeps_the_mentions_that_it_names_and_adds_none(world: World, room: Phone) -> None:
    seq = room.say("room", at=["bob", "carol"])["seq"]
    answer = edit(room, seq, ROOM, at=["dave"])
    assert (answer["code"], answer["error"]["field"]) == ("FAILED_PRECONDITION", "body.at")
    assert edit(room, seq, ROOM, atAll=True)["code"] == "FAILED_PRECONDITION"
    assert edit(room, seq, ROOM, at=["bob"])["code"] == "OK"
    bobs, carols = told(world, "bob", ROOM), told(world, "carol", ROOM)
    assert bobs is not None
    assert carols is not None
    assert (bobs["mentions"], carols.get("mentions")) == ([seq], None)
    message = world.phone("carol").ok("history", sessionId=ROOM)["messages"][1]
    assert message["at"] == ["bob"]


def test_an_edit_in_a_group_reaches_those_online_and_those_away(world: World, room: Phone) -> None:
    seq = room.say("room", SECRET)["seq"]
    world.phone("carol").ok("clear", sessions={ROOM: 1})
    bob = world.online("bob")
    assert edit(room, seq, ROOM)["code"] == "OK"
    (push,) = bob.pushes
    assert (push["body"]["type"], push["body"]["msg"]) == ("edit", NEW)
    counter = told(world, "carol", ROOM)
    assert counter is not None
    assert (counter["count"], counter["received"]) == (0, 1)
    assert SECRET not in stored(world)
