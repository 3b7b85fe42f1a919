"""Both encodings of every frame, and what must be ignored."""

import base64
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from catchup_client import (
    Code,
    Encoding,
    EndReason,
    InvalidInput,
    MsgId,
    Number,
    ProtocolViolation,
    Role,
    Seq,
    SessionId,
    Uid,
)
from catchup_client._wire.catchup.v1 import catchup_pb2 as pb
from catchup_client.protocol import frames, membership, requests, uploading
from catchup_client.protocol.blocks import BlockedReply, BlockReply
from catchup_client.protocol.codes import RETRYABLE
from catchup_client.protocol.groups import GroupSummary, Head, MembersReply, OwnBelow
from catchup_client.protocol.media import MediaReply, UploadForm, UploadPart, UploadReply
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
    "number": 9_007_199_254_740_990,
    "serverTime": 1554964794290,
}
ROOM = SessionId("g:room")
IN_GROUP = {**MESSAGE, "chatType": 2, "to": "room", "sessionId": ROOM, "at": ["bob", "carol"], "atAll": True,
            "type": "system", "quiet": True}  # fmt: skip
GROUP_COUNTER = {"count": 2, "lastMsg": [IN_GROUP], "timestamp": 3, "received": 9, "cleared": 3, "lastSeq": 9,
                 "own": [7], "ownBelow": {"to": 6, "count": 3}, "mentions": [8, 9], "joined": 4,
                 "joinedNumber": 2}  # fmt: skip
SUMMARY = {"sessionId": SESSION, "received": 1, "cleared": 2, "lastSeq": 3, "timestamp": 4}
GROUPS = [{**SUMMARY, "sessionId": ROOM, "group": {"name": "Röom", "role": "ADMIN", "members": 2, "joined": 5, **left}}
          for left in ({}, {"left": 9})]  # fmt: skip
PLACE = {"msgId": "m1", "sessionId": ROOM, "seq": 1, "number": 0, "time": 2}
CHANGES = ("create", "join", "leave", "add", "remove", "role")
COUNTER = {"count": 2, "lastMsg": [MESSAGE], "timestamp": 3, "received": 5, "cleared": 3, "lastSeq": 8, "own": [7]}
BODIES: dict[str, dict[str, Any]] = {
    "login": {"counters": {SESSION: COUNTER, ROOM: GROUP_COUNTER}, "next": "more"},
    "counters": {"counters": {}, "next": ""},
    "clear": {"sessions": {SESSION: {"code": "OUT_OF_RANGE", "remaining": []}}},
    "ack": {"sessions": {SESSION: {"code": "OK", "remaining": [3, 4]}}},
    "chatAck": {"msgId": "m1", "sessionId": SESSION, "seq": 9, "number": 5, "time": 2},
    "pull": {"sessionId": SESSION, "messages": [MESSAGE], "end": False, "endReason": "NOT_END", "remaining": [9],
             "resumeBefore": 4},
    "history": {"sessionId": SESSION, "messages": [], "end": True, "endReason": "RETENTION", "remaining": [],
                "resumeAfter": 5},
    "sessions": {"sessions": [SUMMARY, *GROUPS], "next": "n", "end": False, "endReason": "NOT_END"},
    "members": {"members": [{"uid": "bob", "role": "OWNER", "joined": 3}], "next": "bob", "end": False},
    "block": {"uid": "carol", "blocked": True},
    "unblock": {"uid": "carol", "blocked": False},
    "blocked": {"uids": ["alice", "carol"]},
    **dict.fromkeys(CHANGES, PLACE),
    "upload": {"key": "a/b", "mime": "image/png", "complete": False, "expiresAt": 5,
               "form": {"url": "https://s3/", "fields": {"key": "media/a/b", "policy": "e30="}},
               "inParts": {"uploadId": "u", "partBytes": 16_777_216,
                           "parts": [{"number": 2, "url": "https://s3/p2", "headers": {"x-amz-checksum": "x"}}]}},
    "media": {"sessionId": SESSION, "seq": 9, "url": "https://s3/a", "mime": "image/png", "bytes": 68, "expiresAt": 7},
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
    "members": MembersReply,
    "block": BlockReply,
    "unblock": BlockReply,
    "blocked": BlockedReply,
    **dict.fromkeys(CHANGES, ChatAck),
    "upload": UploadReply,
    "media": MediaReply,
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


def test_what_groups_add_to_answers_and_pushes_is_read() -> None:
    frame = {"cmd": "login", "time": 1, "reqId": "7", "code": "OK", "body": BODIES["login"]}
    for encoding in Encoding:
        answer = frames.decode(fake_wire.write(frame, encoding.value))
        assert isinstance(answer, Answer)
        assert isinstance(answer.body, CountersReply)
        counter = answer.body.counters[ROOM]
        assert (counter.own, counter.own_below, counter.mentions) == ((7,), OwnBelow(6, 3), (8, 9))
        assert (counter.joined, counter.joined_number, counter.left) == (4, 2, None)
        message = counter.last_messages[0]
        assert (message.at, message.at_all, message.kind) == (("bob", "carol"), True, "system")
        assert message.quiet
        private = answer.body.counters[SESSION].last_messages[0]
        assert (private.at, private.at_all, private.kind) == ((), False, "")
        listed = frames.decode(
            fake_wire.write({**frame, "cmd": "sessions", "body": BODIES["sessions"]}, encoding.value)
        )
        assert isinstance(listed, Answer)
        assert isinstance(listed.body, SessionsReply)
        assert [summary.group for summary in listed.body.sessions] == [
            None,
            GroupSummary("Röom", Role.ADMIN, 2, 5),
            GroupSummary("Röom", Role.ADMIN, 2, 5, left=9),
        ]
        head = {"cmd": "head", "time": 1, "body": {"sessionId": ROOM, "seq": 4711, "number": 4650}}
        assert frames.decode(fake_wire.write(head, encoding.value)) == Head(ROOM, Seq(4711), Number(4650))


def test_how_to_upload_is_read_whole() -> None:
    answer = frames.decode(json.dumps({"cmd": "upload", "reqId": "7", "code": "OK", "body": BODIES["upload"]}))
    assert isinstance(answer, Answer)
    said = answer.body
    assert isinstance(said, UploadReply)
    assert (said.key, said.mime, said.complete, said.expires_at_ms) == ("a/b", "image/png", False, 5)
    assert said.form == UploadForm("https://s3/", {"key": "media/a/b", "policy": "e30="})
    assert said.in_parts is not None
    assert (said.in_parts.upload_id, said.in_parts.part_bytes) == ("u", 16_777_216)
    assert said.in_parts.parts == (UploadPart(2, "https://s3/p2", {"x-amz-checksum": "x"}),)


def test_a_push_reads_the_same_in_both_encodings() -> None:
    frame = {"cmd": "chat", "time": 1, "uid": "alice", "body": MESSAGE}
    in_json, in_protobuf = (frames.decode(fake_wire.write(frame, encoding.value)) for encoding in Encoding)
    assert in_json == in_protobuf
    assert isinstance(in_json, Push)
    message = in_json.message
    assert (message.sender, message.recipient) == ("alice", "bob")
    assert (message.seq, message.number, message.quiet) == (2**53 - 1, 2**53 - 2, False)
    assert message.content == MESSAGE["msg"]
    assert message.wants_ack


@pytest.mark.parametrize("content", [None, {}, {"message": "a ****"}])
def test_an_ack_says_what_was_stored_if_that_is_not_what_was_sent(content: dict[str, str] | None) -> None:
    body = BODIES["chatAck"] | ({} if content is None else {"msg": content})
    frame = {"cmd": "chatAck", "time": 1, "reqId": "7", "code": "OK", "body": body}
    for encoding in Encoding:
        answer = frames.decode(fake_wire.write(frame, encoding.value))
        assert isinstance(answer, Answer)
        assert answer.body == ChatAck(MsgId("m1"), SESSION, Seq(9), Number(5), 2, content)


@pytest.mark.parametrize("code", ["REJECTED", "HELD"])
def test_verdicts_of_moderation_are_known_and_not_sent_again(code: str) -> None:
    frame = {"cmd": "chatAck", "time": 1, "reqId": "7", "code": code}
    for encoding in Encoding:
        answer = frames.decode(fake_wire.write(frame, encoding.value))
        assert isinstance(answer, Answer)
        assert answer.code is Code[code]
        assert answer.code not in RETRYABLE


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
    (requests.Clear({SESSION: Number(7)}), {"sessions": {SESSION: 7}}),
    (
        requests.Chat(OUTGOING),
        {"v": 1, "msgId": "m1", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 5, "msg": {"message": "hello"}},
    ),
    (
        requests.Ack({SESSION: requests.SessionAck((Seq(3), Seq(2)), Number(3))}),
        {"sessions": {SESSION: {"seqs": [3, 2], "received": 3}}},
    ),
    (requests.Ack({SESSION: requests.SessionAck((Seq(3),))}), {"sessions": {SESSION: {"seqs": [3]}}}),
    (
        requests.Pull(SESSION, 20, ack=(Seq(1),), before=Seq(9)),
        {"sessionId": SESSION, "limit": 20, "ack": [1], "before": 9},
    ),
    (requests.History(SESSION, 20, after=Seq(0)), {"sessionId": SESSION, "limit": 20, "after": 0}),
    (requests.Sessions(50, "n"), {"limit": 50, "next": "n"}),
    (
        requests.Chat(Outgoing(MsgId("m1"), ROOM, "room", {}, True, 5, 2, (Uid("bob"),), True)),
        {
            "v": 1,
            "msgId": "m1",
            "chatType": 2,
            "to": "room",
            "time": 5,
            "msg": {},
            "at": ["bob"],
            "atAll": True,
            "ackFlg": 1,
        },
    ),
    (
        requests.Chat(Outgoing(MsgId("m1"), SESSION, "bob", {"a": "b"}, True, 5, source=(ROOM, Seq(9)))),
        {"v": 1, "msgId": "m1", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 5, "msg": {"a": "b"},
         "source": {"sessionId": ROOM, "seq": 9}},
    ),
    (
        membership.Create(MsgId("m1"), "room", "Röom", (Uid("bob"),), True, True),
        {"msgId": "m1", "groupId": "room", "name": "Röom", "uids": ["bob"], "open": True, "openHistory": True},
    ),
    (membership.Join(MsgId("m1"), "room"), {"msgId": "m1", "groupId": "room"}),
    (membership.Leave(MsgId("m1"), "room"), {"msgId": "m1", "groupId": "room"}),
    (membership.Add(MsgId("m1"), "room", (Uid("bob"),)), {"msgId": "m1", "groupId": "room", "uids": ["bob"]}),
    (membership.Remove(MsgId("m1"), "room", (Uid("bob"),)), {"msgId": "m1", "groupId": "room", "uids": ["bob"]}),
    (
        membership.ChangeRole(MsgId("m1"), "room", Uid("bob"), Role.ADMIN),
        {"msgId": "m1", "groupId": "room", "uid": "bob", "role": "ADMIN"},
    ),
    (requests.Block(Uid("carol")), {"uid": "carol"}),
    (requests.Unblock(Uid("carol")), {"uid": "carol"}),
    (requests.Blocked(), {}),
    (
        requests.Signal(SESSION, "bob", "typing", "x"),
        {"chatType": 1, "to": "bob", "kind": "typing", "data": "x"},
    ),
    (
        requests.Signal(SessionId("g:room"), "room", "typing"),
        {"chatType": 2, "to": "room", "kind": "typing", "data": ""},
    ),
    (requests.Online((Uid("bob"), Uid("carol"))), {"uids": ["bob", "carol"]}),
    (membership.Members("room", 50, "bob"), {"groupId": "room", "limit": 50, "next": "bob"}),
    (
        uploading.Upload(MsgId("m1"), "image", "image/png", 68, "c2hh"),
        {"msgId": "m1", "type": "image", "mime": "image/png", "bytes": 68, "sha256": "c2hh"},
    ),
    (
        uploading.Upload(MsgId("m1"), "file", "a/b", 2**25, "c2hh-2", ("b25l", "dHdv"), "u"),
        {"bytes": 2**25, "sha256": "c2hh-2", "parts": ["b25l", "dHdv"], "uploadId": "u", "msgId": "m1",
         "type": "file", "mime": "a/b"},
    ),
    (uploading.Media(SESSION, Seq(9)), {"sessionId": SESSION, "seq": 9}),
]  # fmt: skip


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


def test_nobody_is_mentioned_in_the_json_form_unless_somebody_is() -> None:
    assert (
        not {"at", "atAll"} & json.loads(frames.encode(requests.Chat(OUTGOING), Encoding.JSON, "7", 1))["body"].keys()
    )


def test_a_frame_over_the_limit_is_never_sent() -> None:
    many = {SessionId(f"p:{'a' * 64}:{number:064}"): Number(1) for number in range(300)}
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


def _in_protobuf(envelope: pb.Envelope) -> str:
    return json.dumps({"cmd": envelope.cmd, "pb": base64.b64encode(envelope.SerializeToString()).decode()})


def test_values_of_enums_that_are_newer_than_the_client_are_read_as_in_the_json_form() -> None:
    later = frames.decode(_in_protobuf(pb.Envelope(cmd="pull", req_id="1", code=418)))  # type: ignore[arg-type]
    assert isinstance(later, Answer)
    assert later.code is Code.UNKNOWN
    results = pb.Envelope(cmd="ack", req_id="1", code=pb.OK)
    results.results_reply.sessions[SESSION].code = 418  # type: ignore[assignment]
    answer = frames.decode(_in_protobuf(results))
    assert isinstance(answer, Answer)
    assert isinstance(answer.body, ResultsReply)
    assert answer.body.sessions[SESSION].code is Code.UNKNOWN
    page = pb.Envelope(cmd="pull", req_id="1", code=pb.OK)
    page.page_reply.session_id, page.page_reply.end_reason = SESSION, 99  # type: ignore[assignment]
    ended = frames.decode(_in_protobuf(page))
    assert isinstance(ended, Answer)
    assert isinstance(ended.body, Page)
    assert ended.body.end_reason is EndReason.NOT_END


def test_content_that_is_not_json_makes_no_sense_in_protobuf() -> None:
    answer = pb.Envelope(cmd="chatAck", req_id="1", code=pb.OK)
    answer.chat_ack.CopyFrom(pb.ChatAck(msg_id="m1", session_id=SESSION, seq=1))
    answer.chat_ack.msg["infinite"] = math.inf
    unreadable = frames.decode(_in_protobuf(answer))
    assert isinstance(unreadable, Answer)
    assert (unreadable.req_id, unreadable.body) == ("1", None)
    with pytest.raises(ProtocolViolation):
        frames.decode(_in_protobuf(pb.Envelope(cmd="chat", chat=pb.Message(msg=answer.chat_ack.msg))))


def test_the_platforms_own_frame_is_recognised() -> None:
    text = '{"message": "Internal server error", "connectionId": "L0SM9cOFvHcCIhw=", "requestId": "L0SNAH"}'
    assert frames.decode(text) == PlatformError("Internal server error")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "nul", '{"cmd": 5}', '{"cmd": "chat", "pb": "%%%"}', '{"cmd": "chat", "pb": "/w=="}',
     '{"cmd": "chat", "pb": "ä"}',
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
