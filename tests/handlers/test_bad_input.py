"""Bad input: a reply that names the field and the rule, no trace in any table, and the socket stays open."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from catchup.commands import COMMANDS
from tests.support.engines import fresh_tables, moto_engine
from tests.support.world import Context, World, from_pb, to_pb

SESSION = "p:alice:bob"
CHAT: dict[str, Any] = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {"message": "hi"}}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One for all: these requests leave no trace. What the engine would say does not matter, it is never asked."""
    with moto_engine() as client:
        yield World(client, fresh_tables(client))


def deep(levels: int) -> dict[str, Any]:
    return {"a": deep(levels - 1)} if levels > 1 else {}


def refused(world: World, cmd: str, body: Any, code: str, field: str, **header: Any) -> dict[str, Any]:
    """Sends a request of alice's that must be refused; returns the error."""
    alice = world.phone("alice")
    before = world.trace()
    frame = {"cmd": cmd, "reqId": "7", "body": body, **header}
    answer = json.loads(alice.send_frame(json.dumps(frame), "chat" if cmd == "chat" else "sync", cmd))
    assert answer["code"] == code, answer
    assert answer["error"]["field"] == field, answer
    assert answer["reqId"] == "7"
    assert answer["error"]["rule"]
    assert answer["error"]["fix"]
    assert world.trace() == before
    error: dict[str, Any] = answer["error"]
    return error


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"msgId": ""}, "INVALID_ARGUMENT", "body.msgId"),
        ({"msgId": "x" * 65}, "INVALID_ARGUMENT", "body.msgId"),
        ({"msgId": "a b"}, "INVALID_ARGUMENT", "body.msgId"),
        ({"msgId": 5}, "INVALID_ARGUMENT", "body.msgId"),
        ({"msgId": "\ud800"}, "INVALID_ARGUMENT", "body.msgId"),
        ({"to": ""}, "INVALID_ARGUMENT", "body.to"),
        ({"to": "b:b"}, "INVALID_ARGUMENT", "body.to"),
        ({"to": "x" * 65}, "INVALID_ARGUMENT", "body.to"),
        ({"to": "b b"}, "INVALID_ARGUMENT", "body.to"),
        ({"from": "bob"}, "PERMISSION_DENIED", "body.from"),
        ({"chatType": 2, "to": "nowhere"}, "PERMISSION_DENIED", "body.to"),
        ({"chatType": 0}, "INVALID_ARGUMENT", "body.chatType"),
        ({"chatType": "x"}, "INVALID_ARGUMENT", "body.chatType"),
        ({"ackFlg": 2}, "INVALID_ARGUMENT", "body.ackFlg"),
        ({"v": 2}, "INVALID_ARGUMENT", "body.v"),
        ({"time": -1}, "INVALID_ARGUMENT", "body.time"),
        ({"time": 2**53}, "INVALID_ARGUMENT", "body.time"),
        ({"time": 2**70}, "INVALID_ARGUMENT", "body.time"),
        ({"time": "soon"}, "INVALID_ARGUMENT", "body.time"),
        ({"time": True}, "INVALID_ARGUMENT", "body.time"),
        ({"msg": None}, "INVALID_ARGUMENT", "body.msg"),
        ({"msg": "hello"}, "INVALID_ARGUMENT", "body.msg"),
        ({"msg": {"a": 10**400}}, "INVALID_ARGUMENT", "body.msg.a"),
        ({"time": 10**400}, "INVALID_ARGUMENT", "body.time"),
        ({"msg": deep(17)}, "INVALID_ARGUMENT", "body.msg"),
        ({"msg": deep(200)}, "INVALID_ARGUMENT", "body.msg"),
        ({"msg": {"message": "x" * 16_384}}, "INVALID_ARGUMENT", "body.msg"),
        ({"msg": {"message": "\u0001" * 3_000}}, "INVALID_ARGUMENT", "body.msg"),
    ],
)
def test_a_message_that_breaks_a_rule_is_refused(world: World, change: dict[str, Any], code: str, field: str) -> None:
    refused(world, "chat", {**CHAT, **change}, code, field)


@pytest.mark.parametrize("missing", ["msgId", "to", "chatType", "msg"])
def test_a_message_without_a_required_field_is_refused(world: World, missing: str) -> None:
    body = {name: value for name, value in CHAT.items() if name != missing}
    refused(world, "chat", body, "INVALID_ARGUMENT", f"body.{missing}")


@pytest.mark.parametrize("cmd", ["pull", "history"])
@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "INVALID_ARGUMENT", "body.sessionId"),
        ({"sessionId": "p:bob:alice"}, "INVALID_ARGUMENT", "body.sessionId"),
        ({"sessionId": "p:alice:b b"}, "INVALID_ARGUMENT", "body.sessionId"),
        ({"sessionId": "alice"}, "INVALID_ARGUMENT", "body.sessionId"),
        ({"sessionId": "p:alice:bob#0"}, "INVALID_ARGUMENT", "body.sessionId"),
        ({"sessionId": 7}, "INVALID_ARGUMENT", "body.sessionId"),
        ({"sessionId": "p:bob:carl"}, "PERMISSION_DENIED", "body.sessionId"),
        ({"sessionId": "g:team"}, "PERMISSION_DENIED", "body.sessionId"),
        ({"sessionId": SESSION, "limit": -1}, "INVALID_ARGUMENT", "body.limit"),
        ({"sessionId": SESSION, "limit": 101}, "INVALID_ARGUMENT", "body.limit"),
        ({"sessionId": SESSION, "limit": "all"}, "INVALID_ARGUMENT", "body.limit"),
        ({"sessionId": SESSION, "before": 1.5}, "INVALID_ARGUMENT", "body.before"),
        ({"sessionId": SESSION, "before": -1}, "INVALID_ARGUMENT", "body.before"),
        ({"sessionId": SESSION, "after": 2**60}, "INVALID_ARGUMENT", "body.after"),
    ],
)
def test_a_page_request_that_breaks_a_rule_is_refused(
    world: World, cmd: str, body: dict[str, Any], code: str, field: str
) -> None:
    refused(world, cmd, body, code, field)


@pytest.mark.parametrize(
    ("cmd", "body", "code", "field"),
    [
        ("pull", {"sessionId": SESSION, "ack": [0]}, "INVALID_ARGUMENT", "body.ack"),
        ("pull", {"sessionId": SESSION, "ack": [2**55]}, "INVALID_ARGUMENT", "body.ack"),
        ("pull", {"sessionId": SESSION, "ack": list(range(1, 102))}, "INVALID_ARGUMENT", "body.ack"),
        ("pull", {"sessionId": SESSION, "ack": ["one"]}, "INVALID_ARGUMENT", "body.ack"),
        ("pull", {"sessionId": SESSION, "ack": 1}, "INVALID_ARGUMENT", "body.ack"),
        ("ack", {}, "INVALID_ARGUMENT", "body.sessions"),
        ("ack", {"sessions": {SESSION: "all"}}, "INVALID_ARGUMENT", "body.sessions"),
        ("ack", {"sessions": {SESSION: [1]}}, "INVALID_ARGUMENT", "body.sessions"),
        ("ack", {"sessions": []}, "INVALID_ARGUMENT", "body.sessions"),
        ("ack", {"sessions": {SESSION: {"seqs": ["x"]}}}, "INVALID_ARGUMENT", "body.sessions.seqs"),
        ("ack", {"sessions": {SESSION: {"seqs": [-1]}}}, "INVALID_ARGUMENT", f"body.sessions.{SESSION}.seqs"),
        ("ack", {"sessions": {SESSION: {"received": -1}}}, "INVALID_ARGUMENT", f"body.sessions.{SESSION}.received"),
        ("ack", {"sessions": {SESSION: {"seqs": list(range(1, 102))}}}, "INVALID_ARGUMENT", "body.sessions"),
        ("settings", {"sessions": {SESSION: {"pinned": 5}}}, "INVALID_ARGUMENT", "body.sessions.pinned"),
        ("settings", {"sessions": {SESSION: {"mutedUntil": "x"}}}, "INVALID_ARGUMENT", "body.sessions.mutedUntil"),
        ("settings", {"sessions": {SESSION: {"at": {"seq": []}}}}, "INVALID_ARGUMENT", "body.sessions.at.seq"),
        ("clear", {}, "INVALID_ARGUMENT", "body.sessions"),
        ("clear", {"sessions": {SESSION: "all"}}, "INVALID_ARGUMENT", "body.sessions"),
        ("clear", {"sessions": {SESSION: -1}}, "INVALID_ARGUMENT", f"body.sessions.{SESSION}"),
        ("clear", {"sessions": {f"p:alice:b{n}": 1 for n in range(101)}}, "INVALID_ARGUMENT", "body.sessions"),
        ("counters", {"sessionIds": [f"p:alice:b{n}" for n in range(101)]}, "INVALID_ARGUMENT", "body.sessionIds"),
        ("counters", {"next": "7"}, "INVALID_ARGUMENT", "body.next"),
        ("sessions", {"limit": 101}, "INVALID_ARGUMENT", "body.limit"),
        ("sessions", {"next": "nonsense"}, "INVALID_ARGUMENT", "body.next"),
        ("login", [], "INVALID_ARGUMENT", "body"),
        ("ping", "now", "INVALID_ARGUMENT", "body"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(world: World, cmd: str, body: Any, code: str, field: str) -> None:
    refused(world, cmd, body, code, field)


@pytest.mark.parametrize(
    ("header", "code", "field"),
    [
        ({"uid": "bob"}, "PERMISSION_DENIED", "uid"),
        ({"uid": 7}, "INVALID_ARGUMENT", "uid"),
        ({"time": "now"}, "INVALID_ARGUMENT", "time"),
        ({"clientInfo": "MI 6X"}, "INVALID_ARGUMENT", "clientInfo"),
        ({"clientInfo": {"deviceId": 7}}, "INVALID_ARGUMENT", "clientInfo.deviceId"),
    ],
)
def test_a_header_that_breaks_a_rule_is_refused(world: World, header: dict[str, Any], code: str, field: str) -> None:
    refused(world, "chat", CHAT, code, field, **header)


@pytest.mark.parametrize("req_id", ["", "x" * 65, 7, ["a"]])
def test_a_req_id_that_breaks_a_rule_is_refused(world: World, req_id: Any) -> None:
    text = world.phone("alice").send_frame(json.dumps({"cmd": "ping", "reqId": req_id}), "sync", "ping")
    answer = json.loads(text)
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "reqId")
    assert "reqId" not in answer


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("", ""),
        ("hello", ""),
        ("[1, 2]", ""),
        ("null", ""),
        ('{"cmd": "log', ""),
        ('{"cmd": NaN}', ""),
        ("[" * 20_000, ""),
        ("{}", "cmd"),
        ('{"cmd": 7}', "cmd"),
        ('{"cmd": ""}', "cmd"),
        ("{" + '"a":{' * 5_000, ""),
    ],
)
def test_what_is_no_frame_is_answered(world: World, frame: str, field: str) -> None:
    answer = json.loads(world.phone("alice").send_frame(frame, "connection"))
    assert (answer["cmd"], answer["code"], answer["error"]["field"]) == ("error", "INVALID_ARGUMENT", field)


@pytest.mark.parametrize("cmd", ["shout", "Login", "$connect", "x" * 500, "chatAck"])
def test_an_unknown_cmd_is_answered_with_those_that_are_known(world: World, cmd: str) -> None:
    text = world.phone("alice").send_frame(json.dumps({"cmd": cmd, "reqId": "7"}), "connection")
    answer = json.loads(text)
    assert (answer["cmd"], answer["code"], answer["error"]["field"]) == ("error", "UNIMPLEMENTED", "cmd")
    assert answer["reqId"] == "7"
    assert "login" in answer["error"]["fix"]


@pytest.mark.parametrize(
    ("pb", "field"),
    [
        (7, "pb"),
        ("not base64!", "pb"),
        ("AAA", "pb"),
        ("AAAé", "pb"),
        ("\ud800", "pb"),
        (base64.b64encode(b"\xff\xff\xff").decode(), "pb"),
        (to_pb({"cmd": "ping"}), "cmd"),
    ],
)
def test_a_protobuf_frame_that_cannot_be_read_is_answered(world: World, pb: Any, field: str) -> None:
    alice = world.phone("alice")
    answer = json.loads(alice.send_frame(json.dumps({"cmd": "login", "pb": pb}), "sync", "login"))
    if "pb" in answer:
        answer = from_pb(answer["pb"])
    assert (answer["cmd"], answer["code"], answer["error"]["field"]) == ("login", "INVALID_ARGUMENT", field)


def test_a_protobuf_body_that_belongs_to_another_cmd_is_refused(world: World) -> None:
    from catchup.wire import catchup_pb2 as wire

    envelope = wire.Envelope(cmd="login", ping=wire.PingRequest())
    pb = base64.b64encode(envelope.SerializeToString()).decode()
    text = world.phone("alice", encoding="pb").send_frame(json.dumps({"cmd": "login", "pb": pb}), "sync", "login")
    answer = from_pb(json.loads(text)["pb"])
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body")


def test_a_protobuf_number_that_is_not_finite_is_refused(world: World) -> None:
    from catchup.wire import catchup_pb2 as wire

    envelope = wire.Envelope(cmd="chat", chat=wire.Message(msg_id="m", chat_type=1, to="bob"))
    envelope.chat.msg.fields["x"].number_value = float("nan")
    pb = base64.b64encode(envelope.SerializeToString()).decode()
    before = world.trace()
    text = world.phone("alice", encoding="pb").send_frame(json.dumps({"cmd": "chat", "pb": pb}), "chat", "chat")
    answer = from_pb(json.loads(text)["pb"])
    assert (answer["code"], answer["error"]["field"]) == ("INVALID_ARGUMENT", "body.msg.x")
    assert world.trace() == before


def test_unknown_fields_are_ignored(world: World) -> None:
    body = {**CHAT, "to": "dora", "colour": "blue", "seq": 99, "received": 5, "sessionId": "p:x:y"}
    answer = world.phone("alice").ask("chat", **body)
    assert (answer["code"], answer["body"]["seq"], answer["body"]["sessionId"]) == ("OK", 1, "p:alice:dora")


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_an_expired_token_ends_the_requests_of_its_connection(world: World, encoding: str) -> None:
    alice = world.phone("alice", encoding=encoding)
    alice.token_expires_at = 1
    before = world.trace()
    answer = alice.ask("chat", **CHAT)
    assert (answer["code"], answer["body"]["msgId"]) == ("UNAUTHENTICATED", "m")
    assert world.trace() == before


def test_a_request_with_no_time_left_is_told_to_come_again(world: World) -> None:
    answer = world.phone("alice").ask("chat", Context(remaining_ms=500), **CHAT)
    assert answer["code"] == "DEADLINE_EXCEEDED"
    assert answer["body"]["msgId"] == "m"


def test_a_fault_of_the_server_is_answered_without_its_details(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(**_: Any) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(world.dynamodb, "batch_get_item", explode)
    answer = world.phone("alice").ask("chat", **CHAT)
    assert answer["code"] == "INTERNAL"
    assert "secret" not in json.dumps(answer)


def test_the_answer_to_a_frame_that_is_too_long_finds_its_request(world: World) -> None:
    frame = {"cmd": "chat", "reqId": "7", "body": {**CHAT, "padding": "x" * 30_000}}
    before = world.trace()
    answer = json.loads(world.phone("alice").send_frame(json.dumps(frame), "chat", "chat"))
    assert (answer["cmd"], answer["reqId"], answer["code"]) == ("chatAck", "7", "INVALID_ARGUMENT")
    assert (answer["error"]["field"], answer["body"]["msgId"]) == ("", "m")
    assert world.trace() == before


def test_an_infinite_role_is_refused(world: World) -> None:
    frame = '{"cmd":"role","body":{"msgId":"m","groupId":"g","uid":"bob","role":-1E+999}}'
    error = json.loads(world.phone("alice").send_frame(frame, "group", "role"))["error"]
    assert (error["field"], error["rule"]) == ("body.role", "must be one of MEMBER, ADMIN, OWNER")


def test_digits_without_end_are_refused_where_they_stand_and_not_as_bad_json(world: World) -> None:
    frame = '{"cmd":"pull","reqId":"7","body":{"sessionId":"p:alice:bob","before":' + "9" * 5_000 + "}}"
    answer = json.loads(world.phone("alice").send_frame(frame, "sync", "pull"))
    assert (answer["cmd"], answer["reqId"], answer["error"]["field"]) == ("pull", "7", "body.before")


@pytest.mark.parametrize("spelling", ["1_0", "+3", "٣", " 3", "3\n", "1.0", "1e3", "0x3", "", "-", "9" * 5_000])
@pytest.mark.parametrize(
    ("cmd", "field", "place"),
    [
        ("pull", "body.before", {"before": None}),
        ("pull", "body.limit", {"limit": None}),
        ("pull", "body.ack", {"ack": [None]}),
        ("clear", "body.sessions", {"sessions": {"p:alice:bob": None}}),
        ("ack", "body.sessions.seqs", {"sessions": {"p:alice:bob": {"seqs": [1, None]}}}),
    ],
)
def test_a_number_in_a_string_has_digits_and_nothing_else(
    world: World, cmd: str, field: str, place: dict[str, Any], spelling: str
) -> None:
    text = json.dumps({"cmd": cmd, "body": {"sessionId": "p:alice:bob"} | place})
    error = json.loads(world.phone("alice").send_frame(text.replace("null", json.dumps(spelling)), "sync", cmd))[
        "error"
    ]
    assert (error["field"], "whole number" in error["rule"]) == (field, True)


@pytest.mark.parametrize("spelling", ['"0"', '"007"', "2.0", "1e1"])
def test_a_whole_number_may_be_written_otherwise(world: World, spelling: str) -> None:
    text = '{"cmd":"pull","body":{"sessionId":"p:alice:bob","limit":' + spelling + "}}"
    assert json.loads(world.phone("alice").send_frame(text, "sync", "pull"))["code"] == "OK"


def test_what_is_nested_too_deep_is_refused_in_words_of_the_protocol(world: World) -> None:
    text = '{"cmd":"ping","x":' + "[" * 9_000 + "]" * 9_000 + "}"
    error = json.loads(world.phone("alice").send_frame(text, "sync", "ping"))["error"]
    assert error["rule"] == "nested too deep to be read"


@pytest.mark.parametrize("field", ["seq", "sessionId", "received", "serverTime"])
@pytest.mark.parametrize("value", ["x", 5, [1], {"a": 1}])
def test_what_the_server_sets_is_ignored_whatever_it_is(world: World, field: str, value: Any) -> None:
    body = {**CHAT, "to": "elsa", "msgId": "ignored", field: value}
    assert world.phone("alice").ask("chat", **body)["code"] == "OK"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"cmd":"chat","reqId":"\\ud800","body":{}}', "reqId"),
        ('{"cmd":"chat","body":{"msgId":"\\ud800"}}', "body.msgId"),
        ('{"cmd":"chat","body":{"msgId":"m","msg":{"a":"\\ud800x"}}}', "body.msg"),
        ('{"cmd":"chat","body":{"msgId":"m","\\ud800":1}}', "body"),
        ('{"cmd":"role","body":{"msgId":"m","role":"\\udfff"}}', "body.role"),
        ('{"cmd":"chat","clientInfo":{"x\\udfff":1},"body":{"msgId":"m"}}', "clientInfo"),
    ],
)
def test_a_text_that_is_no_unicode_is_named_and_not_repeated(world: World, text: str, field: str) -> None:
    cmd = "role" if "role" in text else "chat"
    answer = world.phone("alice").send_frame(text, COMMANDS[cmd].function, cmd)
    error = json.loads(answer)["error"]
    assert (error["field"], error["rule"]) == (field, "must be valid Unicode")
    assert "?" not in answer


@pytest.mark.parametrize(
    ("function", "frame"),
    [
        ("sync", '{"cmd":"ping","reqId":"7","cmd":"chat"}'),
        ("chat", '{"cmd":"chat","reqId":"7","cmd":"ping"}'),
        ("connection", '{"cmd":"shout","reqId":"7","cmd":"ping"}'),
    ],
)
def test_a_frame_whose_second_cmd_belongs_to_another_route_is_refused(world: World, function: str, frame: str) -> None:
    answer = json.loads(world.phone("alice").send_frame(frame, function))
    assert (answer["code"], answer["error"]["field"], answer["reqId"]) == ("UNIMPLEMENTED", "cmd", "7")


@pytest.mark.parametrize(
    "lost", ["authorizer", "connectionId", "connectedAt", "uid", "deviceId", "encoding", "expiresAt"]
)
@pytest.mark.parametrize("instead", [None, "", [], "a b"])
def test_an_event_without_an_identity_is_refused(world: World, lost: str, instead: Any) -> None:
    if (lost, instead) == ("connectionId", "a b"):
        return
    event = world.phone("alice").event("MESSAGE", "chat", json.dumps({"cmd": "chat", "body": CHAT}))
    context = event["requestContext"]
    (context if lost in context else context["authorizer"])[lost] = instead
    before = world.trace()
    answer = json.loads(world.handlers["chat"](event, Context())["body"])
    assert answer["code"] == "UNAUTHENTICATED"
    assert world.trace() == before


@pytest.mark.parametrize("body", [None, 7, [], {"cmd": "login"}])
def test_an_event_without_a_text_is_answered(world: World, body: Any) -> None:
    event = {**world.phone("alice").event("MESSAGE", "login"), "body": body}
    assert json.loads(world.handlers["sync"](event, Context())["body"])["code"] == "INVALID_ARGUMENT"
