"""Messages whose content has a type."""

from typing import Any

import pytest

from tests.support.http import HttpClient
from tests.support.world import World

PLACE: dict[str, Any] = {"type": "location", "latitude": 48.8584, "longitude": 2.2945, "name": "Eiffel Tower"}
NOWHERE: dict[str, Any] = {"type": "location", "latitude": 100, "longitude": 2.2945}
SESSION = "p:alice:bob"


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_content_with_a_type_arrives_as_it_was_sent(world: World, encoding: str) -> None:
    alice, bob = world.phone("alice", encoding=encoding), world.online("bob")
    alice.ok("chat", msgId="m-1", chatType=1, ackFlg=1, to="bob", msg=PLACE)
    assert [push["body"]["msg"] for push in bob.pushes] == [PLACE]
    assert [message["msg"] for message in bob.ok("history", sessionId=SESSION)["messages"]] == [PLACE]


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_content_that_is_not_what_its_type_says_leaves_no_trace(world: World, encoding: str) -> None:
    alice = world.phone("alice", encoding=encoding)
    before = world.trace()
    for chat_type, to in ((1, "bob"), (2, "room")):
        answer = alice.ask("chat", msgId="m-1", chatType=chat_type, to=to, msg=NOWHERE)
        assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.msg.latitude")
    assert world.trace() == before


def test_an_edit_is_checked_like_a_new_message(world: World) -> None:
    alice = world.phone("alice")
    alice.ok("chat", msgId="m-1", chatType=1, ackFlg=1, to="bob", msg=PLACE)
    before = world.trace()
    answer = alice.ask("edit", msgId="e-1", sessionId=SESSION, seq=1, msg=NOWHERE)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.msg.latitude")
    assert world.trace() == before
    alice.ok("edit", msgId="e-1", sessionId=SESSION, seq=1, msg={**PLACE, "name": "The tower"})


def test_over_http_the_answer_names_the_field_too(world: World) -> None:
    answer = HttpClient(world, "alice").ask("chat", msgId="m-1", chatType=1, to="bob", msg=NOWHERE)
    assert answer["error"]["field"] == "body.msg.latitude"
