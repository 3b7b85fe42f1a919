"""Content types, the encoding of an answer, and gzip."""

import json

import pytest

from catchup.wire import catchup_pb2 as pb
from tests.support.events import http_event
from tests.support.http import JSON, PROTOBUF, Answer, HttpClient

SESSION = {"sessionId": "p:alice:bob"}
PULL, HISTORY = "POST /v1/sessions/{sessionId}/pull", "GET /v1/sessions/{sessionId}/messages"
BLOCK = "PUT /v1/blocks/{uid}"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded"]
)
def test_a_body_of_another_type_is_415(alice: HttpClient, kind: str) -> None:
    error = alice.refused("POST /v1/acks", 415, content=b"sessions=1", headers={"content-type": kind})
    assert error["field"] == "header.Content-Type"


@pytest.mark.parametrize("kind", [f"{JSON},{JSON}", f"{JSON}, text/plain", f"{PROTOBUF},{JSON}", "json", "text/json"])
def test_two_types_at_once_and_what_is_like_one_are_415(alice: HttpClient, kind: str) -> None:
    """API Gateway joins the values of a header that is sent twice by a comma."""
    error = alice.refused("POST /v1/acks", 415, content=b"{}", headers={"content-type": kind})
    assert error["field"] == "header.Content-Type"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "identity, gzip", "x"])
def test_a_compressed_request_is_415(alice: HttpClient, coding: str) -> None:
    headers = {"content-type": JSON, "content-encoding": coding}
    event = {**http_event("POST /v1/acks", headers=headers), "body": "H4sI", "isBase64Encoded": True}
    answer = alice.send_event(event, "sync")
    assert (answer.status, answer.error["field"]) == (415, "header.Content-Encoding")


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-8",
        'Application/JSON;CHARSET="UTF-8"',
        "application/json;charset=us-ascii; x=y",
        "application/json;",
        "application/json; v=2",
        "application/merge-patch+json ; charset=utf-8",
        "application/x-www-form-urlencoded; charset=UTF-8",
    ],
)
def test_a_type_is_read_in_any_case_and_with_parameters(alice: HttpClient, kind: str) -> None:
    answer = alice.send(PULL, path=SESSION, content=b'{"limit":1}', headers={"content-type": kind})
    assert len(answer.json["messages"]) == 1


@pytest.mark.parametrize("charset", ["utf-16", "UTF-16LE", "iso-8859-1", "latin1", '"utf-32"', "x"])
@pytest.mark.parametrize("kind", [JSON, "application/cloudevents+json", "application/x-www-form-urlencoded"])
def test_json_in_another_charset_is_415(alice: HttpClient, kind: str, charset: str) -> None:
    headers = {"content-type": f"{kind}; charset={charset}"}
    error = alice.refused("POST /v1/acks", 415, content=b'{"sessions":{}}', headers=headers)
    assert (error["field"], "utf-8" in error["rule"]) == ("header.Content-Type", True)


@pytest.mark.parametrize("kind", ["Application/X-Protobuf", f"{PROTOBUF}; messageType=x", f"{PROTOBUF};charset=utf-16"])
def test_protobuf_has_no_charset(alice: HttpClient, kind: str) -> None:
    content, headers = pb.PullRequest(limit=1).SerializeToString(), {"content-type": kind, "accept": JSON}
    assert len(alice.send(PULL, path=SESSION, content=content, headers=headers).json["messages"]) == 1


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
    ("application/x-protobuf;q=0.1, application/json", None, JSON),
    ("application/x-protobuf;q=0.1,application/json;Q = 0.05", None, PROTOBUF),
    ("application/json;q=0.001, application/x-protobuf;q=0", None, JSON),
    ("application/json; charset=utf-8; odd", PROTOBUF, JSON),
    ('application/json;v="a,b;q=0", application/x-protobuf;q=0.5', None, JSON),
    ("application/json;q=0,application/json", None, JSON),
    ("application/*;q=0.2, application/x-protobuf;q=0.1", None, JSON),
    ("*", None, JSON),
    (" ", PROTOBUF, PROTOBUF),
]


@pytest.mark.parametrize(("accept", "kind", "got"), ACCEPTED)
def test_the_client_gets_the_encoding_that_it_likes_best(
    alice: HttpClient, accept: str | None, kind: str | None, got: str
) -> None:
    headers = {name: value for name, value in (("accept", accept), ("content-type", kind)) if value}
    answer = alice.send(PULL, path=SESSION, content=b"", headers=headers)
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, got)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/json;q=0",
        "*/*;q=0",
        "application/json;q=0.0, application/*;q=0.000",
        "application/xml, text/*",
        "*/json",
        "application/protobuf",
        "json",
        ",",
        ";;;",
        "é",
        # No weights: RFC 9110, section 12.4.2.
        *(f"application/json;q={weight}" for weight in ("x", "", "nan", "inf", "-1", "2", "1e-1", "\u0661", '"0.5"')),
    ],
)
def test_what_has_no_acceptable_encoding_is_406_in_json(alice: HttpClient, accept: str) -> None:
    assert alice.refused("GET /v1/sessions", 406, headers={"accept": accept})["field"] == "header.Accept"


def page(alice: HttpClient, **headers: str) -> Answer:
    return alice.send(HISTORY, path=SESSION, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "accepted", ["gzip", "br, GZIP;q=0.1", "*", "deflate, gzip;q=1.0, *;q=0.5", "identity, gzip;q=0.001", "*;q=0,gzip"]
)
@pytest.mark.parametrize("kind", [JSON, PROTOBUF])
def test_a_long_answer_is_compressed_for_those_who_accept_it(alice: HttpClient, accepted: str, kind: str) -> None:
    plain, packed = page(alice, accept=kind), page(alice, accept=kind, accept_encoding=accepted)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.sent
    assert len(packed.sent) < len(plain.sent)


@pytest.mark.parametrize(
    "accepted",
    ["", "gzip;q=0", "gzip;q=0.000", "br", "*;q=0", "identity", "identity;q=0", "gzip;q=0, *", "gz"],
)
def test_for_others_it_is_not(alice: HttpClient, accepted: str) -> None:
    assert "content-encoding" not in page(alice, accept_encoding=accepted).headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", None), ("gzip, *;q=0.1", None), ("gzip, identity;q=0", "gzip"), ("gzip, *;q=0", "gzip")],
)
def test_a_short_answer_is_compressed_only_for_who_takes_nothing_else(
    alice: HttpClient, accepted: str, coding: str | None
) -> None:
    answer = alice.send(BLOCK, path={"uid": "b"}, headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert json.loads(answer.content) == {"uid": "b", "blocked": True}
