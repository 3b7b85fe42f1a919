"""Requests over HTTP: every route, both encodings, and the statuses of errors."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from catchup.commands import COMMANDS, ROUTES
from catchup.entrypoint.http import STATUSES as IN_USE
from catchup.wire import catchup_pb2 as pb
from tests.support.engines import fresh_tables, moto_engine
from tests.support.events import http_event
from tests.support.http import PROTOBUF, STATUSES, Answer, HttpClient, as_frame, request_of, route_of
from tests.support.requests import BODIES, FRIEND, GOOD, GROUP
from tests.support.world import World

SESSION = "p:alice:bob"
PULL, HISTORY = "POST /v1/sessions/{sessionId}/pull", "GET /v1/sessions/{sessionId}/messages"
HELLO = {"msgId": "m7", "chatType": 1, "to": "bob", "msg": {"message": "hello"}}


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """Alice and her friends, who have written to her."""
    with moto_engine() as client:
        world = World(client, fresh_tables(client))
        friend, bob = world.online(FRIEND), world.online("bob")
        friend.change("create", GROUP, msg_id="made", uids=["alice"])
        friend.chat("alice")
        bob.chat("alice")
        yield world


def over_http(world: World, uid: str = "alice", encoding: str = "json") -> HttpClient:
    return HttpClient(world, uid, encoding)


# ---------------------------------------------------------------- every route


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("cmd", sorted({command.cmd for command in ROUTES.values()}))
def test_a_command_answers_over_http_as_over_the_socket(shared: World, cmd: str, encoding: str) -> None:
    """Whatever it is asked: the same code, and of what only reads the same body."""
    rng, client, phone = Random(18), over_http(shared, encoding=encoding), shared.phone("alice")
    for _ in range(6):
        body = BODIES[cmd](rng)
        if cmd == "role":
            body["groupId"] = GROUP
        frame, answer = phone.ask(cmd, **body), client.ask(cmd, **body)
        assert answer["code"] == frame["code"], (body, frame, answer)
        if cmd in ("counters", "pull", "history", "sessions", "members", "blocked") and frame["code"] == "OK":
            # A list of named sessions has no epoch, and neither has a pull.
            assert answer["body"] == frame["body"]
        elif frame["code"] != "OK":
            places = (f"body.{name}" for name in body if f"{{{name}}}" in route_of(cmd, body))
            place = frame["error"]["field"]
            assert answer["error"]["field"] == (place.replace("body", "path", 1) if place in places else place)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_is_answered_by_the_function_of_its_command_alone(shared: World, route: str) -> None:
    for function in ("sync", "chat", "group", "connection"):
        if function != ROUTES[route].function:
            cmd, body = ROUTES[route].cmd, GOOD[ROUTES[route].cmd]
            _, parts = request_of(cmd, body)
            parts.pop("content" if route.startswith("GET ") else "query", None)
            answer = over_http(shared).send(route, function=function, **parts)
            assert (answer.status, answer.json["code"]) == (501, "UNIMPLEMENTED")


def test_the_curl_lines_of_the_guide_work_as_pasted(shared: World) -> None:
    """curl says of -d that it is a form, and API Gateway then gives it in base64."""
    curl = over_http(shared)
    curl.headers = {"accept": "*/*", "user-agent": "curl/8.5.0"}
    form = {"content-type": "application/x-www-form-urlencoded"}
    sent = curl.send("POST /v1/messages", content=json.dumps(HELLO).encode(), headers=form)
    assert (sent.status, sent.json["sessionId"]) == (200, SESSION)
    again = curl.send("POST /v1/messages", content=json.dumps(HELLO).encode(), headers=form)
    assert again.json == sent.json
    assert curl.send("GET /v1/sessions").json["end"]
    pulled = curl.send(PULL, path={"sessionId": SESSION}, content=b'{"limit":20,"ack":[21,20]}', headers=form)
    assert [message["from"] for message in pulled.json["messages"]] == ["bob"]
    page = curl.send(HISTORY, path={"sessionId": SESSION}, query="before=21&limit=50")
    assert [message["seq"] for message in page.json["messages"]] == [2, 1]


def test_all_counters_are_what_a_login_tells_and_nothing_is_registered(shared: World) -> None:
    before = shared.trace()
    told = over_http(shared).send("GET /v1/counters").json
    assert shared.trace() == before
    assert over_http(shared).send("POST /v1/counters", content=b"{}").json == told
    assert shared.phone("alice").ok("counters") == told
    assert shared.phone("alice").ok("login") == told
    assert told["epoch"]
    assert told["counters"][SESSION]["lastMsg"]


def test_a_cursor_of_counters_goes_on_without_an_epoch(shared: World) -> None:
    told = over_http(shared).send("GET /v1/counters", query="next=after%3A").json
    assert SESSION in told["counters"]
    assert "epoch" not in told


def test_all_own_devices_get_what_was_sent_over_http_and_so_does_the_sending_one(shared: World) -> None:
    phone, laptop = shared.online("carol", "phone"), shared.online("carol", "laptop")
    carol = over_http(shared, "carol")
    carol.headers = {"x-device-id": "phone"}
    carol.ok("chat", msgId="over-http", chatType=1, to="bob", msg={})
    assert [push["body"]["msgId"] for push in (*phone.pushes, *laptop.pushes)] == ["over-http"] * 2


# ---------------------------------------------------------------- statuses


def test_every_code_has_the_status_of_the_document() -> None:
    assert {pb.Code.Name(code): status for code, status in IN_USE.items()} == STATUSES
    assert set(STATUSES) == set(pb.Code.keys())


def failing(world: World, error: Exception, monkeypatch: pytest.MonkeyPatch, encoding: str = "json") -> Answer:
    """The answer to a request whose work fails with this error."""

    def fail(*_: Any) -> Any:
        raise error

    handler: Any = world.handlers["sync"]
    handlers = next(cell.cell_contents for cell in handler.__closure__ if isinstance(cell.cell_contents, dict))
    monkeypatch.setitem(handlers, "sessions", fail)
    route, parts = request_of("sessions", {}, encoding)
    return over_http(world).send(route, **parts)


ERRORS = [
    ("ContentHeld('m')", 202, "HELD"),
    ("TokenExpired()", 401, "UNAUTHENTICATED"),
    ("NotAMember()", 403, "PERMISSION_DENIED"),
    ("GroupExists()", 409, "ALREADY_EXISTS"),
    ("Contended()", 409, "ABORTED"),
    ("GroupFull()", 400, "FAILED_PRECONDITION"),
    ("ContentRejected()", 422, "REJECTED"),
    ("TooManyMessages(7)", 429, "RESOURCE_EXHAUSTED"),
    ("ZeroDivisionError()", 500, "INTERNAL"),
    ("Unreadable('m')", 500, "DATA_LOSS"),
    ("Unavailable()", 503, "UNAVAILABLE"),
    ("OutOfTime()", 504, "DEADLINE_EXCEEDED"),
]


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize(("error", "status", "code"), ERRORS)
def test_an_error_has_its_status_and_says_what_to_do(
    shared: World, error: str, status: int, code: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catchup import errors

    answer = failing(shared, eval(error, {**vars(errors)}), monkeypatch, encoding)  # noqa: S307 - the list above
    frame = as_frame("sessions", answer)
    assert (answer.status, frame["code"]) == (status, code)
    assert frame["error"]["rule"]
    waits = {"TooManyMessages(7)": "7", "Unavailable()": "1"}
    assert answer.headers.get("retry-after") == waits.get(error)
    assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize("wait", [1, 2, 3_600])
def test_a_sender_who_is_held_is_told_the_whole_seconds_to_wait(
    shared: World, wait: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retry-After of RFC 9110 has no fractions."""
    from catchup.errors import TooManyMessages

    assert failing(shared, TooManyMessages(wait), monkeypatch).headers["retry-after"] == str(wait)


def test_codes_of_single_sessions_stay_in_an_answer_of_200(shared: World) -> None:
    answer = over_http(shared).send("POST /v1/counters/clear", content=b'{"sessions":{"p:bob:carol":1}}')
    assert (answer.status, answer.json["sessions"]["p:bob:carol"]["code"]) == (200, "PERMISSION_DENIED")


def test_an_answer_is_kept_by_nobody_and_depends_on_what_is_accepted(shared: World) -> None:
    for answer in (over_http(shared).send("GET /v1/sessions"), over_http(shared).send("GET /v1/sessions", query="x=1")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("path", ["/v1/nothing", "/", "/v1/sessions/a/b/messages"])
def test_a_path_without_a_route_is_404_if_it_reaches_a_function(shared: World, path: str) -> None:
    answer = over_http(shared).send(f"$default {path}", function="sync")
    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("stage", "raw_path", "status"),
    [
        ("$default", "/v1/sessions", 405),
        ("prod", "/prod/v1/sessions", 405),
        ("v1", "/v1/v1/sessions", 405),
        ("$default", "/prod/v1/sessions", 404),
        ("prod", "/prod/prod/v1/sessions", 404),
    ],
)
def test_a_named_stage_is_no_part_of_the_path(shared: World, stage: str, raw_path: str, status: int) -> None:
    event = http_event("$default", path={}) | {"rawPath": raw_path}
    event["requestContext"] |= {"stage": stage}
    assert over_http(shared).send_event(event, "sync").status == status


def test_a_method_without_a_route_is_405_if_it_reaches_a_function(shared: World) -> None:
    answer = over_http(shared).send("PATCH /v1/blocks/bob", function="chat")
    assert (answer.status, answer.json["code"]) == (405, "UNIMPLEMENTED")
    assert answer.headers["allow"] == "DELETE, PUT"


def test_protobuf_is_binary_and_holds_the_reply_alone(shared: World) -> None:
    answer = over_http(shared).send("GET /v1/sessions", headers={"accept": PROTOBUF})
    assert answer.headers["content-type"] == PROTOBUF
    assert f"g:{GROUP}" in [each.session_id for each in pb.SessionsReply.FromString(answer.sent).sessions]


def test_all_commands_but_those_of_connections_have_routes() -> None:
    assert {cmd for cmd, command in COMMANDS.items() if not command.http} == {"login", "ping"}
