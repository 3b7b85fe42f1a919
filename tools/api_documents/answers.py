"""What each request over HTTP may be answered with beside 200: statuses, codes, and who says them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from catchup.commands import Command
from catchup.entrypoint.http import STATUSES
from catchup.entrypoint.negotiation import JSON, PROTOBUF
from catchup.wire import catchup_pb2 as pb
from tools.api_documents import failures
from tools.api_documents.examples import examples
from tools.api_documents.limits import Schema
from tools.api_documents.schemas import Schemas, ref

BYTES = {"type": "string", "format": "binary"}
_COMPONENT = "#/components/responses/"
# Those that the gateway answers, too, with a body of its own.
_OF_THE_GATEWAY = {401, 403, 404, 413, 429, 500, 503, 504}
# What HTTP itself has a status for (entrypoint/negotiation.py); the code is INVALID_ARGUMENT.
_OF_HTTP = (406, 413, 415)
_WAIT = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}}
# A message or a change of a group alone is judged, and may be refused because of its ids.
_OF_SENDING = {STATUSES[code] for code in (pb.HELD, pb.REJECTED)}


def responses_of(command: Command) -> dict[str, Any]:
    """References to the answers of a command but 200, by status."""
    statuses = {*STATUSES.values(), *_OF_HTTP} - {200}
    if command.reply != "chat_ack":
        statuses -= _OF_SENDING
    return {str(status): {"$ref": _COMPONENT + _name(status)} for status in sorted(statuses)}


def components(schemas: Schemas) -> dict[str, Any]:
    """The answers that `responses_of` refers to."""
    schemas.named |= {"Failure": _failure(schemas), "GatewayFailure": _GATEWAY}
    return {_name(status): _response(status) for status in sorted({*STATUSES.values(), *_OF_HTTP} - {200})}


def _response(status: int) -> dict[str, Any]:
    codes = _codes(status)
    both = status in _OF_THE_GATEWAY
    shown = {"example": _SHOWN[status]} if status in _SHOWN else {}
    shape = {"anyOf": [ref("Failure"), ref("GatewayFailure")]} if both else ref("Failure")
    headers = {**(_WAIT if status in (429, 503) else {})}
    said = f"{', '.join(codes)}." + (" Or an answer of API Gateway, which has a body of its own." if both else "")
    return {
        "description": f"{said} {_MORE.get(status, '')}".strip(),
        **({"headers": headers} if headers else {}),
        "content": {JSON: {"schema": shape, **shown}, PROTOBUF: {"schema": {**BYTES, "description": _ENVELOPE}}},
    }


def _codes(status: int) -> list[str]:
    if status in _OF_HTTP:
        return ["INVALID_ARGUMENT"]
    return [pb.Code.Name(code) for code, number in STATUSES.items() if number == status]


def _name(status: int) -> str:
    return "Held" if status == 202 else HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def _failure(schemas: Schemas) -> Schema:
    return {
        "type": "object",
        "description": "Why a request was refused or failed, and what to change.",
        "properties": {
            "code": schemas.enum(pb.Code.DESCRIPTOR),
            "error": schemas.reply(pb.Error.DESCRIPTOR),
        },
        "required": ["code", "error"],
    }


_ENVELOPE = "A serialised catchup.v1.Envelope with `code` and `error` alone."
_GATEWAY: Schema = {
    "type": "object",
    "description": "An answer that API Gateway makes itself. It has no CORS headers.",
    "properties": {"message": {"type": ["string", "null"]}},
    "required": ["message"],
}
# What is not found is found missing by the gateway.
_NOT_FOUND = {"message": "Not Found"}
(_REFUSED,) = (each for each in examples("GET /v1/sessions/{sessionId}/messages") if each.status != 200)
_SHOWN: Mapping[int, Any] = {404: _NOT_FOUND, _REFUSED.status: _REFUSED.answer, **failures.shown()}
_MORE: Mapping[int, str] = {
    202: "The message is kept for review: nobody has it yet.",
    401: "There is no token, or it has expired.",
    403: "The caller has no right to this; or the token is not accepted.",
    406: "`Accept` has neither media type.",
    413: "The body is too large.",
    415: "The body has another media type, or is compressed.",
    422: "Moderation refuses the text.",
    429: "The sender is over a limit: the same request may be sent later.",
    503: "The same request may be sent again.",
}
