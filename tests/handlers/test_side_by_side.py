"""Two versions run side by side during a deployment: what the other one sends, queues and routes."""

import json

import pytest

from tests.support.world import Context, World
from tests.unit.test_released import HEAD_JOB, HINT_JOB, MESSAGE_JOB


@pytest.fixture
def room(world: World) -> World:
    world.phone("alice").change("create", "room", name="The room", uids=["bob"])
    world.queues.take(delayed=True)
    return world


def test_jobs_of_the_first_version_and_of_a_newer_one_are_pushed(room: World) -> None:
    bob = room.online("bob")
    newer = json.dumps({**json.loads(MESSAGE_JOB), "seq": 8, "priority": "high"})
    bodies = [MESSAGE_JOB, HINT_JOB, newer, json.dumps({**json.loads(HEAD_JOB), "only": False, "fromRoster": False})]
    records = [{"messageId": f"{number}", "body": body} for number, body in enumerate(bodies)]
    assert room.handlers["fanout"]({"Records": records}, Context()) == {"batchItemFailures": []}
    assert {push["body"]["seq"] for push in bob.pushes if push["cmd"] == "chat"} == {7, 8}


@pytest.mark.parametrize("function", ["sync", "chat", "group"])
def test_a_route_that_only_newer_code_has_is_answered_and_changes_nothing(room: World, function: str) -> None:
    before = room.trace()
    frame = json.dumps({"cmd": "react", "reqId": "7", "body": {"emoji": "x"}})
    answer = json.loads(room.phone("bob").send_frame(frame, function, "react"))
    assert (answer["code"], answer["reqId"]) == ("UNIMPLEMENTED", "7")
    assert room.trace() == before


def test_a_message_is_the_same_when_its_client_was_updated_between_two_attempts(room: World) -> None:
    alice = room.phone("alice")
    body = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {"message": "hello"}}
    first = alice.ok("chat", **body)
    assert alice.ok("chat", **body, replyTo="x")["seq"] == first["seq"]
