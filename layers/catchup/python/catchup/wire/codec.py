"""Frames: JSON text around an Envelope, in two encodings. See docs/protocol.md, section 2."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import ParseError
from google.protobuf.message import DecodeError

from catchup.commands import COMMANDS
from catchup.domain.ids import MAX_CONTENT_NUMBER, is_id
from catchup.domain.presence import Encoding
from catchup.errors import InvalidRequest, Unimplemented
from catchup.settings import MAX_FRAME_BYTES, MAX_REQ_ID_BYTES
from catchup.wire import catchup_pb2 as pb
from catchup.wire.json_form import from_json, to_json, type_of_field

ERROR = "error"
# Fields of a message whose values in a request are ignored.
_SET_BY_THE_SERVER = ("sessionId", "seq", "received", "serverTime", "type")
# How the library describes a text that can't be encoded.
_SURROGATE = re.compile(r"surrogate|utf-?8", re.IGNORECASE)
# What a request may say beside its body.
_HEADER = ("cmd", "time", "uid", "clientInfo", "reqId")

_PARSE_PATH = re.compile(r"Failed to parse (\w+) field")
# Errors name a field with presence only at the end: "… at PullRequest.before".
_PARSE_END = re.compile(r" at [A-Z]\w+\.(?:.*\.)?(\w+)\.*$")
# More than any number of the protocol has; below the length at which Python refuses to read a number at all.
MAX_INT_DIGITS = 100


@dataclass(slots=True)
class Exchange:
    """A request, and what its answer needs. It is filled as far as the frame could be read, also if the frame is
    refused."""

    encoding: Encoding = Encoding.JSON
    cmd: str = ERROR
    req_id: str | None = None
    msg_id: str | None = None
    envelope: pb.Envelope = field(default_factory=pb.Envelope)

    @property
    def answer_cmd(self) -> str:
        """The `cmd` of the answer."""
        return COMMANDS[self.cmd].answer_cmd if self.cmd in COMMANDS else self.cmd


def decode(frame: str, exchange: Exchange) -> None:
    """Reads a request into `exchange`.

    Raises InvalidRequest or Unimplemented; `exchange` then has what the error's answer needs.
    """
    outer = parse_json(frame, "", "send one JSON object as a text frame")
    if not isinstance(outer, dict):
        raise InvalidRequest("", "a frame is a JSON object", 'send {"cmd": …}')
    cmd = outer.get("cmd")
    if not isinstance(cmd, str) or not cmd:
        raise InvalidRequest("cmd", "required, a string", f"send one of {', '.join(COMMANDS)}")
    if cmd in COMMANDS:
        exchange.cmd = cmd
    if "pb" in outer:
        exchange.envelope = _from_pb(outer["pb"], cmd, exchange)
    else:
        exchange.envelope = _from_json(outer, cmd, exchange)
    # Only now, so that the answer can name its request; the platform accepts at most 128 KB.
    if len(frame.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise InvalidRequest("", f"a frame has at most {MAX_FRAME_BYTES} bytes", "send less, or in several frames")
    if cmd not in COMMANDS:
        raise Unimplemented("cmd", f"{cmd[:64]!r} is not known", f"send one of {', '.join(COMMANDS)}")
    if not exchange.envelope.HasField(cmd):  # type: ignore[arg-type]
        getattr(exchange.envelope, cmd).SetInParent()


def encode(envelope: pb.Envelope, encoding: Encoding) -> str:
    """Returns the frame of this envelope. The caller keeps the size within the limit."""
    if encoding is Encoding.PB:
        return dump({"cmd": envelope.cmd, "pb": base64.b64encode(envelope.SerializeToString()).decode("ascii")})
    printed = to_json(envelope)
    body = envelope.WhichOneof("body")
    if body is not None:
        printed["body"] = printed.pop(envelope.DESCRIPTOR.fields_by_name[body].json_name)
    return dump(printed)


def dump(value: Any) -> str:
    """Compact JSON; characters are not escaped, so that a frame's bytes are its text's UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parse_json(text: str, field: str, fix: str) -> Any:
    """Returns what a JSON text says. Raises InvalidRequest naming `field`."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_bounded_int, parse_float=_bounded_float)
    except RecursionError as error:
        raise InvalidRequest(field, "nested too deep to be read", "send flatter content") from error
    except ValueError as error:
        raise InvalidRequest(field, f"not JSON: {error}"[:200], fix) from error


def _bounded_int(text: str) -> int | float:
    """Reads a whole number. A too long one becomes a double that no field accepts, so the field's own rule refuses it
    by name."""
    return _told_apart(int(text)) if len(text) <= MAX_INT_DIGITS else float(text)


def _bounded_float(text: str) -> int | float:
    number = float(text)
    if abs(number) != MAX_CONTENT_NUMBER:
        return number
    # Imported only here: nearly no frame has such a number.
    from decimal import ROUND_UP, Decimal

    return _told_apart(int(Decimal(text).to_integral_value(ROUND_UP)))


def _told_apart(number: int) -> int:
    """Returns the number, or for 2^53 + 1 the next double: as a double it would become 2^53, which is accepted."""
    return number + number // abs(number) if abs(number) == MAX_CONTENT_NUMBER + 1 else number


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _from_json(outer: dict[str, Any], cmd: str, exchange: Exchange) -> pb.Envelope:
    header: dict[str, Any] = {name: outer[name] for name in _HEADER if name in outer}
    body = outer.get("body", {})
    _note_req_id(outer.get("reqId"), exchange)
    note_msg_id(body.get("msgId") if isinstance(body, dict) else None, exchange)
    envelope = pb.Envelope()
    parse_into(envelope, header, ())
    if cmd in COMMANDS:
        parse_body(envelope, cmd, body)
    _check_req_id(envelope)
    return envelope


def parse_body(envelope: pb.Envelope, cmd: str, body: Any) -> None:
    """Reads a request's body in the JSON form into its member of the envelope. Raises InvalidRequest."""
    if not isinstance(body, dict):
        raise InvalidRequest("body", "an object", "send the fields of the request in body")
    if cmd == "chat":
        body = {name: value for name, value in body.items() if name not in _SET_BY_THE_SERVER}
    parse_into(getattr(envelope, cmd), body, ("body",))


def parse_into(into: Any, value: dict[str, Any], prefix: Sequence[str]) -> None:
    """Reads a JSON object into a message. `prefix`: its path, for errors. Raises InvalidRequest."""
    try:
        from_json(value, into)
    except (ParseError, RecursionError, UnicodeError) as error:
        names = _PARSE_PATH.findall(str(error))
        # A map's own parts have no names in JSON.
        names += [name for name in _PARSE_END.findall(str(error)) if name not in (*names, "key", "value")]
        rule = "valid Unicode" if _SURROGATE.search(str(error)) else type_of_field(into.DESCRIPTOR, names)
        raise InvalidRequest(".".join([*prefix, *names]), f"must be {rule}", f"send {rule}") from error


def _from_pb(text: object, cmd: str, exchange: Exchange) -> pb.Envelope:
    if not isinstance(text, str):
        raise InvalidRequest("pb", "a string", "send the base64 of a serialised Envelope")
    try:
        envelope = pb.Envelope.FromString(base64.b64decode(text, validate=True))
    # Characters beyond ASCII are a plain ValueError.
    except ValueError as error:
        raise InvalidRequest("pb", "standard base64 with padding", "encode the Envelope in base64") from error
    except DecodeError as error:
        rule = "a serialised catchup.v1.Envelope, its strings in valid UTF-8"
        raise InvalidRequest("pb", rule, "serialise an Envelope") from error
    envelope.DiscardUnknownFields()  # type: ignore[no-untyped-call,unused-ignore]
    exchange.encoding = Encoding.PB
    _note_req_id(envelope.req_id if envelope.HasField("req_id") else None, exchange)
    member = envelope.WhichOneof("body")
    note_msg_id(getattr(getattr(envelope, member), "msg_id", None) if member else None, exchange)
    if envelope.cmd != cmd:
        raise InvalidRequest("cmd", "the same outside and inside pb", "set cmd in the Envelope to the frame's cmd")
    if cmd in COMMANDS and member not in (None, cmd):
        raise InvalidRequest("body", f"the member {cmd!r} of the oneof", f"set {cmd!r} instead of {member!r}")
    _check_req_id(envelope)
    return envelope


def _note_req_id(value: object, exchange: Exchange) -> None:
    if isinstance(value, str) and _is_text(value) and 0 < len(value.encode()) <= MAX_REQ_ID_BYTES:
        exchange.req_id = value


def note_msg_id(value: object, exchange: Exchange) -> None:
    """Notes the msgId of a request for its answer and for the log, if it is one."""
    if isinstance(value, str) and is_id(value):
        exchange.msg_id = value


def _is_text(value: str) -> bool:
    """Whether it has no lone surrogates."""
    return value == value.encode("utf-8", "replace").decode()


def _check_req_id(envelope: pb.Envelope) -> None:
    if envelope.HasField("req_id") and not 0 < len(envelope.req_id.encode()) <= MAX_REQ_ID_BYTES:
        raise InvalidRequest("reqId", f"1 to {MAX_REQ_ID_BYTES} bytes", "send one of that length, or none")
