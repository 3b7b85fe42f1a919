"""Frames that were made to hurt: each is answered, takes no call and leaves no trace."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchup.commands import COMMANDS
from catchup.wire import catchup_pb2 as pb
from tests.support.engines import fresh_tables, moto_engine
from tests.support.outages import Outages
from tests.support.requests import REQUESTS
from tests.support.world import World, from_pb

SESSION = "p:alice:bob"
CHAT = '{"cmd":"chat","reqId":"7","body":{"msgId":"m","chatType":1,"to":"bob","msg":%s}}'
CODES = {"INVALID_ARGUMENT", "UNIMPLEMENTED"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with moto_engine() as client:
        yield World(client, fresh_tables(client))


def answered(world: World, frame: str, route: str = "chat") -> tuple[dict[str, Any], list[str]]:
    """The answer of the function that the route leads to, in the JSON form, and the calls that it took."""
    function = COMMANDS[route].function if route in COMMANDS else "connection"
    with Outages(world.dynamodb) as calls:
        answer = json.loads(world.phone("alice").send_frame(frame, function, route))
        return (from_pb(answer["pb"]) if "pb" in answer else answer), list(calls.sent)


def refused(world: World, frame: str, route: str = "chat") -> dict[str, Any]:
    answer, calls = answered(world, frame, route)
    assert answer["code"] in CODES, answer
    assert calls == []
    assert not any(world.gateway.posted.values())
    error: dict[str, Any] = answer["error"]
    assert error["rule"]
    assert error["fix"]
    return error


def nested(levels: int, left: str, right: str, core: str = "1") -> str:
    return left * levels + core + right * levels


@pytest.mark.parametrize("levels", [17, 50, 100, 1_000, 3_000])
@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_depth(world: World, levels: int, left: str, right: str) -> None:
    error = refused(world, CHAT % f'{{"a":{nested(levels, left, right)}}}')
    assert error["field"] in ("body.msg", "")


@pytest.mark.parametrize("place", ["frame", "body", "header"])
@pytest.mark.parametrize("levels", [1_000, 9_000])
def test_depth_in_a_field_that_nobody_knows(world: World, place: str, levels: int) -> None:
    """Unknown fields are ignored, whatever is in them; what can't even be read is refused."""
    deep = nested(levels, "[", "]")
    frame = {
        "frame": f'{{"cmd":"ping","reqId":"7","colour":{deep}}}',
        "body": f'{{"cmd":"ping","reqId":"7","body":{{"colour":{deep}}}}}',
        "header": f'{{"cmd":"ping","reqId":"7","clientInfo":{{"colour":{deep}}}}}',
    }[place]
    answer, calls = answered(world, frame, "ping")
    assert answer["code"] in ("OK", "INVALID_ARGUMENT")
    assert calls == []


@pytest.mark.parametrize("bytes_of_frame", [30_001, 32_768, 131_072])
@pytest.mark.parametrize("form", ["body", "pb", "cmd", "padding", "digits", "keys", "spaces"])
def test_size(world: World, bytes_of_frame: int, form: str) -> None:
    """128 KB is the most that the platform lets through."""
    fill = {
        "body": '{"cmd":"chat","body":{"msgId":"m","chatType":1,"to":"bob","msg":{"a":"%s"}}}',
        "pb": '{"cmd":"chat","pb":"%s"}',
        "cmd": '{"cmd":"%s"}',
        "padding": '{"cmd":"chat","padding":"%s"}',
        "digits": '{"cmd":"chat","body":{"time":%s}}',
        "keys": '{"cmd":"chat","body":{%s"msgId":"m"}}',
        "spaces": '{"cmd":"chat"%s}',
    }[form]
    count = bytes_of_frame - len(fill) + 2
    text = {"digits": "9" * count, "keys": '"aa":1,' * (count // 7), "spaces": " " * count}.get(form, "A" * count)
    refused(world, fill % text, "nowhere" if form == "cmd" else "chat")


@pytest.mark.parametrize(
    "number",
    ["1e400", "-1e400", "9" * 400, "-" + "9" * 400, "1" + "0" * 19, "1e-400", "0.1e1", "-0", "1e19", "1E+5000"],
)
@pytest.mark.parametrize("field", ["time", "v", "chatType", "ackFlg"])
def test_a_number(world: World, number: str, field: str) -> None:
    """A whole number however it is written, or a refusal that names the field."""
    frame = f'{{"cmd":"chat","body":{{"msgId":"n","chatType":1,"to":"b b","{field}":{number},"msg":{{}}}}}}'
    assert refused(world, frame)["field"] in (f"body.{field}", "body.to")


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 400, "NaN", "Infinity", "-Infinity"])
def test_a_number_of_the_content(world: World, number: str) -> None:
    assert refused(world, CHAT % f'{{"a":[{number}]}}')["field"] in ("body.msg.a[0]", "")


@pytest.mark.parametrize("cmd", REQUESTS)
def test_a_key_that_stands_twice_counts_as_its_last(world: World, cmd: str) -> None:
    """Whichever of two commands the gateway has gone by: a function does only what is its own."""
    other = "chat" if cmd != "chat" else "ping"
    frame = f'{{"cmd":"{cmd}","cmd":"{other}","body":{{}}}}'
    if COMMANDS[cmd].function != COMMANDS[other].function:
        assert refused(world, frame, cmd)["field"] == "cmd"


@pytest.mark.parametrize(
    ("frame", "route", "field"),
    [
        ('{"cmd":"pull","body":{"sessionId":"p:alice:bob","session_id":"p:bob:carol"}}', "pull", "body.sessionId"),
        ('{"cmd":"pull","body":{"session_id":"p:bob:carol"}}', "pull", "body.sessionId"),
        ('{"cmd":"pull","body":{"sessionId":"p:alice:bob","sessionId":"p:bob:carol"}}', "pull", "body.sessionId"),
        ('{"cmd":"ping","reqId":"a","req_id":"b"}', "ping", None),
        (
            '{"cmd":"clear","body":{"sessions":{"p:alice:bob":-1,"p:alice:bob":-2}}}',
            "clear",
            "body.sessions.p:alice:bob",
        ),
    ],
)
def test_two_spellings_of_a_field_hide_nothing(world: World, frame: str, route: str, field: str | None) -> None:
    answer, calls = answered(world, frame, route)
    assert calls == []
    if field is None:
        assert answer["code"] == "OK"
    else:
        assert answer["code"] in (*CODES, "PERMISSION_DENIED")
        assert answer["error"]["field"] == field


SURROGATE = "\\ud800"


@pytest.mark.parametrize(
    ("frame", "route"),
    [
        ('{"cmd":"%s"}', "nowhere"),
        ('{"cmd":"ping","reqId":"%s"}', "ping"),
        ('{"cmd":"ping","uid":"%s"}', "ping"),
        ('{"cmd":"ping","clientInfo":{"deviceInfo":"%s"}}', "ping"),
        ('{"cmd":"ping","pb":"%s"}', "ping"),
        ('{"cmd":"ping","pb":"ä%s"}', "ping"),
        ('{"cmd":"chat","body":{"msgId":"m","chatType":1,"to":"%s","msg":{}}}', "chat"),
        ('{"cmd":"chat","body":{"msgId":"m","chatType":1,"to":"bob","msg":{"%s":1}}}', "chat"),
        ('{"cmd":"chat","body":{"msgId":"m","chatType":1,"to":"bob","msg":{"a":["%s"]}}}', "chat"),
        ('{"cmd":"chat","body":{"msgId":"m","chatType":2,"to":"room","at":["%s"],"msg":{}}}', "chat"),
        ('{"cmd":"clear","body":{"sessions":{"%s":1}}}', "clear"),
        ('{"cmd":"ack","body":{"sessions":{"%s":{"seqs":[1]}}}}', "ack"),
        ('{"cmd":"counters","body":{"sessionIds":["%s"]}}', "counters"),
        ('{"cmd":"counters","body":{"next":"%s"}}', "counters"),
        ('{"cmd":"pull","body":{"sessionId":"%s"}}', "pull"),
        ('{"cmd":"create","body":{"msgId":"m","groupId":"g","name":"%s"}}', "create"),
        ('{"cmd":"role","body":{"msgId":"m","groupId":"g","uid":"bob","role":"%s"}}', "role"),
        ('{"cmd":"members","body":{"groupId":"g","next":"%s"}}', "members"),
    ],
)
@pytest.mark.parametrize("escaped", [True, False], ids=["escaped", "as it is"])
def test_a_lone_surrogate(world: World, frame: str, route: str, escaped: bool) -> None:
    refused(world, frame % (SURROGATE if escaped else "\ud800"), route)


def pb_frame(payload: bytes, cmd: str = "chat") -> str:
    return json.dumps({"cmd": cmd, "pb": base64.b64encode(payload).decode()})


def envelope(cmd: str = "chat") -> pb.Envelope:
    found = pb.Envelope(cmd=cmd, time=1, req_id="7")
    if cmd == "chat":
        found.chat.MergeFrom(pb.Message(v=1, msg_id="m", chat_type=1, to="bob"))
        found.chat.msg.update({"message": "hello"})
    return found


def field(number: int, payload: bytes) -> bytes:
    """A field with a length, as the wire has it. For payloads of less than 128 bytes."""
    return bytes([(number << 3 | 2) & 0x7F | 0x80, number >> 4, len(payload)]) + payload


def test_a_serialised_envelope_that_is_cut_off_anywhere(world: World) -> None:
    whole = envelope().SerializeToString()
    for length in range(len(whole)):
        answer, calls = answered(world, pb_frame(whole[:length]))
        # What is left of it is a frame without a content, or none at all.
        assert (answer["code"], calls) == ("INVALID_ARGUMENT", []), length


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff" * 50,
        b"\x0a\xff\xff\xff\xff\x7f",
        b"\x0a\x02\xff\xfe",
        envelope().SerializeToString() + b"\x2a\x01\xff",
        b"\x0b" * 200,
        field(16, b"\x12\x02\xc3\x28"),
    ],
    ids=["ones", "a length beyond the end", "a cmd that is no UTF-8", "a reqId that is no UTF-8", "groups", "a msgId"],
)
def test_bytes_that_are_no_envelope(world: World, payload: bytes) -> None:
    assert refused(world, pb_frame(payload))["field"] == "pb"


def test_depth_in_the_protobuf_form(world: World) -> None:
    for levels in (17, 30, 1_000, 5_000):
        value = b""
        for _ in range(levels):
            # Value.list_value.values, with lengths as varints.
            for number in (1, 6):
                value = bytes([number << 3 | 2]) + varint(len(value)) + value
        struct = b"\x0a" + varint(len(value) + 5) + b"\x0a\x01a\x12" + varint(len(value)) + value
        payload = envelope("ping").SerializeToString().replace(b"ping", b"chat")
        message = b"\x12\x01m\x18\x01\x32\x03bob\x42" + varint(len(struct)) + struct
        frame = pb_frame(payload + b"\x82\x01" + varint(len(message)) + message)
        if len(frame) <= 131_072:
            assert refused(world, frame)["field"] in ("body.msg", "pb", "")


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


@pytest.mark.parametrize("number", [9, 1_000])
def test_fields_that_the_schema_does_not_know_are_ignored(world: World, number: int) -> None:
    unknown = varint(number << 3 | 2) + varint(3) + b"abc"
    answer, _ = answered(world, pb_frame(envelope("ping").SerializeToString() + unknown, "ping"), "ping")
    assert answer["code"] == "OK"
    inner = varint(24 << 3 | 2) + varint(len(unknown)) + unknown
    answer, _ = answered(world, pb_frame(envelope("ping").SerializeToString() + inner, "ping"), "ping")
    assert answer["code"] == "OK"


def test_two_bodies_in_one_envelope_are_the_last(world: World) -> None:
    two = envelope().SerializeToString() + varint(17 << 3 | 2) + varint(0)
    assert refused(world, pb_frame(two))["field"] == "body"


@given(payload=st.binary(max_size=200), cmd=st.sampled_from(["chat", "clear", "create", "login", "ack", "counters"]))
def test_any_bytes_as_an_envelope(world: World, payload: bytes, cmd: str) -> None:
    answer, calls = answered(world, pb_frame(payload, cmd), cmd)
    assert (answer["code"], calls) == ("INVALID_ARGUMENT", [])


@given(st.data())
def test_any_bytes_as_a_body(world: World, data: st.DataObject) -> None:
    """The frame of a good command around garbage."""
    cmd = data.draw(st.sampled_from(["chat", "clear", "create", "ack", "pull", "role"]))
    number = pb.Envelope.DESCRIPTOR.fields_by_name[cmd].number
    body = data.draw(st.binary(max_size=100))
    payload = b"\x0a" + varint(len(cmd)) + cmd.encode() + varint(number << 3 | 2) + varint(len(body)) + body
    answer, _ = answered(world, pb_frame(payload, cmd), cmd)
    assert answer["code"] in ("INVALID_ARGUMENT", "PERMISSION_DENIED")


json_like: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = sorted({field.json_name for kind in pb.DESCRIPTOR.message_types_by_name.values() for field in kind.fields})


@given(st.sampled_from(REQUESTS), st.dictionaries(st.sampled_from(NAMES), json_like, max_size=6))
def test_any_json_as_a_body(world: World, cmd: str, body: dict[str, Any]) -> None:
    answer, calls = answered(world, json.dumps({"cmd": cmd, "body": body}), cmd)
    assert answer["code"] != "INTERNAL", answer
    if answer["code"] == "INVALID_ARGUMENT":
        assert calls == []
