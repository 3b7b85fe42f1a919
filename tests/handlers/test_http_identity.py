"""Who asks over HTTP: what the authorizer says of a token, for how long that holds, and what a handler makes of it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.handlers.test_connecting import SECRET, token
from tests.support.cold_start import load_authorizer
from tests.support.engines import moto_services
from tests.support.events import http_event
from tests.support.http import HttpClient
from tests.support.issuer import AUDIENCE, Issuer
from tests.support.outages import Outages
from tests.support.secrets import new_secret
from tests.support.telemetry import lines, logged, metrics
from tests.support.world import Context, World

ALONE = {"isAuthorized": False}


@pytest.fixture
def authorizer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The real authorizer function, with its secret in Secrets Manager."""
    with moto_services():
        monkeypatch.setenv("JWT_SECRET_ARN", new_secret(SECRET))
        yield load_authorizer().handler


def asks(authorization: str, **headers: str) -> dict[str, Any]:
    """An event of the authorizer: payload format 2.0."""
    event = http_event("GET /v1/sessions", headers={"authorization": authorization, **headers})
    del event["requestContext"]["authorizer"]
    return {**event, "type": "REQUEST", "routeArn": "arn:aws:execute-api:…", "identitySource": [authorization]}


def decided(authorizer: Any, authorization: str, **headers: str) -> dict[str, Any]:
    answer: dict[str, Any] = authorizer(asks(authorization, **headers), Context())
    return answer


def test_a_good_token_passes_with_a_typed_context(authorizer: Any) -> None:
    expires = int(time.time()) + 600
    assert decided(authorizer, f"Bearer {token(exp=expires)}") == {
        "isAuthorized": True,
        "context": {"uid": "alice", "deviceId": "phone", "expiresAt": expires, "principal": "alice"},
    }


def test_over_http_a_token_needs_no_device_and_the_header_has_no_part_in_what_is_cached(authorizer: Any) -> None:
    """The cache knows the header Authorization alone."""
    answer = decided(authorizer, f"bearer {token(deviceId=None)}", **{"x-device-id": "laptop"})
    assert (answer["isAuthorized"], answer["context"]["deviceId"]) == (True, "")


def test_a_uid_goes_into_the_access_log_as_json_can_hold_it(authorizer: Any) -> None:
    quoted = token(sub='a"b')
    context = decided(authorizer, f"Bearer {quoted}")["context"]
    assert (context["uid"], context["principal"]) == ('a"b', "a%22b")


REFUSED: dict[str, Callable[[], str]] = {
    "of another key": lambda: f"Bearer {token('another-secret-that-is-long-enough-too')}",
    "expired": lambda: f"Bearer {token(exp=int(time.time()) - 60)}",
    "in no time": lambda: f"Bearer {token(exp=None)}",
    "of nobody": lambda: f"Bearer {token(sub=None)}",
    "of no uid": lambda: f"Bearer {token(sub='a b')}",
    "of a strange device": lambda: f"Bearer {token(deviceId='a b')}",
    "of no device, explicitly": lambda: f"Bearer {token(deviceId=7)}",
    "basic": lambda: f"Basic {token()}",
    "bare": lambda: token(),
    "twice": lambda: f"Bearer {token()},Bearer {token()}",
    "twice, with a space": lambda: f"Bearer {token()}, Bearer {token()}",
    "after another": lambda: f"Basic YTpi,Bearer {token()}",
    "with more behind it": lambda: f"Bearer {token()} x",
    "empty": lambda: "Bearer ",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_token_is_refused_without_an_error_of_lambda(
    authorizer: Any, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The alarm subtracts what `Unauthorized` counts from Lambda's errors: no error, no count."""
    assert decided(authorizer, REFUSED[what]()) == ALONE
    text = capsys.readouterr().out
    assert metrics(text)["Refused"] == 1
    assert "Unauthorized" not in metrics(text)


def test_a_token_in_another_header_is_none(authorizer: Any) -> None:
    """It would be cached under what stands in Authorization, and open to whoever writes the same there."""
    offered = {"sec-websocket-protocol": f"catchup.json.v1, bearer.{token()}"}
    assert decided(authorizer, "guess", **offered) == ALONE


def test_a_token_of_an_issuer_passes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer()
    monkeypatch.setenv("JWT_ISSUER", issuer.url)
    monkeypatch.setenv("JWT_AUDIENCE", AUDIENCE)
    authorizer = load_authorizer().handler
    assert decided(authorizer, f"Bearer {issuer.token(deviceId=None)}")["isAuthorized"]
    assert decided(authorizer, f"Bearer {issuer.token(aud='others')}") == ALONE
    issuer.close()


# ---------------------------------------------------------------- in the handlers


@pytest.fixture
def alice(world: World) -> HttpClient:
    return HttpClient(world, "alice")


def test_a_token_that_expires_while_its_answer_is_cached_opens_nothing(alice: HttpClient) -> None:
    alice.token = {"expires_at": int(time.time())}
    with Outages(alice.world.dynamodb) as calls:
        answer = alice.send("GET /v1/sessions")
        assert (answer.status, answer.json["code"], calls.sent) == (401, "UNAUTHENTICATED", [])
    alice.token = {"expires_at": int(time.time()) + 60}
    assert alice.send("GET /v1/sessions").status == 200


CONTEXTS: list[Any] = [
    None,
    {},
    {"lambda": None},
    {"lambda": {}},
    {"lambda": {"uid": "a b", "deviceId": "", "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": "", "deviceId": "", "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": ["alice"], "deviceId": "", "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": "alice", "deviceId": "a b", "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": "alice", "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": "alice", "deviceId": ""}},
    {"lambda": {"uid": "alice", "deviceId": "", "expiresAt": "soon"}},
    {"lambda": {"uid": "alice", "deviceId": "", "expiresAt": float("inf")}},
    {"lambda": {"uid": "alice", "deviceId": "", "expiresAt": float("nan")}},
    {"lambda": {"uid": "alice", "deviceId": "", "expiresAt": None}},
    {"lambda": {"uid": "alice", "deviceId": "", "expiresAt": [4_000_000_000]}},
    {"lambda": {"uid": None, "deviceId": "", "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": 1, "deviceId": "", "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": "alice", "deviceId": None, "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": "alice", "deviceId": 7, "expiresAt": 4_000_000_000}},
    {"lambda": {"uid": "alice", "deviceId": [], "expiresAt": 4_000_000_000}},
    {"lambda": ["uid", "alice"]},
    {"jwt": {"claims": {"sub": "alice"}}},
    # As over the WebSocket.
    {"uid": "alice", "deviceId": "phone", "encoding": "json", "expiresAt": "4000000000"},
]


@pytest.mark.parametrize("authorizer", CONTEXTS, ids=str)
def test_an_event_without_an_identity_is_401_and_is_reported(alice: HttpClient, authorizer: Any) -> None:
    event = http_event("GET /v1/sessions")
    event["requestContext"]["authorizer"] = authorizer
    with Outages(alice.world.dynamodb) as calls, logged() as log:
        answer = alice.send_event(event, "sync")
        assert (answer.status, answer.json["code"], calls.sent) == (401, "UNAUTHENTICATED", [])
    assert [line["level"] for line in lines(log.getvalue())] == ["ERROR"]


def test_the_context_of_a_connection_is_none_over_http_and_the_other_way_round(alice: HttpClient) -> None:
    phone = alice.world.phone("alice")
    event = phone.event("MESSAGE", "sessions", '{"cmd":"sessions"}')
    event["requestContext"]["authorizer"] = {"lambda": event["requestContext"]["authorizer"]}
    answer = alice.world.handlers["sync"](event, Context())
    assert '"code":"UNAUTHENTICATED"' in answer["body"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"stage": "prod"}, id="a named stage"),
        pytest.param({"connectionId": "c", "eventType": "MESSAGE", "connectedAt": 1, "apiId": "x"}, id="a connection"),
    ],
)
def test_a_request_is_one_by_requestcontext_http_whatever_else_is_in_the_event(
    alice: HttpClient, change: dict[str, Any]
) -> None:
    event = http_event("GET /v1/sessions")
    event["requestContext"] |= change
    event["rawPath"] = event["requestContext"]["http"]["path"] = "/prod/v1/sessions"
    assert alice.send_event(event, "sync").json["sessions"] == []


def test_a_frame_is_one_without_it_whatever_else_is_in_the_event(alice: HttpClient) -> None:
    """Both APIs have a `$default`; and what a client writes in a frame does not count."""
    body = '{"cmd":"ping","reqId":"1","requestContext":{"http":{}},"body":{"http":{}}}'
    event = alice.world.phone("alice").event("MESSAGE", "$default", body)
    event |= {"version": "2.0", "routeKey": "GET /v1/sessions", "rawPath": "/v1/sessions", "http": {}, "headers": {}}
    assert '"cmd":"pong"' in alice.world.handlers["sync"](event, Context())["body"]


@pytest.mark.parametrize("device", ["a b", "x" * 65, "one,two", "phone,phone", "phone, phone", "ä"])
def test_a_device_that_is_none_is_refused(alice: HttpClient, device: str) -> None:
    answer = alice.send("GET /v1/sessions", headers={"x-device-id": device})
    assert (answer.status, answer.error["field"]) == (400, "header.X-Device-Id")


def test_a_device_may_be_named_or_not(alice: HttpClient) -> None:
    assert alice.send("GET /v1/sessions").status == 200
    assert alice.send("GET /v1/sessions", headers={"x-device-id": "laptop"}).status == 200
    alice.token = {"device": "phone"}
    assert alice.send("GET /v1/sessions").status == 200


def test_headers_in_any_case_are_read(alice: HttpClient) -> None:
    """On AWS they are in lower case; an event by hand may have others."""
    event = {**http_event("GET /v1/sessions"), "headers": {"Accept": "application/x-protobuf"}}
    assert alice.send_event(event, "sync").headers["content-type"] == "application/x-protobuf"
