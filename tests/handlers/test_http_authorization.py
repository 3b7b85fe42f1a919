"""Who may use a route over HTTP: nobody without a valid identity, whatever the authorizer's cache has let through; and
what is another's stays so, however it is named. What each caller may do to which session is in the grid of
test_authorization.py, which asks over HTTP, too.
"""

import base64
from typing import Any

import pytest

from catchup.commands import ROUTES
from tests.support.events import http_event
from tests.support.http import HttpClient, request_of, route_of
from tests.support.requests import GOOD
from tests.support.world import Context, World

UNKNOWN: dict[str, Any] = {
    "an expired token": {"lambda": {"uid": "alice", "deviceId": "", "expiresAt": 1_700_000_000}},
    "no authorizer": None,
    "an authorizer that has said nothing": {"lambda": {}},
    "nobody's token": {"lambda": {"uid": "", "deviceId": "", "expiresAt": 4_000_000_000}},
    "the context of a connection": {"uid": "alice", "deviceId": "phone", "encoding": "json", "expiresAt": "4000000000"},
    "the claims of another authorizer": {"jwt": {"claims": {"sub": "alice", "exp": "4000000000"}}},
}


def parts_of(route: str) -> dict[str, Any]:
    """A good request of exactly this route."""
    cmd = ROUTES[route].cmd
    body = {} if cmd == "counters" and route.startswith("GET ") else GOOD[cmd]
    chosen, parts = request_of(cmd, body)
    assert chosen == route
    return parts


def test_every_route_has_a_good_request() -> None:
    for route in ROUTES:
        parts_of(route)
    assert {route_of("counters", {}), route_of("counters", GOOD["counters"])} == {
        "GET /v1/counters",
        "POST /v1/counters",
    }


@pytest.mark.parametrize("who", UNKNOWN)
@pytest.mark.parametrize("route", ROUTES)
def test_no_route_answers_a_request_without_a_valid_identity(written: World, route: str, who: str) -> None:
    """Even if the request is none: what a route takes is told only to those who may ask."""
    before = written.trace()
    for parts in (parts_of(route), {**parts_of(route), "query": "x=1"}):
        event = http_event(route, **parts)
        event["requestContext"]["authorizer"] = UNKNOWN[who]
        answer = HttpClient(written, "alice").send_event(event, ROUTES[route].function)
        assert (answer.status, answer.json["code"]) == (401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert written.trace() == before


@pytest.mark.parametrize("route", ROUTES)
def test_a_named_stage_gives_no_other_rights(written: World, route: str) -> None:
    events = [http_event(route, uid="mallory", **parts_of(route)) for _ in range(2)]
    events[1]["requestContext"] |= {"stage": "prod"}
    events[1]["rawPath"] = f"/prod{events[1]['rawPath']}"
    first, second = (HttpClient(written, "mallory").send_event(each, ROUTES[route].function) for each in events)
    assert (second.status, second.json.get("error")) == (first.status, first.json.get("error"))


@pytest.mark.parametrize("foreign", ["p:bob:carol", "p:a/b:c?d", "g:never", "g:nowhere"])
@pytest.mark.parametrize("cmd", ["pull", "history"])
def test_another_ones_session_is_denied_in_each_way_to_write_its_id(written: World, cmd: str, foreign: str) -> None:
    if foreign == "g:never":
        written.online("bob").change("create", "never", msg_id="never")
    names = {"b64:" + base64.urlsafe_b64encode(foreign.encode()).decode().rstrip("=")}
    names |= {foreign} if not set("/?%") & set(foreign) else set()
    route = route_of(cmd, {"sessionId": foreign})
    for name in names:
        answer = HttpClient(written, "alice").send(route, path={"sessionId": name})
        assert (answer.status, answer.error["field"]) == (403, "path.sessionId")


@pytest.mark.parametrize("cmd", ["pull", "history"])
def test_ones_own_session_in_the_path_opens_no_other_in_body_or_query(written: World, cmd: str) -> None:
    route, path = route_of(cmd, {"sessionId": ""}), {"sessionId": "p:alice:bob"}
    parts: dict[str, Any] = {"content": b'{"sessionId":"p:bob:carol"}'} if cmd == "pull" else {}
    parts = parts or {"query": "sessionId=p%3Abob%3Acarol"}
    error = HttpClient(written, "alice").refused(route, path=path, **parts)
    assert error["field"] == ("body.sessionId" if cmd == "pull" else "query.sessionId")


def test_another_ones_device_in_the_header_is_none_of_theirs(written: World) -> None:
    """Bob's phone stays registered as it is, and is pushed what is Bob's alone."""
    phone = written.online("bob")
    presence = written.rows("Presence")
    mallory = HttpClient(written, "mallory", headers={"x-device-id": phone.device, "x-uid": "bob"})
    mallory.ok("chat", msgId="by-mallory", chatType=1, to="carol", msg={})
    sessions = mallory.send("GET /v1/sessions").json["sessions"]
    assert all("mallory" in each["sessionId"] or each["sessionId"].startswith("g:") for each in sessions)
    assert written.rows("Presence") == presence
    assert phone.pushes == []


@pytest.mark.parametrize("name", ["uid", "from"])
def test_nobody_speaks_for_another(written: World, name: str) -> None:
    """`uid` is no field of a body: it is ignored, as all unknown ones."""
    body = {**GOOD["chat"], "msgId": f"as-bob-{name}", "to": "carol", name: "bob"}
    answer = HttpClient(written, "mallory").ask("chat", **body)
    assert answer["code"] == ("OK" if name == "uid" else "PERMISSION_DENIED")
    stored = [row for row in written.rows("Message") if row["sessionId"]["S"] == "p:bob:carol"]
    assert stored == []


def test_a_frame_with_the_typed_context_is_no_request_of_a_connection(written: World) -> None:
    event = written.phone("alice").event("MESSAGE", "sessions", '{"cmd":"sessions"}')
    event["requestContext"]["authorizer"] = http_event("GET /v1/sessions")["requestContext"]["authorizer"]
    assert '"code":"UNAUTHENTICATED"' in written.handlers["sync"](event, Context())["body"]
