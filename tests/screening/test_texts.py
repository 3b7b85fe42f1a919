"""Texts are judged before anything is stored: refused or masked, in private chats and groups."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.outages import Outages, refusal
from tests.support.screening import BUCKET, KEY, MINUTE_MS, Lists, history, send
from tests.support.world import Phone, World

# ---------------------------------------------------------------- refused


@pytest.mark.parametrize("text", ["a bomb", "B.O.M.B", "b o m b", "买 炸 弹", "买炸弹", "ｂｏｍｂ"])
def test_a_refused_message_leaves_no_trace(world: World, alice: Phone, text: str) -> None:
    before = world.trace()
    answer = send(alice, text)
    assert (answer["code"], answer["error"]["field"], answer["body"]["msgId"]) == ("REJECTED", "body.msg", "m-1")
    assert "bomb" not in str(answer).lower()
    assert world.trace() == before


def test_a_refused_message_to_a_group_leaves_no_trace(world: World, room: str) -> None:
    bob, before = world.online("bob"), world.trace()
    assert send(world.phone("alice"), "a bomb", room, 2)["code"] == "REJECTED"
    assert world.trace() == before
    assert bob.pushes == []


def test_the_msg_id_of_a_refused_message_is_free(alice: Phone) -> None:
    assert send(alice, "a bomb")["code"] == "REJECTED"
    assert send(alice, "a balloon")["code"] == "OK"


def test_texts_are_judged_at_any_depth_and_names_are_not(alice: Phone) -> None:
    assert send(alice, {"cards": [{"title": ["x", "a bomb"]}]})["code"] == "REJECTED"
    assert send(alice, {"bomb": 1, "damn": True})["code"] == "OK"


def test_only_named_members_are_judged_if_they_are_named(make_world: Callable[..., World], lists: Lists) -> None:
    world = make_world(word_list_bucket=BUCKET, word_list_key=KEY, moderated_fields="message, caption")
    world.clients.lists = lists
    alice = world.phone("alice")
    assert send(alice, {"url": "https://example.org/bomb"})["code"] == "OK"
    assert send(alice, {"caption": {"text": "bomb"}}, msg_id="m-2")["code"] == "REJECTED"


def test_what_people_read_of_a_typed_content_is_judged_and_masked(alice: Phone) -> None:
    place = {"type": "location", "latitude": 1.5, "longitude": 2}
    assert send(alice, {**place, "name": "a damn place"})["body"]["msg"] == {**place, "name": "a **** place"}
    assert send(alice, {**place, "address": "bomb street"}, msg_id="m-2")["code"] == "REJECTED"


def test_ids_in_a_typed_content_are_not_judged(alice: Phone) -> None:
    assert "msg" not in send(alice, {"type": "card", "uid": "damn", "name": "Dan"})["body"]


def test_a_stranger_is_refused_before_the_text_is_judged(world: World, room: str) -> None:
    assert send(world.phone("mallory"), "a bomb", room, 2)["code"] == "PERMISSION_DENIED"


def test_the_name_of_a_group_is_judged(world: World, alice: Phone) -> None:
    for name in ("The bomb", "casino"):
        before = world.trace()
        answer = alice.ask("create", msgId="c-1", groupId="room", name=name)
        assert (answer["code"], answer["error"]["field"]) == ("REJECTED", "body.name")
        assert world.trace() == before


def test_the_name_of_a_group_is_masked_everywhere(world: World, alice: Phone) -> None:
    asked = {"msgId": "c-1", "groupId": "room", "name": "damn room", "uids": ["bob"]}
    ack = alice.ok("create", **asked)
    assert ack["msg"] == {"event": "create", "name": "**** room", "uids": ["bob"]}
    assert alice.ok("create", **asked) == ack
    (session,) = world.phone("bob").ok("sessions")["sessions"]
    assert session["group"]["name"] == "**** room"
    (message,) = world.phone("bob").ok("history", sessionId="g:room")["messages"]
    assert message["msg"]["name"] == "**** room"


# ---------------------------------------------------------------- masked


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("ack", [0, 1])
def test_a_masked_message_is_masked_for_everybody_and_its_sender_is_told(world: World, encoding: str, ack: int) -> None:
    bob, tablet = world.online("bob"), world.online("alice", "tablet")
    answer = send(world.phone("alice", encoding=encoding), "d.a-m n 你这笨蛋!", ack=ack)
    stored = {"message": "*.*-* * 你这**!"}
    assert (answer["code"], answer["body"]["seq"], answer["body"]["msg"]) == ("OK", 1, stored)
    for phone in (bob, tablet):
        (push,) = phone.pushes
        assert push["body"]["msg"] == stored
    assert history(bob) == history(tablet) == [stored["message"]]


def test_a_masked_message_waits_masked(world: World, alice: Phone) -> None:
    send(alice, "damn")
    (message,) = world.phone("bob").ok("login")["counters"]["p:alice:bob"]["lastMsg"]
    assert message["msg"] == {"message": "****"}


def test_a_masked_message_to_a_group_is_masked_for_everybody(world: World, room: str) -> None:
    bob = world.online("bob")
    answer = send(world.phone("alice"), "damn", room, 2)
    assert (answer["code"], answer["body"]["msg"]) == ("OK", {"message": "****"})
    (push,) = bob.pushes
    assert push["body"]["msg"] == {"message": "****"}
    assert history(bob, "g:room")[0] == "****"


@pytest.mark.parametrize(("to", "chat_type"), [("bob", 1), ("room", 2)])
def test_a_retry_of_a_masked_message_is_the_same_message(world: World, room: str, to: str, chat_type: int) -> None:
    alice = world.phone("alice")
    first = send(alice, "damn", to, chat_type)
    trace = world.trace()
    again = send(alice, "damn", to, chat_type)
    assert (again["code"], again["body"]) == ("OK", first["body"])
    assert world.trace() == trace
    assert send(alice, "****", to, chat_type)["code"] == "ALREADY_EXISTS"


def test_a_message_that_passes_is_acked_without_a_content(alice: Phone) -> None:
    assert "msg" not in send(alice, "hello")["body"]


# ---------------------------------------------------------------- retries


@pytest.mark.parametrize(("to", "chat_type"), [("bob", 1), ("room", 2)])
def test_a_message_in_its_place_is_not_judged_anew(
    world: World, room: str, lists: Lists, clock: Clock, to: str, chat_type: int
) -> None:
    alice = world.phone("alice")
    first = send(alice, "hello", to, chat_type)
    lists.put(REJECT=["hello"])
    clock.now_ms += MINUTE_MS
    again = send(alice, "hello", to, chat_type)
    assert (again["code"], again["body"]) == ("OK", first["body"])
    assert send(alice, "hello", to, chat_type, msg_id="m-2")["code"] == "REJECTED"


@pytest.mark.parametrize(("to", "chat_type"), [("bob", 1), ("room", 2)])
def test_a_retry_whose_first_attempt_found_no_place_is_masked_too(
    world: World, room: str, to: str, chat_type: int
) -> None:
    """The first attempt dies between Sent and Message."""
    alice = world.phone("alice")
    with Outages(world.dynamodb) as outages:
        outages.fail("PutItem", refusal("ThrottlingException"), after=1)
        assert send(alice, "damn", to, chat_type)["code"] == "UNAVAILABLE"
    assert send(alice, "damn", to, chat_type)["body"]["msg"] == {"message": "****"}
    session = "p:alice:bob" if chat_type == 1 else "g:room"
    assert history(alice, session)[0] == "****"


def test_a_retry_without_a_place_is_refused_if_the_lists_refuse_it_now(
    world: World, lists: Lists, clock: Clock
) -> None:
    alice = world.phone("alice")
    with Outages(world.dynamodb) as outages:
        outages.fail("PutItem", refusal("ThrottlingException"), after=1)
        assert send(alice, "hello")["code"] == "UNAVAILABLE"
    lists.put(REJECT=["hello"])
    clock.now_ms += MINUTE_MS
    assert send(alice, "hello")["code"] == "REJECTED"
    assert world.rows("Message") == []


def test_a_stale_read_does_not_refuse_what_is_in_its_place(world: World, lists: Lists, clock: Clock) -> None:
    """The first reads of the retry miss the message and the head; the lists refuse its text by now."""
    alice = world.phone("alice")
    first = send(alice, "hello")
    lists.put(REJECT=["hello"])
    clock.now_ms += MINUTE_MS
    read = world.dynamodb.batch_get_item
    late = {world.tables[name] for name in ("MessageTable", "SessionTable")}

    def stale(**arguments: Any) -> Any:
        answer, asked = read(**arguments), arguments["RequestItems"]
        for table in late & {name for name, keys in asked.items() if not keys["ConsistentRead"]}:
            answer["Responses"][table] = []
        return answer

    world.dynamodb.batch_get_item = stale
    try:
        again = send(alice, "hello")
    finally:
        world.dynamodb.batch_get_item = read
    assert (again["code"], again["body"]) == ("OK", first["body"])
