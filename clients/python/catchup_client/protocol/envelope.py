"""The protobuf form of frames: a serialised catchup.v1.Envelope in base64 (docs/protocol.md, section 2).

`write` takes the JSON form and `read` returns it, so each field is named in one place: `json_requests` or
`json_answers`. These two are written by hand, because protobuf's own `json_format` would change what the JSON form
carries: it reads an unknown `code` as OK, writes 64-bit numbers as strings, and loses the order of names in `msg`.
"""

import base64
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict, SerializeToJsonError
from google.protobuf.message import DecodeError

from catchup_client._wire.catchup.v1 import catchup_pb2 as pb
from catchup_client.errors import ProtocolViolation


def write(frame: dict[str, Any]) -> str:
    """Return the base64 of the Envelope of a request that is given in the JSON form."""
    members = {**frame}
    members[frame["cmd"]] = members.pop("body")
    return base64.b64encode(ParseDict(members, pb.Envelope()).SerializeToString()).decode("ascii")


def read(text: str) -> dict[str, Any]:
    """Return an Envelope from the server in the JSON form, but with 64-bit numbers as strings.

    A value of an enum that this version doesn't know stays a number. `body` is None if there is none, or if `msg` in
    it has NaN or an infinity. Raises ProtocolViolation if `text` is not the base64 of an Envelope.
    """
    try:
        envelope = pb.Envelope.FromString(base64.b64decode(text, validate=True))
    except (ValueError, DecodeError) as error:
        raise ProtocolViolation(f"pb is not the base64 of an Envelope: {error}") from error
    body: dict[str, Any] | None = None
    if member := envelope.WhichOneof("body"):
        try:
            body = MessageToDict(getattr(envelope, member), always_print_fields_with_no_presence=True)
        except (SerializeToJsonError, ValueError):
            body = None
        envelope.ClearField(member)
    return {**MessageToDict(envelope), "body": body}


def message_size(message: dict[str, Any]) -> int:
    """Return how many bytes a message in the JSON form has as a serialised `Message`."""
    return ParseDict(message, pb.Message()).ByteSize()
