"""The wire: golden frames, both encodings, and what a frame may hold."""

import base64
import contextlib
import filecmp
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchup.domain.ids import MsgId, Seq, Uid, private_members, private_session
from catchup.domain.message import Draft, Message
from catchup.domain.presence import Encoding
from catchup.errors import InvalidRequest
from catchup.wire import catchup_pb2 as pb
from catchup.wire.codec import Exchange, decode, encode
from catchup.wire.json_form import from_json, to_json
from catchup.wire.messages import decode_payload, draft_to_wire, encode_payload
from catchup.wire.pushes import message_push
from catchup.wire.sending import chat_request
from tests.support.world import ROOT, to_pb

GOLDEN = ROOT / "tests" / "golden"
CHAT: dict[str, Any] = json.loads((GOLDEN / "chat.json").read_text())


def is_within(part: Any, whole: Any) -> bool:
    """Whether `whole` has all of `part`, with the same JSON types; more fields may stand beside."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and is_within(part[key], whole[key]) for key in part)
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) == len(whole) and all(map(is_within, part, whole))
    return type(part) is type(whole) and bool(part == whole)


def read(frame: dict[str, Any]) -> pb.Envelope:
    exchange = Exchange()
    decode(json.dumps(frame), exchange)
    return exchange.envelope


def test_the_chat_frame_of_existing_clients_is_understood_and_printed_alike() -> None:
    assert is_within(CHAT, json.loads(encode(read(CHAT), Encoding.JSON)))


def test_the_chat_frame_survives_the_protobuf_form() -> None:
    envelope = read({"cmd": "chat", "pb": to_pb(CHAT)})
    assert is_within(CHAT, json.loads(encode(envelope, Encoding.JSON)))
    frame = json.loads(encode(envelope, Encoding.PB))
    assert frame["cmd"] == "chat"
    assert pb.Envelope.FromString(base64.b64decode(frame["pb"])) == envelope


def test_content_comes_out_as_it_was_written_also_minus_zero() -> None:
    content = {"a": 2**53, "b": 0, "c": 3, "d": 0.5, "e": -(2**53), "f": 1.5e-300}
    frame = {"cmd": "chat", "body": {**CHAT["body"], "msg": content}}
    printed = json.loads(encode(read(frame), Encoding.JSON))["body"]["msg"]
    assert {name: repr(value) for name, value in printed.items()} == {
        name: repr(value) for name, value in content.items()
    }


def test_a_push_is_the_chat_frame_of_existing_clients_with_more_fields() -> None:
    draft, _ = chat_request(read(CHAT), Uid("69212694"))
    message = Message(draft, private_session(draft.sender, draft.recipient), Seq(1), 1554964794220)
    message = Message(draft, private_session(draft.sender, draft.recipient), Seq(1), 1554964794220)
    push = json.loads(encode(message_push(message, 1554964794220), Encoding.JSON))
    golden = {name: value for name, value in CHAT.items() if name != "clientInfo"}
    assert is_within(golden, push)


def test_counters_are_printed_as_existing_clients_know_them() -> None:
    golden = json.loads((GOLDEN / "counters.json").read_text())
    reply = pb.CountersReply(counters={name: from_json(value, pb.Counter()) for name, value in golden.items()})
    assert is_within(golden, to_json(reply)["counters"])


def test_zero_and_false_are_printed_and_64_bit_numbers_are_numbers() -> None:
    assert to_json(pb.PageReply(remaining=[2**53 - 1])) == {
        "sessionId": "",
        "messages": [],
        "end": False,
        "endReason": "NOT_END",
        "remaining": [2**53 - 1],
    }


def test_a_request_without_a_body_has_an_empty_one() -> None:
    assert read({"cmd": "login"}).WhichOneof("body") == "login"


def digest_of(msg: str) -> bytes:
    """Of a message whose content is written like this."""
    return chat_request(decoded(msg), Uid("alice"))[1]


def decoded(msg: str) -> pb.Envelope:
    exchange = Exchange()
    decode(f'{{"cmd": "chat", "body": {{"msgId": "m", "chatType": 1, "to": "bob", "msg": {msg}}}}}', exchange)
    return exchange.envelope


@pytest.mark.parametrize(
    "ways",
    [
        ('{"a": 0}', '{"a": -0}', '{"a": -0.0}', '{"a": 0.0}', '{"a": 0e7}', '{"a": -0E-3}'),
        ('{"a": [{"b": 0}]}', '{"a": [{"b": -0.0}]}'),
        ('{"a": 1}', '{"a": 1.0}', '{"a": 1e0}', '{"a": 10E-1}'),
        ('{"a": 100}', '{"a": 1e2}', '{"a": 1E+2}', '{"a": 100.000}'),
        ('{"a": 0.1}', '{"a": 1e-1}', '{"a": 0.10000000000000000555}'),
        ('{"a": 9007199254740992}', '{"a": 9007199254740992.0}', '{"a": 9007199254740992e0}'),
        ('{"a": 1, "b": {"c": 2, "d": 3}}', ' { "b" : {"d":3,"c":2}, "a":1 } '),
        ('{"a": "é/\\n"}', '{"\\u0061": "\\u00e9\\/\\u000a"}'),
        ('{"a": "😀"}', '{"a": "\\ud83d\\ude00"}'),
        ('{"a": 2}', '{"a": 1, "a": 2}'),
    ],
)
def test_content_is_the_same_however_it_is_written_and_in_which_encoding(ways: tuple[str, ...]) -> None:
    first, *others = {digest_of(way) for way in ways}
    assert others == []
    frame = {"cmd": "chat", "body": {"msgId": "m", "chatType": 1, "to": "bob", "msg": json.loads(ways[-1])}}
    assert chat_request(read({"cmd": "chat", "pb": to_pb(frame)}), Uid("alice"))[1] == first


def test_a_zero_with_a_sign_in_protobuf_is_zero() -> None:
    envelopes = []
    for zero in (0.0, -0.0):
        envelope = pb.Envelope(cmd="chat", chat=pb.Message(msg_id="m", chat_type=1, to="bob"))
        envelope.chat.msg.update({"a": [zero, {"b": zero}]})
        envelopes.append(chat_request(envelope, Uid("alice")))
    assert envelopes[0] == envelopes[1]
    assert to_json(draft_to_wire(envelopes[1][0]))["msg"] == {"a": [0, {"b": 0}]}


TOO_LARGE = (
    *("653247040368672769", "9007199254740993", "9007199254740994", "9007199254740993.0", "9007199254740993e0"),
    *("900719925474099.3e1", "1e30", "1E+30", "1.5e300", "18446744073709551616", "9" * 99),
)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize(
    ("msg", "at"),
    [
        ('{"fileId": %s}', "body.msg.fileId"),
        ('{"a": {"b": [1, "2", {"c": %s}]}}', "body.msg.a.b[2].c"),
        ('{"a": [[%s]], "b": 1}', "body.msg.a[0][0]"),
    ],
)
def test_a_number_that_would_become_another_is_refused_by_its_name(sign: str, number: str, msg: str, at: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        digest_of(msg % (sign + number))
    assert (refused.value.field, refused.value.fix) == (at, "send it as a string")


@pytest.mark.parametrize(
    "number", ["9007199254740992", "-9007199254740992", "9007199254740991.0", "2251799813685248.5"]
)
def test_a_number_within_them_is_taken_and_printed_as_it_is(number: str) -> None:
    printed = encode(decoded(f'{{"a": {number}}}'), Encoding.JSON)
    assert f'"msg":{{"a":{number.removesuffix(".0")}}}' in printed


def test_in_protobuf_what_is_beyond_them_is_refused_alike() -> None:
    for number in (2.0**53 + 2, -1e30):
        envelope = pb.Envelope(cmd="chat", chat=pb.Message(msg_id="m", chat_type=1, to="bob"))
        envelope.chat.msg.update({"a": [number]})
        with pytest.raises(InvalidRequest) as refused:
            chat_request(envelope, Uid("alice"))
        assert refused.value.field == "body.msg.a[0]"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(min_value=-(2.0**53), max_value=2.0**53, allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=10), json_values, max_size=5))
def test_any_content_means_the_same_in_both_encodings(content: dict[str, Any]) -> None:
    frame = {**CHAT, "body": {**CHAT["body"], "msg": content}}
    from_text, digest = chat_request(read(frame), Uid("69212694"))
    from_pb, other = chat_request(read({"cmd": "chat", "pb": to_pb(frame)}), Uid("69212694"))
    assert (from_text, digest) == (from_pb, other)
    assert to_json(draft_to_wire(from_text))["msg"] == content


@given(st.binary(max_size=50), st.booleans(), st.integers(0, 2**53 - 1), st.integers(1, 2**53 - 1))
def test_a_stored_message_is_read_as_it_was_written(text: bytes, ack: bool, at: int, seq: int) -> None:
    struct = from_json({"msg": {"hex": text.hex()}}, pb.Message()).msg
    content = struct.SerializeToString(deterministic=True)
    draft = Draft(MsgId("m"), Uid("alice"), Uid("bob"), ack, at, content)
    message = Message(draft, private_session(Uid("alice"), Uid("bob")), Seq(seq), at)
    assert decode_payload(encode_payload(message), message.session_id, message.place) == message


ids = st.text([chr(code) for code in range(0x21, 0x7F) if chr(code) not in ":#"], min_size=1, max_size=64).map(Uid)


@given(ids, ids)
def test_a_session_is_the_same_from_both_sides_and_names_both(one: Uid, other: Uid) -> None:
    session = private_session(one, other)
    assert session == private_session(other, one)
    assert private_members(session) == tuple(sorted((one, other)))


@given(st.text(max_size=40))
def test_any_text_as_a_frame_is_read_or_refused_and_never_fails(text: str) -> None:
    with contextlib.suppress(InvalidRequest):
        decode(text, Exchange())


@pytest.mark.parametrize("target", ["service", "client"])
def test_the_generated_code_is_up_to_date(target: str, tmp_path: Path) -> None:
    committed = {
        "service": ROOT / "layers/catchup/python/catchup/wire",
        "client": ROOT / "clients/python/catchup_client/_wire/catchup/v1",
    }[target]
    subprocess.run([sys.executable, "-m", "tools.generate_proto", "--into", tmp_path], cwd=ROOT, check=True)
    for name in ("catchup_pb2.py", "catchup_pb2.pyi"):
        assert filecmp.cmp(committed / name, tmp_path / target / name, shallow=False), f"{name} is stale: make proto"
