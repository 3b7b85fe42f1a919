"""Reads requests of the HTTP API as the frames that say the same, for the log lines of the stack."""

import gzip
import json

from local.frames import Frame, shown
from local.http_api.exchange import Exchange
from local.json_types import Json, JsonObject

_PROTOBUF = "application/x-protobuf"


def read_exchange(exchange: Exchange) -> tuple[Frame, Frame]:
    """The request's frame, and its answer's. It never fails, since a client may send anything.

    `cmd` is "?" if no command has the request's route. `code` is "OK" for every answer without a code of its own that
    is no error; it is "" for an error that the gateway itself tells.
    """
    try:
        return _frames(exchange)
    except Exception:  # noqa: BLE001  it is only looked at
        return Frame(), Frame()


def failure_of(exchange: Exchange) -> str:
    """What the gateway itself answered, without asking the function; "" if the function answered."""
    if exchange.answer.status < 400:
        return ""
    try:
        return shown(str(json.loads(exchange.answer.body)["message"]))
    except (ValueError, TypeError, KeyError):
        return ""


def _frames(exchange: Exchange) -> tuple[Frame, Frame]:
    # Imported here because the layer is on the path only where functions run.
    from catchup.commands import ROUTES

    row = ROUTES.get(exchange.route_key)
    if row is None:
        return Frame(), Frame()
    asked = _object(exchange.body, row.cmd, protobuf=_is_protobuf(exchange.content_type))
    answer = exchange.answer
    data = gzip.decompress(answer.body) if answer.header("content-encoding") == "gzip" else answer.body
    failed = answer.status != 200
    said = _object(data, "" if failed else row.reply, protobuf=_is_protobuf(answer.header("content-type")))
    error = said.get("error") if failed else None
    return (
        Frame(cmd=row.cmd, body={**asked, **exchange.parameters}),
        Frame(
            cmd=row.answer_cmd,
            code=shown(str(said.get("code") or "")) if failed else "OK",
            body={} if failed else said,
            error=error if isinstance(error, dict) else {},
        ),
    )


def _is_protobuf(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == _PROTOBUF


def _object(data: bytes, member: str, *, protobuf: bool) -> JsonObject:
    """A body in its JSON form. `member`: which of the Envelope's body it is; "": the Envelope itself."""
    if protobuf:
        return _of_protobuf(data, member)
    value: Json = json.loads(data or "{}")
    return value if isinstance(value, dict) else {}


def _of_protobuf(data: bytes, member: str) -> JsonObject:
    from catchup.wire import catchup_pb2 as pb
    from catchup.wire.json_form import to_json

    envelope = pb.Envelope()
    message = getattr(envelope, member) if member else envelope
    message.MergeFromString(data)
    return to_json(message)
