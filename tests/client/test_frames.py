"""Both encodings of every frame, and what must be ignored."""

import json
import re
from pathlib import Path

import pytest

from catchup_client import (
    Code,
    Encoding,
    EndReason,
    InvalidInput,
    MsgId,
    ProtocolViolation,
    Received,
    Seq,
    SessionId,
    Uid,
)
from catchup_client.protocol import frames, requests
from catchup_client.protocol.model import (
    Answer,
    ChatAck,
    CountersReply,
    Outgoing,
    Page,
    PlatformError,
    Pong,
    Push,
    ResultsReply,
    SessionsReply,
    Unknown,
)
from tests.client import fake_wire

SESSION = SessionId("p:alice:bob")
MESSAGE = {
    "v": 1,
    "msgId": "m1",
    "chatType": 1,
    "ackFlg": 1,
    "from": "alice",
    "to": "bob",
    "time": 1554964793813,
    "msg": {"message": "hällo", "list": [1, 2.5, True, None, {"deep": []}]},
    "sessionId": SESSION,
    "seq": 9_007_199_254_740_991,
    "serverTime": 1554964794290,
}
COUNTER = {"count": 2, "lastMsg": [MESSAGE], "timestamp": 3, "received": 5, "cleared": 3, "lastSeq": 8, "own": [7]}
BODIES = {
    "login": {"counters": {SESSION: COUNTER}, "next": "more"},
    "counters": {"counters": {}, "next": ""},
    "clear": {"sessions": {SESSION: {"code": "OUT_OF_RANGE", "remaining": []}}},
    "ack": {"sessions": {SESSION: {"code": "OK", "remaining": [3, 4]}}},
    "chatAck": {"msgId": "m1", "sessionId": SESSION, "seq": 1, "time": 2},
    "pull": {"sessionId": SESSION, "messages": [MESSAGE], "end": False, "endReason": "NOT_END", "remaining": [9],
             "resumeBefore": 4},
    "history": {"sessionId": SESSION, "messages": [], "end": True, "endReason": "RETENTION", "remaining": [],
                "resumeAfter": 5},
    "sessions": {"sessions": [{"sessionId": SESSION, "received": 1, "cleared": 2, "lastSeq": 3, "timestamp": 4}],
                 "next": "n", "end": False, "endReason": "NOT_END"},
    "pong": {},
}  # fmt: skip
TYPES = {
    "login": CountersReply,
    "counters": CountersReply,
    "clear": ResultsReply,
    "ack": ResultsReply,
    "chatAck": ChatAck,
    "pull": Page,
    "history": Page,
    "sessions": SessionsReply,
    "pong": Pong,
}


@pytest.mark.parametrize("cmd", BODIES)
def test_an_answer_reads_the_same_in_both_encodings(cmd: str) -> None:
    frame = {"cmd": cmd, "time": 1, "reqId": "7", "code": "OK", "body": BODIES[cmd]}
    in_json, in_protobuf = (frames.decode(fake_wire.write(frame, encoding.value)) for encoding in Encoding)
    assert in_json == in_protobuf
    assert isinstance(in_json, Answer)
    assert isinstance(in_json.body, TYPES[cmd])
    assert (in_json.req_id, in_json.code) == ("7", Code.OK)


@pytest.mark.parametrize("received", [None, 3])
def test_a_push_reads_the_same_in_both_encodings(received: int | None) -> None:
    body = MESSAGE if received is None else {**MESSAGE, "received": received}
    frame = {"cmd": "chat", "time": 1, "uid": "alice", "body": body}
    in_json, in_protobuf = (frames.decode(fake_wire.write(frame, encoding.value)) for encoding in Encoding)
    assert in_json == in_protobuf
    assert isinstance(in_json, Push)
    message = in_json.message
    assert (message.sender, message.recipient, message.seq, message.received) == ("alice", "bob", 2**53 - 1, received)
    assert message.content == MESSAGE["msg"]
    assert message.wants_ack


def test_an_error_reads_the_same_in_both_encodings() -> None:
    error = {"field": "body.to", "rule": "must match", "fix": "send the uid"}
    body = {"msgId": "m1", "sessionId": "", "seq": 0, "time": 0}
    frame = {"cmd": "chatAck", "time": 1, "reqId": "9", "code": "INVALID_ARGUMENT", "error": error, "body": body}
    in_json, in_protobuf = (frames.decode(fake_wire.write(frame, encoding.value)) for encoding in Encoding)
    assert in_json == in_protobuf
    assert isinstance(in_json, Answer)
    assert (in_json.code, in_json.fault.field, in_json.body) == (Code.INVALID_ARGUMENT, "body.to", None)


OUTGOING = Outgoing(MsgId("m1"), SESSION, Uid("bob"), {"message": "hello"}, wants_ack=True, time_ms=5)
REQUESTS = [
    (requests.Login(), {}),
    (requests.Ping(), {}),
    (requests.Counters((SESSION,)), {"sessionIds": [SESSION]}),
    (requests.Counters(next="more"), {"next": "more"}),
    (requests.Clear({SESSION: Received(7)}), {"sessions": {SESSION: 7}}),
    (
        requests.Chat(OUTGOING),
        {"v": 1, "msgId": "m1", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 5, "msg": {"message": "hello"}},
    ),
    (
        requests.Ack({SESSION: requests.SessionAck((Seq(3), Seq(2)), Received(3))}),
        {"sessions": {SESSION: {"seqs": [3, 2], "received": 3}}},
    ),
    (requests.Ack({SESSION: requests.SessionAck((Seq(3),))}), {"sessions": {SESSION: {"seqs": [3]}}}),
    (
        requests.Pull(SESSION, 20, ack=(Seq(1),), before=Seq(9)),
        {"sessionId": SESSION, "limit": 20, "ack": [1], "before": 9},
    ),
    (requests.History(SESSION, 20, after=Seq(0)), {"sessionId": SESSION, "limit": 20, "after": 0}),
    (requests.Sessions(50, "n"), {"limit": 50, "next": "n"}),
]


@pytest.mark.parametrize(("request_", "body"), REQUESTS, ids=[type(request).__name__ for request, _ in REQUESTS])
@pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)
def test_a_request_says_the_same_in_both_encodings(
    request_: requests.Request, body: dict[str, object], encoding: Encoding
) -> None:
    frame, used = fake_wire.read(frames.encode(request_, encoding, "7", 1554964794220))
    assert used == encoding.value
    assert (frame["cmd"], frame["reqId"], frame["time"]) == (request_.cmd, "7", 1554964794220)
    assert {name: value for name, value in frame["body"].items() if name in body} == body
    defaults = [value for name, value in frame["body"].items() if name not in body]
    assert not any(defaults), "only what proto3 prints for absent fields may be added"


def test_a_frame_over_the_limit_is_never_sent() -> None:
    many = {SessionId(f"p:{'a' * 64}:{number:064}"): Received(1) for number in range(300)}
    with pytest.raises(InvalidInput, match="at most 30000 bytes"):
        frames.encode(requests.Clear(many), Encoding.JSON, "1", 0)
    hundred = dict(list(many.items())[:100])
    assert len(frames.encode(requests.Clear(hundred), Encoding.PROTOBUF, "1", 0)) < 30_000


def test_unknown_fields_codes_and_pushes_are_ignored() -> None:
    assert frames.decode('{"cmd": "typing", "body": {"who": "alice"}}') == Unknown("typing")
    answer = frames.decode('{"cmd": "pong", "reqId": "1", "code": "OK", "mood": 1, "body": {"new": [1]}}')
    assert isinstance(answer, Answer)
    assert answer.body == Pong()
    later = frames.decode('{"cmd": "pull", "reqId": "1", "code": "TEAPOT"}')
    assert isinstance(later, Answer)
    assert later.code is Code.UNKNOWN
    page = {"sessionId": SESSION, "messages": [], "end": True, "endReason": "BLUE_MOON", "remaining": []}
    ended = frames.decode(json.dumps({"cmd": "pull", "reqId": "1", "code": "OK", "body": page}))
    assert isinstance(ended, Answer)
    assert isinstance(ended.body, Page)
    assert (ended.body.end, ended.body.end_reason) == (True, EndReason.NOT_END)


def test_the_platforms_own_frame_is_recognised() -> None:
    text = '{"message": "Internal server error", "connectionId": "L0SM9cOFvHcCIhw=", "requestId": "L0SNAH"}'
    assert frames.decode(text) == PlatformError("Internal server error")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "nul", '{"cmd": 5}', '{"cmd": "chat", "pb": "%%%"}', '{"cmd": "chat", "pb": "/w=="}',
     '{"cmd": "chat", "body": {"sessionId": "p:a:b", "seq": "1"}}', '{"cmd": "chat", "body": {"msg": NaN}}',
     '{"cmd": "chat", "body": []}', "[" * 100_000],
)  # fmt: skip
def test_a_frame_that_makes_no_sense_is_a_protocol_violation(text: str) -> None:
    with pytest.raises(ProtocolViolation):
        frames.decode(text)


@pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)
def test_an_answer_whose_body_makes_no_sense_still_reaches_its_request(encoding: Encoding) -> None:
    message = {**MESSAGE, "sessionId": ""}
    body = {"sessionId": SESSION, "messages": [message], "end": True, "endReason": "CAUGHT_UP", "remaining": []}
    frame = {"cmd": "pull", "time": 1, "reqId": "7", "code": "OK", "body": body}
    answer = frames.decode(fake_wire.write(frame, encoding.value))
    assert isinstance(answer, Answer)
    assert (answer.req_id, answer.body) == ("7", None)
    assert "session" in answer.fault.rule


def test_every_frame_of_the_server_that_the_document_prints_can_be_read() -> None:
    document = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
    printed = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", document, re.DOTALL) if "…" not in block]
    answers = [frame for frame in printed if "code" in frame]
    pushes = [frame for frame in printed if frame["cmd"] == "chat" and "seq" in frame["body"]]
    assert answers
    assert pushes
    for frame in answers:
        assert isinstance(frames.decode(json.dumps(frame)), Answer)
    for frame in pushes:
        assert isinstance(frames.decode(json.dumps(frame)), Push)
