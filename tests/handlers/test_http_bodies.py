"""Bodies over HTTP: base64 by a flag, JSON and protobuf that is none, and their size."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchup.wire import catchup_pb2 as pb
from tests.support.events import http_event
from tests.support.http import JSON, PROTOBUF, HttpClient
from tests.support.world import World

SESSION = {"sessionId": "p:alice:bob"}
PULL, HISTORY = "POST /v1/sessions/{sessionId}/pull", "GET /v1/sessions/{sessionId}/messages"
BLOCK = "PUT /v1/blocks/{uid}"


@pytest.mark.parametrize(
    "kind", [None, JSON, f"{JSON}; charset=utf-8", "application/cloudevents+json", "APPLICATION/JSON"]
)
@pytest.mark.parametrize("is_base64", [True, False])
def test_the_flag_tells_whether_a_body_is_base64_and_not_the_content_type(
    alice: HttpClient, kind: str | None, is_base64: bool
) -> None:
    content = json.dumps({"limit": 1}).encode()
    event = http_event(PULL, path=SESSION, headers={"content-type": kind} if kind else {})
    event |= {"body": base64.b64encode(content).decode() if is_base64 else content.decode()}
    answer = alice.send_event({**event, "isBase64Encoded": is_base64}, "sync")
    assert len(answer.json["messages"]) == 1


@pytest.mark.parametrize("body", ["{", "[]", "7", "null", '"x"', "", '{"limit":NaN}', "\ud800", '{"\ud800":1}'])
def test_json_that_is_no_object_is_refused(alice: HttpClient, body: str) -> None:
    event = {**http_event("POST /v1/acks", headers={"content-type": JSON}), "body": body}
    answer = alice.send_event(event, "sync")
    assert (answer.status, answer.json["code"]) == (400, "INVALID_ARGUMENT")
    assert answer.error["field"].startswith("body")


@pytest.mark.parametrize("body", ["!", "é", "eyJ"])
def test_a_body_that_is_no_base64_although_the_flag_says_so_is_refused(alice: HttpClient, body: str) -> None:
    event = {**http_event("POST /v1/acks"), "body": body, "isBase64Encoded": True}
    assert alice.send_event(event, "sync").error["field"] == "body"


@pytest.mark.parametrize("kind", [None, JSON, "text/plain", "application/x-www-form-urlencoded", PROTOBUF])
@pytest.mark.parametrize("flag", ["missing", True, False])
def test_whatever_flag_comes_with_whatever_type_there_is_a_typed_answer(
    alice: HttpClient, kind: str | None, flag: str | bool
) -> None:
    """Also one that says the opposite of what the body is."""
    for body in ('{"limit":1}', base64.b64encode(b'{"limit":1}').decode(), "\x10\x01", "EAE=", "", "\ud800", None):
        headers = {"accept": JSON, **({"content-type": kind} if kind else {})}
        event = {**http_event(PULL, path=SESSION, headers=headers), "body": body, "isBase64Encoded": flag}
        if flag == "missing":
            del event["isBase64Encoded"]
        answer = alice.send_event(event, "sync")
        assert answer.status == 200 or answer.error["field"] in ("body", "header.Content-Type"), (body, answer)


def test_bytes_that_are_no_utf_8_are_refused(alice: HttpClient) -> None:
    assert alice.refused("POST /v1/acks", content=b'{"x":"\xff"}')["field"] == "body"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b'{"limit":1}x', "body"),
        (b'{"limit":1}\0', "body"),
        (b"{}{}", "body"),
        (b" ", "body"),
        (b'\xef\xbb\xbf{"limit":1}', "body"),
        ('{"limit":1}'.encode("utf-16"), "body"),
        (b"[" * 100_000, "body"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "body"),
        (b'{"limit":1.5}', "body.limit"),
        (b'{"limit":true}', "body.limit"),
        (b'{"limit":1e400}', "body.limit"),
        (b'{"limit":9007199254740993}', "body.limit"),
        (b'{"limit":' + b"9" * 50_000 + b"}", "body.limit"),
        (b'{"limit":{"a":1}}', "body.limit"),
        (b'{"ack":1}', "body.ack"),
        (b'{"ack":["\xd9\xa1"]}', "body.ack"),
        (b'{"ack":[null]}', "body.ack"),
        (b'{"before":"\\ud800"}', "body.before"),
        (b'{"limit":1,"limit":1001}', "body.limit"),
        (b'{"sessionId":"p:alice:bob","sessionId":"p:alice:carol"}', "body.sessionId"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_json_that_is_wrong_is_refused_by_its_place(alice: HttpClient, content: bytes, field: str) -> None:
    headers = {"content-type": JSON}
    assert alice.refused(PULL, path=SESSION, content=content, headers=headers)["field"] == field


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ('"msg":[]', "body.msg"),
        ('"msg":null', "body.msg"),
        ('"msg":{"a":1e999}', "body.msg.a"),
        ('"msg":{"a":9007199254740993}', "body.msg.a"),
        ('"msg":{"a":"\\ud83d"}', "body.msg"),
        ('"msg":{"a":' + "[" * 20 + "]" * 20 + "}", "body.msg"),
        ('"msg":{"a":1},"msg":[]', "body.msg"),
        ('"msg":{},"from":"carol"', "body.from"),
        ('"msg":{},"msgId":"\\udc00"', "body.msgId"),
    ],
)
def test_so_is_the_content_of_a_message(alice: HttpClient, said: str, field: str) -> None:
    content = f'{{"msgId":"m","chatType":1,"to":"bob",{said}}}'.encode()
    answer = alice.send("POST /v1/messages", content=content, headers={"content-type": JSON})
    assert (answer.status, answer.error["field"]) == (403 if field == "body.from" else 400, field)


def test_of_a_key_that_stands_twice_the_last_value_is_stored_and_answered(alice: HttpClient) -> None:
    """As JSON parsers do; and nothing on the way to the function reads a body."""
    content = b'{"msgId":"first","msgId":"last","chatType":1,"to":"carol","msg":{"a":1,"a":2}}'
    assert alice.send("POST /v1/messages", content=content).json["msgId"] == "last"
    (stored,) = alice.send(HISTORY, path={"sessionId": "p:alice:carol"}).json["messages"]
    assert (stored["msgId"], stored["msg"]) == ("last", {"a": 2})


@pytest.mark.parametrize("content", [b"\xff\xff", b"\x0a\x01\xff", b"\x07"])
def test_bytes_that_are_no_protobuf_are_refused(alice: HttpClient, content: bytes) -> None:
    error = alice.refused(PULL, path=SESSION, content=content, headers={"content-type": PROTOBUF, "accept": JSON})
    assert (error["field"], "catchup.v1.PullRequest" in error["rule"]) == ("body", True)


@pytest.mark.parametrize("after", [b"\0", b"\xff", b"\x0a", b"\x0a\x7fab", b"\x0b", b"\x0f"])
def test_bytes_after_a_message_that_are_no_field_are_refused(alice: HttpClient, after: bytes) -> None:
    content, headers = pb.PullRequest(limit=1).SerializeToString() + after, {"content-type": PROTOBUF, "accept": JSON}
    assert alice.refused(PULL, path=SESSION, content=content, headers=headers)["field"] == "body"


def test_fields_that_are_not_known_are_ignored(alice: HttpClient) -> None:
    """Newer clients may send more."""
    as_pb = pb.PullRequest(limit=1).SerializeToString() + b"\xba\x3e\x01a"
    for kind, content in ((PROTOBUF, as_pb), (JSON, b'{"limit":1,"later":{"a":[]},"cmd":"chat","uid":"bob"}')):
        headers = {"content-type": kind, "accept": JSON}
        assert len(alice.send(PULL, path=SESSION, content=content, headers=headers).json["messages"]) == 1


def test_an_envelope_or_the_other_encoding_is_no_body(alice: HttpClient) -> None:
    envelope = pb.Envelope(cmd="pull", pull=pb.PullRequest(session_id="p:alice:bob", limit=1)).SerializeToString()
    for kind, content in ((PROTOBUF, envelope), (PROTOBUF, b'{"limit":1}'), (JSON, envelope)):
        headers = {"content-type": kind, "accept": JSON}
        assert alice.refused(PULL, path=SESSION, content=content, headers=headers)["field"].startswith("body")


def test_a_large_body_is_413(alice: HttpClient) -> None:
    assert alice.refused("POST /v1/acks", 413, content=b" " * 131_073)["field"] == "body"
    assert alice.refused("POST /v1/acks", content=b" " * 131_072)["field"] == "body"


def test_a_get_has_no_body(alice: HttpClient) -> None:
    for content in (b"{}", b" ", b"\xff"):
        for kind in (JSON, PROTOBUF):
            headers = {"content-type": kind, "accept": JSON}
            assert alice.refused("GET /v1/sessions", content=content, headers=headers)["field"] == "body"
    assert alice.send("GET /v1/sessions", content=b"").status == 200


def test_a_request_without_a_body_is_an_empty_one(alice: HttpClient) -> None:
    assert len(alice.send(PULL, path=SESSION).json["messages"]) == 3
    assert (
        len(alice.send(PULL, path=SESSION, content=b"", headers={"content-type": "text/plain"}).json["messages"]) == 3
    )


@given(st.binary(max_size=400), st.sampled_from(["", PROTOBUF, "application/cloudevents+json"]), st.booleans())
def test_whatever_bytes_come_there_is_an_answer_of_the_documented_shape(
    written: World, content: bytes, kind: str, packed: bool
) -> None:
    headers = {"content-type": kind} if kind else {}
    if packed:
        headers["accept-encoding"] = "gzip"
    answer = HttpClient(written, "alice").send(
        PULL, path=SESSION, content=content, headers={**headers, "accept": "application/json"}
    )
    assert answer.status in (200, 400)
    assert json.loads(answer.content).keys() & {"error", "messages"}
