"""What HTTP brings with it: base64 by content type, ids in paths, queries, content negotiation and gzip."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchup.commands import ROUTES
from catchup.domain.ids import is_uid
from catchup.wire import catchup_pb2 as pb
from tests.support.engines import fresh_tables, moto_engine
from tests.support.events import http_event
from tests.support.http import JSON, PROTOBUF, Answer, HttpClient
from tests.support.outages import Outages
from tests.support.world import World

SESSION = {"sessionId": "p:alice:bob"}
PULL, HISTORY = "POST /v1/sessions/{sessionId}/pull", "GET /v1/sessions/{sessionId}/messages"
BLOCK = "PUT /v1/blocks/{uid}"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with moto_engine() as client:
        world = World(client, fresh_tables(client))
        for text in ("one", "two", "x" * 2_000):
            world.online("bob").chat("alice", text)
        yield world


@pytest.fixture
def alice(world: World) -> HttpClient:
    return HttpClient(world, "alice")


def refused(alice: HttpClient, route: str, status: int = 400, **parts: Any) -> dict[str, Any]:
    """The error of a request that is refused before any call."""
    with Outages(alice.world.dynamodb) as calls:
        answer = alice.send(route, **parts)
        assert (answer.status, calls.sent) == (status, []), answer
    return answer.error


# ---------------------------------------------------------------- bodies


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


def test_bytes_that_are_no_utf_8_are_refused(alice: HttpClient) -> None:
    assert refused(alice, "POST /v1/acks", content=b'{"x":"\xff"}')["field"] == "body"


@pytest.mark.parametrize("content", [b"\xff\xff", b"\x0a\x01\xff", b"\x07"])
def test_bytes_that_are_no_protobuf_are_refused(alice: HttpClient, content: bytes) -> None:
    error = refused(alice, PULL, path=SESSION, content=content, headers={"content-type": PROTOBUF, "accept": JSON})
    assert (error["field"], "catchup.v1.PullRequest" in error["rule"]) == ("body", True)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded"]
)
def test_a_body_of_another_type_is_415(alice: HttpClient, kind: str) -> None:
    error = refused(alice, "POST /v1/acks", 415, content=b"sessions=1", headers={"content-type": kind})
    assert error["field"] == "header.Content-Type"


def test_a_compressed_request_is_415(alice: HttpClient) -> None:
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    event = {**http_event("POST /v1/acks", headers=headers), "body": "H4sI", "isBase64Encoded": True}
    assert alice.send_event(event, "sync").status == 415


def test_a_large_body_is_413(alice: HttpClient) -> None:
    assert refused(alice, "POST /v1/acks", 413, content=b" " * 131_073)["field"] == "body"
    assert refused(alice, "POST /v1/acks", content=b" " * 131_072)["field"] == "body"


def test_a_get_has_no_body(alice: HttpClient) -> None:
    assert refused(alice, "GET /v1/sessions", content=b"{}")["field"] == "body"
    assert alice.send("GET /v1/sessions", content=b"").status == 200


def test_a_request_without_a_body_is_an_empty_one(alice: HttpClient) -> None:
    assert len(alice.send(PULL, path=SESSION).json["messages"]) == 3
    assert (
        len(alice.send(PULL, path=SESSION, content=b"", headers={"content-type": "text/plain"}).json["messages"]) == 3
    )


@given(st.binary(max_size=400), st.sampled_from(["", PROTOBUF, "application/cloudevents+json"]), st.booleans())
def test_whatever_bytes_come_there_is_an_answer_of_the_documented_shape(
    world: World, content: bytes, kind: str, packed: bool
) -> None:
    headers = {"content-type": kind} if kind else {}
    if packed:
        headers["accept-encoding"] = "gzip"
    answer = HttpClient(world, "alice").send(
        PULL, path=SESSION, content=content, headers={**headers, "accept": "application/json"}
    )
    assert answer.status in (200, 400)
    assert json.loads(answer.content).keys() & {"error", "messages"}


# ---------------------------------------------------------------- paths and queries


def in_letters(text: str) -> str:
    """An id as any path can have it."""
    return "b64:" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("uid", ["auth0|5f7c", "a+b", "a&b", "...", "bob@example.org", "~!$'()*,;=\\\"<>^`{}[]"])
def test_an_id_in_a_path_is_taken_as_it_comes(alice: HttpClient, uid: str) -> None:
    assert alice.send(BLOCK, path={"uid": uid}).json == {"uid": uid, "blocked": True}
    assert alice.send("DELETE /v1/blocks/{uid}", path={"uid": uid}).json == {"uid": uid, "blocked": False}


@pytest.mark.parametrize("uid", ["a/b", "a?b", "a%b", "a%2Fb", "a%2541", "%41", "a%zz", "/", "?", "%", ".", ".."])
def test_an_id_that_gateways_change_is_refused_in_a_path_and_is_sent_in_letters(alice: HttpClient, uid: str) -> None:
    """What comes as `a%2Fb` may have been sent as that, as `a%252Fb`, or as `a%25252Fb`: no one knows who is meant."""
    error = refused(alice, BLOCK, path={"uid": uid})
    assert (error["field"], "b64:" in error["fix"]) == ("path.uid", True)
    assert alice.send(BLOCK, path={"uid": in_letters(uid)}).json == {"uid": uid, "blocked": True}
    assert alice.send("DELETE /v1/blocks/{uid}", path={"uid": in_letters(uid)}).json["blocked"] is False


@pytest.mark.parametrize("session", ["p:a/b:alice", "p:%41:alice", "p:alice:b?", "g:a/b"])
def test_so_is_one_in_the_id_of_a_session(alice: HttpClient, session: str) -> None:
    for route in (PULL, HISTORY):
        assert refused(alice, route, path={"sessionId": session})["field"] == "path.sessionId"
        answer = alice.send(route, path={"sessionId": in_letters(session)})
        assert answer.status == (400 if session.startswith("g:") else 200)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64).filter(is_uid))
def test_any_id_can_be_written_in_letters_that_no_gateway_changes(world: World, uid: str) -> None:
    assert HttpClient(world, "alice").send(BLOCK, path={"uid": in_letters(uid)}).json["uid"] == uid
    HttpClient(world, "alice").send("DELETE /v1/blocks/{uid}", path={"uid": in_letters(uid)})


@pytest.mark.parametrize(
    "value", ["a:b", "a#b", "", "ä", "\ud800", "a b", "B64:YQ", *map(in_letters, ("a:b", "a b", "ä"))]
)
def test_what_is_no_id_is_refused_by_its_place(alice: HttpClient, value: str) -> None:
    assert refused(alice, BLOCK, path={"uid": value})["field"] == "path.uid"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("b64:", id="empty"),
        pytest.param("b64:!", id="no base64"),
        pytest.param("b64:Y Q", id="with a space"),
        pytest.param("b64:YQ\n", id="with a line break"),
        pytest.param("b64:A", id="half a byte"),
        pytest.param("b64:YQ==", id="padded"),
        pytest.param("b64:YR", id="with bits that no byte has"),
        pytest.param("b64:fn8+", id="of the other alphabet"),
        pytest.param("b64:_w", id="no UTF-8"),
        pytest.param("b64:é", id="no ASCII"),
        pytest.param("b64:\ud800", id="a surrogate"),
        pytest.param("b64:b64:YQ", id="twice"),
    ],
)
def test_an_id_has_one_form_in_base64url_and_no_other_is_taken(alice: HttpClient, value: str) -> None:
    error = refused(alice, BLOCK, path={"uid": value})
    assert (error["field"], error["rule"]) == ("path.uid", "base64url of UTF-8 after b64:")


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_body_may_repeat_what_the_path_says_but_not_contradict(alice: HttpClient, encoding: str) -> None:
    def parts(session: str) -> dict[str, Any]:
        if encoding == "pb":
            content = pb.PullRequest(session_id=session, limit=1).SerializeToString()
            return {"content": content, "headers": {"content-type": PROTOBUF, "accept": JSON}}
        return {"content": json.dumps({"sessionId": session, "limit": 1}).encode()}

    assert len(alice.send(PULL, path=SESSION, **parts("p:alice:bob")).json["messages"]) == 1
    assert len(alice.send(PULL, path=SESSION, **parts("")).json["messages"]) == 1
    assert refused(alice, PULL, path=SESSION, **parts("p:alice:carol"))["field"] == "body.sessionId"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=x", "query.limit"),
        ("limit=", "query.limit"),
        ("limit=1.0", "query.limit"),
        ("limit=%31%20", "query.limit"),
        ("limit=+1", "query.limit"),
        ("limit=1&limit=1", "query.limit"),
        ("limit=1,2", "query.limit"),
        ("limit=1001", "query.limit"),
        ("limit=-1", "query.limit"),
        ("limit=99999999999", "query.limit"),
        (f"before={'9' * 5_000}", "query.before"),
        ("before=-1", "query.before"),
        ("after=9007199254740992", "query.after"),
        ("Limit=1", "query.Limit"),
        ("sessionId=p%3Aalice%3Acarol", "query.sessionId"),
        ("ack=1", "query.ack"),
        ("%00=1", "query.\0"),
        ("%ff=1", "query.\ufffd"),
        ("=", "query."),
        ("b", "query.b"),
    ],
)
def test_a_query_is_refused_by_its_place(alice: HttpClient, query: str, field: str) -> None:
    assert refused(alice, HISTORY, path=SESSION, query=query)["field"] == field


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.startswith("GET ")])
def test_only_a_get_has_a_query(alice: HttpClient, route: str) -> None:
    path = {"sessionId": "p:alice:bob", "groupId": "room", "uid": "bob"}
    given = {name: value for name, value in path.items() if f"{{{name}}}" in route}
    assert refused(alice, route, path=given, query="limit=1")["field"] == "query.limit"


def test_a_query_is_decoded_once_and_a_plus_is_a_plus(alice: HttpClient) -> None:
    client = HttpClient(alice.world, "b+c")
    for friend in ("a", "a+b"):
        alice.world.online("b+c").chat(friend)
    for query in ("next=after:p:a+b:b+c", "next=after%3Ap%3Aa%2Bb%3Ab%2Bc", "&next=after:p:a+b:b+c&"):
        sessions = client.send("GET /v1/sessions", query=query).json["sessions"]
        assert [each["sessionId"] for each in sessions] == ["p:a:b+c"]
    for query in ("next=after:p:a:b%20c", "next=after%253Ap:a:b%2Bc"):
        assert refused(client, "GET /v1/sessions", query=query)["field"] == "query.next"


# ---------------------------------------------------------------- negotiation


ACCEPTED = [
    (None, None, JSON),
    (None, PROTOBUF, PROTOBUF),
    ("*/*", PROTOBUF, JSON),
    ("application/*", None, JSON),
    (PROTOBUF, None, PROTOBUF),
    ("application/json, application/x-protobuf", None, JSON),
    ("application/json;q=0.5, application/x-protobuf", None, PROTOBUF),
    ("application/json;q=0, */*", None, PROTOBUF),
    ("text/html, */*;q=0.1", None, JSON),
    ("APPLICATION/X-PROTOBUF; q=1.0", None, PROTOBUF),
]


@pytest.mark.parametrize(("accept", "kind", "got"), ACCEPTED)
def test_the_client_gets_the_encoding_that_it_likes_best(
    alice: HttpClient, accept: str | None, kind: str | None, got: str
) -> None:
    headers = {name: value for name, value in (("accept", accept), ("content-type", kind)) if value}
    answer = alice.send(PULL, path=SESSION, content=b"", headers=headers)
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, got)


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json;q=0", "*/*;q=0", "application/json;q=x", "json", ","]
)
def test_what_has_no_acceptable_encoding_is_406_in_json(alice: HttpClient, accept: str) -> None:
    assert refused(alice, "GET /v1/sessions", 406, headers={"accept": accept})["field"] == "header.Accept"


def page(alice: HttpClient, **headers: str) -> Answer:
    return alice.send(HISTORY, path=SESSION, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP;q=0.1", "*", "deflate, gzip;q=1.0, *;q=0.5"])
@pytest.mark.parametrize("kind", [JSON, PROTOBUF])
def test_a_long_answer_is_compressed_for_those_who_accept_it(alice: HttpClient, accepted: str, kind: str) -> None:
    plain, packed = page(alice, accept=kind), page(alice, accept=kind, accept_encoding=accepted)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.sent
    assert len(packed.sent) < len(plain.sent)


@pytest.mark.parametrize("accepted", ["", "gzip;q=0", "br", "*;q=0", "identity", "gzip;q=0, *"])
def test_for_others_it_is_not(alice: HttpClient, accepted: str) -> None:
    assert "content-encoding" not in page(alice, accept_encoding=accepted).headers


def test_a_short_answer_is_never_compressed(alice: HttpClient) -> None:
    assert "content-encoding" not in alice.send(BLOCK, path={"uid": "b"}, headers={"accept-encoding": "gzip"}).headers
