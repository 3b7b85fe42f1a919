"""Every field of every request: at its limit it is taken, beyond it refused, alike in both encodings, before any call.

A field that the schema gets and this table lacks fails. In the protobuf form there is no wrong type: a field with
another wire type is one that the schema doesn't know, and so absent.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest

from catchup.domain.ids import MAX_NUMBER
from catchup.settings import (
    MAX_ACK_SEQS,
    MAX_CLEAR_SESSIONS,
    MAX_GROUP_NAME_BYTES,
    MAX_MESSAGE_BYTES,
    MAX_NAMED_UIDS,
    MAX_NESTING,
    MAX_PAGE,
    MAX_REQ_ID_BYTES,
)
from catchup.wire import catchup_pb2 as pb
from catchup.wire.codec import REQUESTS
from tests.support.engines import fresh_tables, moto_engine
from tests.support.outages import Outages
from tests.support.world import FUNCTIONS, Phone, World, from_pb, to_pb

SESSION = "p:alice:bob"
MISSING = object()
# Fields of a message that only the server sets.
SET_BY_THE_SERVER = {"sessionId", "seq", "received", "serverTime", "type"}
CHAT: dict[str, Any] = {"msgId": "m", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {"message": "hi"}}
CHANGE = {"msgId": "c", "groupId": "room"}
GOOD: dict[str, dict[str, Any]] = {
    "login": {},
    "ping": {},
    "counters": {"sessionIds": [SESSION]},
    "clear": {"sessions": {SESSION: 0}},
    "ack": {"sessions": {SESSION: {"seqs": [1]}}},
    "chat": CHAT,
    "pull": {"sessionId": SESSION},
    "history": {"sessionId": SESSION},
    "sessions": {},
    "create": CHANGE,
    "join": CHANGE,
    "leave": CHANGE,
    "add": {**CHANGE, "uids": ["bob"]},
    "remove": {**CHANGE, "uids": ["bob"]},
    "role": {**CHANGE, "uid": "bob", "role": "ADMIN"},
    "members": {"groupId": "room"},
    "block": {"uid": "bob"},
    "unblock": {"uid": "bob"},
    "blocked": {},
}


def deep(levels: int) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for _ in range(levels - 1):
        content = {"a": content}
    return content


def content_of(total_bytes: int) -> dict[str, Any]:
    """A content with which the message CHAT has so many bytes in the JSON form, the larger one."""
    empty = {**CHAT, "v": 1, "from": "alice", "msg": {"message": ""}, "sessionId": "", "seq": 0, "serverTime": 0}
    return {"message": "x" * (total_bytes - len(json.dumps(empty, separators=(",", ":"))))}


@dataclass(frozen=True)
class Field:
    """`taken` and `refused` are values of the field; `wrong` are of another type. `at`: where an error says it is."""

    taken: tuple[Any, ...]
    refused: tuple[Any, ...] = ()
    wrong: tuple[Any, ...] = ()
    required: bool = False
    at: str = ""
    beside: tuple[tuple[str, Any], ...] = ()


Values = tuple[Any, ...]
Kinds = tuple[Values, Values, Values]
IDS: Kinds = ("x", "x" * 64, "A-z_0"), ("", "x" * 65, "a b", "ä", "a:b", "a\n"), (7, True, ["x"], {})
NUMBERS: Kinds = (0, MAX_NUMBER), (-1, MAX_NUMBER + 1, 2**63 - 1), ("x", 1.5, 2**64, 10**400, True, [], {})
LIMITS: Kinds = (0, 1, MAX_PAGE), (-1, MAX_PAGE + 1, 2**31 - 1), ("x", 1.5, 2**31, [], True)
FLAGS: Kinds = (True, False), (), (1, "true", [])
SESSION_ID: Kinds = (
    (SESSION, "g:room"),
    ("", "alice", "p:bob:alice", "p:alice:b b", "p:alice:bob:c", "g:", "g:a b"),
    (7, []),
)


def uids(count: int) -> list[str]:
    return [f"u{number}" for number in range(count)]


def sessions(count: int, value: Any) -> dict[str, Any]:
    return {f"p:alice:b{number}": value for number in range(count)}


def seqs_of(count: int) -> list[int]:
    return list(range(1, count + 1))


IDENTIFIER = Field(*IDS, required=True)
SEQS: Kinds = (
    ([], seqs_of(MAX_ACK_SEQS), [MAX_NUMBER]),
    (seqs_of(MAX_ACK_SEQS + 1), [0], [-1], [MAX_NUMBER + 1]),
    (1, ["x"], [1.5], [2**70], [None]),
)
CHANGE_FIELDS = {"msgId": IDENTIFIER, "groupId": IDENTIFIER}
# Which field of a list is at fault is said by its place, as far as it is known.
ANYWHERE = "?"
NAMED: Kinds = (uids(1), uids(MAX_NAMED_UIDS)), (uids(MAX_NAMED_UIDS + 1), ["a b"], ["alice"]), ("bob", 7, [7], [None])
CURSOR: Kinds = ("", "after:", "after:p:a:b"), ("7", "after:x", "after:p:b:a"), (7, [])
FIELDS: dict[str, dict[str, Field]] = {
    "login": {},
    "ping": {},
    "counters": {
        "sessionIds": Field(
            ([SESSION], [*sessions(MAX_CLEAR_SESSIONS, 0)]),
            ([], [*sessions(MAX_CLEAR_SESSIONS + 1, 0)], ["x"]),
            ("x", [7], [None]),
            required=True,
            at=ANYWHERE,
        ),
        "next": Field(*CURSOR),
    },
    "clear": {
        "sessions": Field(
            ({SESSION: 0}, {SESSION: MAX_NUMBER}, sessions(MAX_CLEAR_SESSIONS, 0)),
            ({}, {SESSION: -1}, {SESSION: MAX_NUMBER + 1}, {"x": 1}, {"": 1}, sessions(MAX_CLEAR_SESSIONS + 1, 0)),
            ([], "x", {SESSION: "x"}, {SESSION: 1.5}, {SESSION: None}, {SESSION: {}}),
            required=True,
            at=ANYWHERE,
        )
    },
    "ack": {
        "sessions": Field(
            (
                {SESSION: {}},
                {SESSION: {"seqs": seqs_of(MAX_ACK_SEQS), "received": 0}},
                {SESSION: {"received": MAX_NUMBER}},
                sessions(MAX_CLEAR_SESSIONS, {"seqs": [1]}),
            ),
            (
                {},
                sessions(MAX_CLEAR_SESSIONS + 1, {}),
                sessions(2, {"seqs": seqs_of(MAX_ACK_SEQS // 2 + 1)}),
                *({SESSION: {"seqs": seqs}} for seqs in SEQS[1]),
                *({SESSION: {"received": number}} for number in NUMBERS[1]),
            ),
            (
                [],
                {SESSION: []},
                *({SESSION: {"seqs": seqs}} for seqs in SEQS[2]),
                *({SESSION: {"received": number}} for number in NUMBERS[2]),
            ),
            required=True,
            at=ANYWHERE,
        )
    },
    "chat": {
        "v": Field((0, 1), (2, -1), ("x", 1.5, 2**31)),
        "msgId": IDENTIFIER,
        "chatType": Field((1, 2), (0, 3, -1), ("x", 1.5, 2**31), required=True),
        "ackFlg": Field((0, 1), (2, -1), ("x", 1.5, 2**31)),
        "from": Field(("", "alice"), (), (7, [])),
        "to": IDENTIFIER,
        "time": Field(*NUMBERS),
        "msg": Field(
            ({}, deep(MAX_NESTING), content_of(MAX_MESSAGE_BYTES)),
            (deep(MAX_NESTING + 1), content_of(MAX_MESSAGE_BYTES + 1)),
            ("x", [], 7, None, deep(40), deep(150), deep(300)),
            required=True,
        ),
        "at": Field(
            ([], uids(MAX_NAMED_UIDS)),
            (uids(MAX_NAMED_UIDS + 1), ["a b"]),
            ("bob", [7], [None]),
            at=ANYWHERE,
            beside=(("chatType", 2),),
        ),
        "atAll": Field(*FLAGS, beside=(("chatType", 2),)),
    },
    "pull": {
        "sessionId": Field(*SESSION_ID, required=True),
        "limit": Field(*LIMITS),
        "ack": Field(*SEQS),
        "before": Field(*NUMBERS),
        "after": Field(*NUMBERS),
    },
    "history": {
        "sessionId": Field(*SESSION_ID, required=True),
        "limit": Field(*LIMITS),
        "before": Field(*NUMBERS),
        "after": Field(*NUMBERS),
    },
    "sessions": {"limit": Field(*LIMITS), "next": Field(*CURSOR)},
    "create": {
        **CHANGE_FIELDS,
        "name": Field(
            ("", "x" * MAX_GROUP_NAME_BYTES, "ä" * (MAX_GROUP_NAME_BYTES // 2)),
            ("x" * (MAX_GROUP_NAME_BYTES + 1), "ä" * (MAX_GROUP_NAME_BYTES // 2 + 1), "a\nb", "\0"),
            (7, [], "\ud800"),
        ),
        "uids": Field(([], *NAMED[0]), *NAMED[1:], at=ANYWHERE),
        "open": Field(*FLAGS),
        "openHistory": Field(*FLAGS),
    },
    "join": CHANGE_FIELDS,
    "leave": CHANGE_FIELDS,
    "add": {**CHANGE_FIELDS, "uids": Field(NAMED[0], ([], *NAMED[1]), NAMED[2], required=True, at=ANYWHERE)},
    "remove": {**CHANGE_FIELDS, "uids": Field(NAMED[0], ([], *NAMED[1]), NAMED[2], required=True, at=ANYWHERE)},
    "role": {
        **CHANGE_FIELDS,
        "uid": IDENTIFIER,
        "role": Field(("MEMBER", "ADMIN", "OWNER"), (3, -1), ("KING", 1.5, [], True), required=True),
    },
    "members": {
        "groupId": IDENTIFIER,
        "limit": Field(*LIMITS),
        "next": Field(("", "x" * 64), ("x" * 65, "a b"), (7, [])),
    },
    "block": {"uid": IDENTIFIER},
    "unblock": {"uid": IDENTIFIER},
    "blocked": {},
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
        answer: dict[str, Any] = json.loads(alice.send_frame(text, FUNCTIONS.get(route, "sync"), route))
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
    taken = ("OK", "PERMISSION_DENIED", "ALREADY_EXISTS", "FAILED_PRECONDITION")
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
        assert set(FIELDS[route]) == schema - (SET_BY_THE_SERVER if route == "chat" else set()), route
    bodies = {field.json_name for field in pb.Envelope.DESCRIPTOR.oneofs_by_name["body"].fields}
    of_answers = {"code", "error"}
    assert set(HEADER) == {field.json_name for field in pb.Envelope.DESCRIPTOR.fields} - bodies - of_answers - {"cmd"}
