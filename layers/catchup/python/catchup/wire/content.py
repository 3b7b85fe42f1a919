"""Requests and answers over HTTP: the body of a frame by itself, in JSON or as its own serialised message.

See docs/protocol.md.
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import DecodeError

from catchup.domain.presence import Encoding
from catchup.errors import InvalidRequest
from catchup.wire import catchup_pb2 as pb
from catchup.wire.codec import Exchange, dump, note_msg_id, parse_body, parse_into, parse_json
from catchup.wire.json_form import to_json


def decode_content(content: bytes, encoding: Encoding, given: Mapping[str, str], exchange: Exchange) -> None:
    """Reads the request of `exchange.cmd`.

    `given`: fields that the URL gives, by their JSON names; the content may repeat them, but not contradict. Raises
    InvalidRequest.
    """
    message: Any = getattr(exchange.envelope, exchange.cmd)
    message.SetInParent()
    if encoding is Encoding.PB:
        _parse_pb(content, message, exchange)
    elif content:
        body = _parse_text(content)
        note_msg_id(body.get("msgId") if isinstance(body, dict) else None, exchange)
        parse_body(exchange.envelope, exchange.cmd, body)
    for field in message.DESCRIPTOR.fields:
        name, value = field.json_name, getattr(message, field.name)
        if name in given and value not in (field.default_value, given[name]):
            raise Contradiction(f"body.{name}", "must be the same as in the path", "leave it out of the body")
    parse_into(message, dict(given), ("body",))


class Contradiction(InvalidRequest):
    """The body gives a field that the path gives too, with another value."""


def query_fields(cmd: str) -> frozenset[str]:
    """The JSON names of the fields that a URL's query may give: those with one value.

    >>> sorted(query_fields("history"))
    ['after', 'before', 'limit', 'sessionId']
    """
    message: Any = getattr(pb.Envelope(), cmd)
    return frozenset(field.json_name for field in message.DESCRIPTOR.fields if not field.is_repeated)


def encode_content(answer: pb.Envelope, encoding: Encoding) -> bytes:
    """Returns the content of an answer: its reply alone; of an error, code and error."""
    member = answer.WhichOneof("body")
    is_reply = answer.code == pb.OK and member is not None
    shown: Any = getattr(answer, member or "") if is_reply else pb.Envelope(code=answer.code, error=answer.error)
    if encoding is Encoding.PB:
        return bytes(shown.SerializeToString())
    return dump(
        to_json(shown) if is_reply else {"code": pb.Code.Name(answer.code), "error": to_json(answer.error)}
    ).encode()


def _parse_text(content: bytes) -> Any:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest("body", "UTF-8", "send JSON in UTF-8") from error
    return parse_json(text, "body", "send one JSON object")


def _parse_pb(content: bytes, message: Any, exchange: Exchange) -> None:
    try:
        message.ParseFromString(content)
    except DecodeError as error:
        rule = f"a serialised {message.DESCRIPTOR.full_name}, its strings in valid UTF-8"
        raise InvalidRequest("body", rule, "serialise the request's own message, not an Envelope") from error
    message.DiscardUnknownFields()
    message.SetInParent()
    note_msg_id(getattr(message, "msg_id", None), exchange)
