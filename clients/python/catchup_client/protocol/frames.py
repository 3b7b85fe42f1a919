"""Text frames: one JSON object each, in either of two encodings (docs/protocol.md, section 2).

A frame tells by itself which encoding it uses, so decoding needs no agreement.
"""

import enum
import json
from typing import Any, NoReturn

from catchup_client.errors import InvalidInput, ProtocolViolation
from catchup_client.protocol import envelope, json_answers, json_settings
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.json_requests import encode_body
from catchup_client.protocol.model import Frame, PlatformError, Unknown
from catchup_client.protocol.requests import Request
from catchup_client.settings import MAX_FRAME_BYTES


class Encoding(enum.Enum):
    """The two encodings; the value is the subprotocol to offer in the handshake."""

    JSON = "catchup.json.v1"
    PROTOBUF = "catchup.pb.v1"


def dump(value: object) -> str:
    """Write JSON as it goes over the wire: compact, without escapes; raises ValueError for NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def encode(request: Request[Any], encoding: Encoding, req_id: str, time_ms: int) -> str:
    """Return the text frame of a request.

    Raises InvalidInput if it has more than MAX_FRAME_BYTES: the platform would close the connection.
    """
    frame = {"cmd": request.cmd, "reqId": req_id, "time": time_ms, "body": encode_body(request)}
    if encoding is Encoding.PROTOBUF:
        frame = {"cmd": request.cmd, "pb": envelope.write(frame)}
    text = dump(frame)
    if (size := len(text.encode())) > MAX_FRAME_BYTES:
        raise InvalidInput("the frame", f"must have at most {MAX_FRAME_BYTES} bytes, not {size}")
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def decode(text: str) -> Frame:
    """Read a text frame from the server; raises ProtocolViolation."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolViolation(f"a frame is not JSON: {error}") from error
    frame = Fields(value, "frame")
    cmd = frame.text("cmd")
    if "pb" in frame:
        frame = Fields(envelope.read(frame.text("pb")), "frame")
        cmd = frame.text("cmd")
    elif not cmd:
        # Section 6: the frame that the platform sends when a function died has neither `cmd` nor `reqId`.
        return PlatformError(frame.text("message"))
    if "code" in frame:
        return json_answers.decode_answer(frame)
    if cmd == "chat":
        return json_answers.decode_push(frame)
    if cmd == "head":
        return json_answers.decode_head(frame)
    if cmd == "settings":
        return json_settings.decode_settings_push(frame)
    if cmd == "ask":
        return json_answers.decode_ask(frame)
    if cmd == "read":
        return json_answers.decode_read(frame)
    if cmd == "readTo":
        return json_answers.decode_read_to(frame)
    if cmd == "receipts":
        return json_answers.decode_receipts(frame)
    if cmd == "hide":
        return json_answers.decode_hide(frame)
    if cmd == "signal":
        return json_answers.decode_signal(frame)
    return Unknown(cmd)
