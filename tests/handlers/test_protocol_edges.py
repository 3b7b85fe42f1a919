"""What docs/protocol.md says of the edges, and what a stranger who writes a client would ask."""

import base64
import json
from typing import Any

import pytest

from catchup.wire import catchup_pb2 as pb
from tests.support.world import Phone, World

SESSION = "p:alice:bob"
HIGHEST = 2**53 - 1


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def bob(world: World) -> Phone:
    return world.online("bob")


def seqs(page: dict[str, Any]) -> list[int]:
    return [message["seq"] for message in page["messages"]]


def counter(phone: Phone, session: str) -> Any:
    return phone.ok("login")["counters"].get(session)


# ---------------------------------------------------------------- counters and page zero


def test_the_last_messages_of_a_group_have_own_and_cleared_ones(alice: Phone, bob: Phone) -> None:
    alice.change("create", "room", uids=["bob"])
    for _ in range(2):
        alice.say("room")
    bob.ok("clear", sessions={"g:room": 1})
    bob.say("room")
    told = counter(bob, "g:room")
    assert [message["from"] for message in told["lastMsg"]] == ["bob", "alice", "alice", "alice"]
    assert told["lastMsg"][-1]["type"] == "system"
    # What came since the clear, less the own one.
    assert (told["received"], told["cleared"], told["own"], told["count"]) == (3, 1, [3], 1)


def test_messages_wait_though_they_are_cleared_and_read_and_login_says_nothing(world: World, bob: Phone) -> None:
    phone = world.phone("alice")
    bob.chat("alice")
    phone.ok("clear", sessions={SESSION: 1})
    phone.ok("read", sessions={SESSION: {"seq": 1, "received": 1}})
    tablet = world.phone("alice", "tablet")
    assert tablet.ok("login")["counters"] == {}
    assert seqs(tablet.ok("pull", sessionId=SESSION)) == [1]


def test_cleared_messages_are_in_page_zero_until_they_are_acked(world: World, bob: Phone) -> None:
    phone = world.phone("alice")
    bob.chat("alice")
    phone.ok("clear", sessions={SESSION: 1})
    bob.chat("alice")
    told = counter(phone, SESSION)
    assert (told["count"], [message["seq"] for message in told["lastMsg"]]) == (1, [2, 1])


def test_the_time_of_an_ack_is_when_the_server_accepted_the_message(alice: Phone, bob: Phone) -> None:
    sent = alice.chat("bob", msg_id="m")
    assert sent["time"] == bob.pushes[-1]["body"]["serverTime"]
    assert sent["time"] == alice.ok("history", sessionId=SESSION)["messages"][0]["serverTime"]
    assert alice.chat("bob", msg_id="m")["time"] == sent["time"]


# ---------------------------------------------------------------- bounds


@pytest.mark.parametrize("cmd", ["pull", "history"])
@pytest.mark.parametrize(
    "bounds", [{"before": 0}, {"before": 1}, {"after": HIGHEST}, {"before": 2, "after": 2}, {"before": 1, "after": 7}]
)
def test_where_nothing_lies_between_the_bounds_a_page_is_empty(
    world: World, bob: Phone, cmd: str, bounds: dict[str, int]
) -> None:
    bob.chat("alice")
    page = world.phone("alice").ok(cmd, sessionId=SESSION, **bounds)
    assert (page["messages"], page["end"], page["endReason"]) == ([], True, "CAUGHT_UP")


@pytest.mark.parametrize("cmd", ["pull", "history"])
@pytest.mark.parametrize("bounds", [{"after": 0}, {"before": HIGHEST}, {"after": 0, "before": 2}])
def test_bounds_need_not_be_seqs_that_exist(world: World, bob: Phone, cmd: str, bounds: dict[str, int]) -> None:
    bob.chat("alice")
    assert seqs(world.phone("alice").ok(cmd, sessionId=SESSION, **bounds)) == [1]


@pytest.mark.parametrize("cmd", ["pull", "history"])
@pytest.mark.parametrize("bounds", [{"before": -1}, {"after": -1}, {"before": HIGHEST + 1}, {"after": HIGHEST + 1}])
def test_bounds_are_from_0_to_what_a_double_holds(alice: Phone, cmd: str, bounds: dict[str, Any]) -> None:
    answer = alice.ask(cmd, sessionId=SESSION, **bounds)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", f"body.{next(iter(bounds))}")


def test_seqs_to_ack_begin_at_1_and_may_be_named_twice_or_not_be_there(world: World, bob: Phone) -> None:
    bob.chat("alice")
    alice = world.phone("alice")
    assert alice.ask("pull", sessionId=SESSION, ack=[0])["code"] == "INVALID_ARGUMENT"
    assert alice.ask("ack", sessions={SESSION: {"seqs": [0]}})["code"] == "INVALID_ARGUMENT"
    assert seqs(alice.ok("pull", sessionId=SESSION, ack=[1, 1, 99, HIGHEST])) == []
    assert alice.ok("ack", sessions={SESSION: {"seqs": []}})["sessions"][SESSION]["code"] == "OK"


@pytest.mark.parametrize("cmd", ["clear", "ack"])
def test_a_frame_that_names_no_session_is_refused(alice: Phone, cmd: str) -> None:
    assert alice.ask(cmd, sessions={})["code"] == "INVALID_ARGUMENT"


def test_counters_of_no_named_session_are_all_that_a_login_tells(alice: Phone, world: World) -> None:
    world.online("bob").chat("alice")
    before = world.rows("Presence")
    told = alice.ok("counters", sessionIds=[])
    assert world.rows("Presence") == before
    assert told == alice.ok("login")


# ---------------------------------------------------------------- where a member's range begins


@pytest.mark.parametrize("cmd", ["pull", "history"])
@pytest.mark.parametrize(
    ("open_history", "first", "reason"), [(False, 3, "JOIN_POINT"), (True, 1, "CAUGHT_UP")], ids=["closed", "open"]
)
def test_a_joiners_range_begins_where_they_joined(
    world: World, alice: Phone, cmd: str, open_history: bool, first: int, reason: str
) -> None:
    alice.change("create", "room", open=True, openHistory=open_history)
    alice.say("room")
    bob = world.phone("bob")
    assert bob.change("join", "room")["seq"] == 3
    alice.say("room")
    page = bob.ok(cmd, sessionId="g:room")
    assert (seqs(page)[-1], page["end"], page["endReason"]) == (first, True, reason)
    (listed,) = bob.ok("sessions")["sessions"]
    assert listed["group"]["joined"] == 3


def test_history_from_below_begins_where_one_joined_and_is_then_caught_up(world: World, alice: Phone) -> None:
    alice.change("create", "room", open=True)
    alice.say("room")
    bob = world.phone("bob")
    bob.change("join", "room")
    page = bob.ok("history", sessionId="g:room", after=0)
    assert (seqs(page), page["end"], page["endReason"]) == ([3], True, "CAUGHT_UP")


def test_whoever_comes_back_begins_anew(world: World, alice: Phone) -> None:
    alice.change("create", "room", uids=["bob"], open=True)
    bob = world.phone("bob")
    bob.change("leave", "room")
    alice.say("room")
    assert bob.change("join", "room")["seq"] == 4
    page = bob.ok("pull", sessionId="g:room")
    assert (seqs(page), page["endReason"]) == ([4], "JOIN_POINT")


# ---------------------------------------------------------------- names that come twice, msgIds that were refused


def test_a_uid_that_is_named_twice_is_taken_once(world: World, alice: Phone, bob: Phone) -> None:
    alice.change("create", "room", uids=["bob", "carol", "bob"])
    assert bob.pushes[-1]["body"]["msg"]["uids"] == ["bob", "carol"]
    alice.change("add", "room", uids=["dave", "dave"])
    alice.change("remove", "room", uids=["dave", "dave"])
    assert bob.pushes[-1]["body"]["msg"]["uids"] == ["dave"]
    alice.say("room", at=["bob", "bob"])
    assert bob.pushes[-1]["body"]["at"] == ["bob"]
    (listed,) = bob.ok("sessions")["sessions"]
    assert listed["group"]["members"] == 3


@pytest.mark.parametrize("cmd", ["create", "add", "remove"])
def test_uids_are_counted_before_those_that_come_twice_are_left_out(alice: Phone, cmd: str) -> None:
    answer = alice.ask(cmd, msgId="c", groupId="room", uids=["bob"] * 51)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.uids")


def test_a_msg_id_that_was_refused_is_free(world: World, alice: Phone, bob: Phone) -> None:
    bob.ok("block", uid="alice")
    message: dict[str, Any] = {"msgId": "m", "chatType": 1, "to": "bob", "msg": {"message": "hello"}}
    assert alice.ask("chat", **message)["code"] == "PERMISSION_DENIED"
    assert alice.ask("chat", **{**message, "msg": "hello"})["code"] == "INVALID_ARGUMENT"
    assert alice.ask("chat", **{**message, "to": "carol", "msg": {"message": "another"}})["code"] == "OK"


# ---------------------------------------------------------------- texts that are none


@pytest.mark.parametrize(
    ("cmd", "body", "field"),
    [
        ("chat", '{"msgId":"m","chatType":1,"to":"bob","msg":{"a":"\\ud800"}}', "body.msg"),
        ("chat", '{"msgId":"m","chatType":1,"to":"bob","msg":{"a":["x\\udfff"]}}', "body.msg"),
        ("chat", '{"msgId":"m","chatType":1,"to":"bob","msg":{"\\ud800":1}}', "body.msg"),
        ("chat", '{"msgId":"m","chatType":1,"to":"bob","msg":{},"\\ud800":1}', "body"),
        ("chat", '{"msgId":"m","chatType":2,"to":"room","msg":{},"at":["\\ud800"]}', "body.at"),
        ("create", '{"msgId":"m","groupId":"room","name":"\\ud83d"}', "body.name"),
        ("pull", '{"sessionId":"p:alice:\\ud800"}', "body.sessionId"),
        ("clear", '{"sessions":{"p:alice:\\ud800":1}}', "body.sessions"),
        ("counters", '{"sessionIds":["\\ud800"]}', "body.sessionIds"),
    ],
)
def test_a_lone_surrogate_is_refused_wherever_it_stands(
    world: World, alice: Phone, cmd: str, body: str, field: str
) -> None:
    before = world.trace()
    function = {"chat": "chat", "create": "group"}.get(cmd, "sync")
    answer = json.loads(alice.send_frame(f'{{"cmd":"{cmd}","reqId":"7","body":{body}}}', function, cmd))
    assert (answer["code"], answer["error"]["field"], answer["reqId"]) == ("INVALID_ARGUMENT", field, "7")
    assert "Unicode" in answer["error"]["rule"]
    assert world.trace() == before


def test_a_surrogate_in_a_req_id_is_not_repeated(alice: Phone) -> None:
    answer = json.loads(alice.send_frame('{"cmd":"ping","reqId":"\\ud800"}', "sync", "ping"))
    assert (answer["code"], answer["error"]["field"], "reqId" in answer) == ("INVALID_ARGUMENT", "reqId", False)


@pytest.mark.parametrize("place", ["msg", "to", "req_id"])
def test_a_surrogate_in_protobuf_is_refused_in_the_json_form(world: World, alice: Phone, place: str) -> None:
    envelope = pb.Envelope(cmd="chat", req_id="7")
    envelope.chat.msg_id, envelope.chat.chat_type, envelope.chat.to = "m", 1, "bob"
    envelope.chat.msg.update({"a": "zzz" if place == "msg" else "x"})
    if place == "to":
        envelope.chat.to = "zzz"
    if place == "req_id":
        envelope.req_id = "zzz"
    before = world.trace()
    text = base64.b64encode(envelope.SerializeToString().replace(b"zzz", b"\xed\xa0\x80")).decode()
    answer = json.loads(alice.send_frame(json.dumps({"cmd": "chat", "pb": text}), "chat", "chat"))
    assert (answer["code"], answer["error"]["field"], "reqId" in answer) == ("INVALID_ARGUMENT", "pb", False)
    assert "UTF-8" in answer["error"]["rule"]
    assert world.trace() == before


def test_a_pair_of_surrogates_is_a_character(alice: Phone, bob: Phone) -> None:
    frame = '{"cmd":"chat","body":{"msgId":"m","chatType":1,"ackFlg":1,"to":"bob","msg":{"a":"\\ud83d\\ude00"}}}'
    assert json.loads(alice.send_frame(frame, "chat", "chat"))["code"] == "OK"
    assert bob.pushes[-1]["body"]["msg"] == {"a": "\U0001f600"}
