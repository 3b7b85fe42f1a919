"""Every field of every request: at its limit it is taken, beyond it refused, alike in both encodings, before any call.

A field that the schema gets and this table lacks fails. In the protobuf form there is no wrong type: a field with
another wire type is one that the schema doesn't know, and so absent.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest

from catchup.commands import COMMANDS
from catchup.settings import (
    MAX_REQ_ID_BYTES,
)
from catchup.wire import catchup_pb2 as pb
from tests.support.engines import fresh_tables, moto_engine
from tests.support.fields import ANYWHERE, Field
from tests.support.outages import Outages
from tests.support.requests import FIELDS, GOOD, REQUESTS
from tests.support.world import Phone, World, from_pb, to_pb

MISSING = object()
# Fields of a message that only the server sets.
SET_BY_THE_SERVER = {
    "chat": {"sessionId", "seq", "number", "serverTime", "type", "quiet", "ref", "recalled", "revised", "hidden"},
    "signal": {"sessionId"},
}
HEADER = {
    "time": Field((0, 1554964793813), (), ("x", 1.5, 2**64, 10**400, [])),
    "uid": Field(("alice",), (), (7, [])),
    "clientInfo": Field(({}, {"deviceId": "x"}), (), ("x", [], 7, {"deviceId": 7})),
    "reqId": Field(("x", "x" * MAX_REQ_ID_BYTES), ("", "x" * (MAX_REQ_ID_BYTES + 1), "ä" * 33), (7, [], "\ud800")),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """What is taken may leave what it likes: only the answers are looked at."""
    with moto_engine() as client:
        world = World(client, fresh_tables(client))
        world.phone("alice").change("create", "room", msg_id="made", uids=["bob"], open=True)
        yield world


def short(value: Any) -> str:
    text = "nothing" if value is MISSING else json.dumps(value, default=str)
    return text if len(text) <= 40 else f"{text[:30]}… ({len(text)})"


def asked(world: World, route: str, frame: dict[str, Any], encoding: str) -> tuple[dict[str, Any], int]:
    """Alice's request; its answer, and how many calls it took."""
    alice: Phone = world.phone("alice")
    frame = {"cmd": route, **frame}
    text = json.dumps(frame if encoding == "json" else {"cmd": route, "pb": to_pb(frame)})
    pushed, queued = sum(map(len, world.gateway.posted.values())), world.queues.taken_in
    with Outages(world.dynamodb) as calls:
        answer: dict[str, Any] = json.loads(alice.send_frame(text, COMMANDS[route].function, route))
        others = sum(map(len, world.gateway.posted.values())) - pushed + world.queues.taken_in - queued
        count = len(calls.sent) + others
    return (from_pb(answer["pb"]) if "pb" in answer else answer), count


class Case(NamedTuple):
    """One value of one field."""

    title: str
    cmd: str
    frame: dict[str, Any]
    at: str
    """Where the error is, if there is one."""


ROUTES = [*FIELDS, "chat (header)"]


def cases(route: str, *which: str) -> Iterator[Case]:
    """One for each of these values of each field of a request."""
    cmd, header = route.removesuffix(" (header)"), route.endswith("(header)")
    for name, field in (HEADER if header else FIELDS[cmd]).items():
        values = [value for each in which for value in getattr(field, each)]
        for value in values + [MISSING] * (field.required and "refused" in which):
            part = {} if value is MISSING else {name: value}
            body = {key: item for key, item in GOOD[cmd].items() if key != name or header} | dict(field.beside)
            frame = {"body": body, **part} if header else {"body": body | part}
            at = field.at or (name if header else f"body.{name}")
            if isinstance(value, dict) and name == "clientInfo" and value:
                at = ANYWHERE
            yield Case(f"{name} is {short(value)}", cmd, frame, at)


def is_refused(answer: dict[str, Any], calls: int, at: str) -> bool:
    if answer["code"] != "INVALID_ARGUMENT" or calls:
        return False
    error = answer["error"]
    in_place = error["field"].startswith(("body.", "clientInfo.")) if at == ANYWHERE else error["field"] == at
    return bool(in_place and error["rule"] and error["fix"])


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("route", ROUTES)
def test_up_to_its_limit_a_field_is_taken(world: World, route: str, encoding: str) -> None:
    answers = {case.title: asked(world, case.cmd, case.frame, encoding)[0] for case in cases(route, "taken")}
    taken = ("OK", "NOT_FOUND", "PERMISSION_DENIED", "ALREADY_EXISTS", "FAILED_PRECONDITION")
    assert {title: answer for title, answer in answers.items() if answer["code"] not in taken} == {}


@pytest.mark.parametrize("encoding", ["json", "pb"])
@pytest.mark.parametrize("route", ROUTES)
def test_beyond_its_limit_a_field_is_refused_before_any_call(world: World, route: str, encoding: str) -> None:
    assert not_refused(world, cases(route, "refused"), encoding) == {}


@pytest.mark.parametrize("route", ROUTES)
def test_of_a_wrong_type_a_field_is_refused_before_any_call(world: World, route: str) -> None:
    assert not_refused(world, cases(route, "wrong"), "json") == {}


def not_refused(world: World, tried: Iterable[Case], encoding: str) -> dict[str, Any]:
    """The answers that are not as they should be, and the calls they took."""
    outcomes = [(case, asked(world, case.cmd, case.frame, encoding)) for case in tried]
    return {case.title: outcome for case, outcome in outcomes if not is_refused(*outcome, case.at)}


def test_the_table_has_every_field_of_every_request() -> None:
    assert set(FIELDS) == set(GOOD) == set(REQUESTS)
    for route in REQUESTS:
        message = pb.Envelope.DESCRIPTOR.fields_by_name[route].message_type
        assert message is not None
        schema = {field.json_name for field in message.fields}
        assert set(FIELDS[route]) == schema - SET_BY_THE_SERVER.get(route, set()), route
    bodies = {field.json_name for field in pb.Envelope.DESCRIPTOR.oneofs_by_name["body"].fields}
    of_answers = {"code", "error"}
    assert set(HEADER) == {field.json_name for field in pb.Envelope.DESCRIPTOR.fields} - bodies - of_answers - {"cmd"}
