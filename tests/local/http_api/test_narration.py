"""What `make run` prints of requests to the HTTP API: a line a request, for people."""

import gzip
import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from catchup.wire import catchup_pb2 as pb
from local.http_api.answers import HttpAnswer
from local.http_api.exchange import Exchange
from local.narration import Narrator


def exchange(
    route_key: str, path: str, asked: Any, status: int, said: Any, uid: str = "ann", parameters: Any = None
) -> Exchange:
    """A request to the HTTP API with JSON in both directions."""
    headers = (("content-type", "application/json; charset=utf-8"),)
    return Exchange(
        method=route_key.partition(" ")[0] or "GET",
        path=path,
        content_type="application/json",
        body=json.dumps(asked).encode() if asked is not None else b"",
        answer=HttpAnswer(status, headers, json.dumps(said).encode()),
        route_key=route_key,
        parameters=parameters or {},
        identity={"uid": uid} if uid else {},
    )


SESSION = {"sessionId": "p:ann:bob"}
PAGE = {**SESSION, "messages": [{}], "end": False}
PULL, SEND = "POST /v1/sessions/{sessionId}/pull", "POST /v1/messages"
DENIED = {"code": "PERMISSION_DENIED", "error": {"field": "body.to", "rule": "has blocked you"}}


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (
            exchange(PULL, "/v1/sessions/p:ann:bob/pull", {"ack": [1, 2]}, 200, PAGE, parameters=SESSION),
            "ann pull p:ann:bob: 1 message, 2 acked, more follow (POST 200)",
        ),
        (
            exchange(SEND, "/v1/messages", {"to": "bob", "ackFlg": 1}, 200, {"sessionId": "p:ann:bob", "seq": 3}),
            "ann → bob #3 stored (POST 200)",
        ),
        (
            exchange(SEND, "/v1/messages", {"to": "bob"}, 403, DENIED),
            "ann → bob: PERMISSION_DENIED: body.to has blocked you (POST 403)",
        ),
        (
            exchange("GET /v1/sessions", "/v1/sessions", None, 401, {"message": "Unauthorized"}, uid=""),
            "somebody sessions: Unauthorized (GET 401)",
        ),
        (
            exchange("", "/v1/no\x1bwhere", None, 404, {"message": "Not Found"}, uid=""),
            "somebody GET /v1/no\\x1bwhere: Not Found (404)",
        ),
        (
            exchange("GET /openapi.json", "/openapi.json", None, 200, {"openapi": "3.1.0"}, uid=""),
            "somebody GET /openapi.json (200)",
        ),
    ],
)
def test_a_request_over_http_is_told_like_the_frame_that_says_the_same(
    seen: Exchange, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "local.requests")
    Narrator().requested(seen)
    assert caplog.messages == [line]


def test_an_answer_in_protobuf_that_is_compressed_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "local.requests")
    headers = (("content-type", "application/x-protobuf"), ("content-encoding", "gzip"))
    reply = pb.PageReply(session_id="p:ann:bob", messages=[pb.Message()] * 2, end=True)
    seen = exchange(PULL, "", None, 200, None, parameters=SESSION)
    asked = pb.PullRequest(ack=[1]).SerializeToString()
    answer = HttpAnswer(200, headers, gzip.compress(reply.SerializeToString()))
    Narrator().requested(replace(seen, content_type="application/x-protobuf", body=asked, answer=answer))
    (told,) = caplog.messages
    assert told.startswith("ann pull p:ann:bob: 2 messages, 1 acked, the end")


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[1]", b"7", b"\xff"])
def test_bodies_that_are_none_stop_nobody(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "local.requests")
    seen = exchange(PULL, "/v1/sessions/p:ann:bob/pull", None, 200, None, parameters=SESSION)
    for kind in ("application/json", "application/x-protobuf"):
        answer = HttpAnswer(200, (("content-type", kind),), body)
        Narrator().requested(replace(seen, content_type=kind, body=body, answer=answer))
    assert len(caplog.messages) == 2
