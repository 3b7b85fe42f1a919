"""HTTP requests: event → answer. See docs/protocol.md for routes, statuses and encodings.

Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs" (payload format 2.0).
"""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from catchup.clock import Clock
from catchup.commands import ROUTES
from catchup.domain.ids import is_id
from catchup.domain.presence import Encoding
from catchup.entrypoint.document import DOCUMENT_ROUTE, document
from catchup.entrypoint.events import Event, Response, text_of
from catchup.entrypoint.identity import caller_over_http, check_token
from catchup.entrypoint.negotiation import (
    CONTENT_TYPES,
    Headers,
    HttpFault,
    answer_encoding,
    check_size,
    compressed,
    content_encoding,
)
from catchup.entrypoint.redirection import redirection
from catchup.entrypoint.requests import Answered, Handlers, Request, answered
from catchup.errors import InvalidRequest, TooManyBytes, TooManyMessages
from catchup.observability import FunctionTelemetry
from catchup.wire import catchup_pb2 as pb
from catchup.wire.budget import HTTP_BUDGETS
from catchup.wire.codec import Exchange
from catchup.wire.content import Contradiction, decode_content, encode_content, query_fields

# Those of google.rpc.Code are in the comments of its schema.
STATUSES = {
    pb.OK: 200,
    pb.INVALID_ARGUMENT: 400,
    pb.FAILED_PRECONDITION: 400,
    pb.OUT_OF_RANGE: 400,
    pb.UNAUTHENTICATED: 401,
    pb.PERMISSION_DENIED: 403,
    pb.NOT_FOUND: 404,
    pb.ABORTED: 409,
    pb.ALREADY_EXISTS: 409,
    pb.RESOURCE_EXHAUSTED: 429,
    pb.INTERNAL: 500,
    pb.DATA_LOSS: 500,
    pb.UNIMPLEMENTED: 501,
    pb.UNAVAILABLE: 503,
    pb.DEADLINE_EXCEEDED: 504,
    pb.HELD: 202,
    pb.REJECTED: 422,
}
DEVICE_HEADER = "x-device-id"
# An id in a path may be written as this and its base64url. No id begins so, because a uid has no ":".
ENCODED_ID = "b64:"
# An id with one of these, or one that names a folder, has to be: gateways decode a path twice, end it at a decoded "?",
# and take a decoded "/" for the next segment (docs/platform.md), so what comes may be another id than was meant.
_CHANGED_IN_PATHS, _FOLDERS = frozenset("/?%"), (".", "..")
# What a client waits before it sends the same request again, if the error does not say.
RETRY_SECONDS = 1


def respond(event: Event, handlers: Handlers, telemetry: FunctionTelemetry, clock: Clock) -> Response:
    """Returns API Gateway's answer to a request."""
    exchange, headers = Exchange(), _headers(event)
    if event.get("routeKey") == DOCUMENT_ROUTE:
        return document(headers)
    given: dict[str, str] = {}

    def read() -> Request:
        exchange.encoding = answer_encoding(headers)
        check_token(event, clock)
        caller = caller_over_http(event, _device(headers))
        route = str(event.get("routeKey"))
        if route not in ROUTES:
            raise _no_route(event)
        exchange.cmd = ROUTES[route].cmd
        path, query = _path(event), _query(event, exchange.cmd if route.startswith("GET ") else "")
        given.update(dict.fromkeys(query, "query") | dict.fromkeys(path, "path"))
        content = _content(event)
        if content and route.startswith("GET "):
            raise InvalidRequest("body", "none in a GET", "send fields in the query")
        decode_content(content, content_encoding(headers, content), query | path, exchange)
        return Request(exchange.envelope, caller, HTTP_BUDGETS[exchange.encoding])

    answer = answered(exchange, read, handlers, telemetry)
    if not isinstance(answer.error, Contradiction):
        _name_the_place(answer.envelope.error, given)
    return _response(answer, exchange.encoding, headers, clock())


def _response(answer: Answered, encoding: Encoding, headers: Headers, now_ms: int) -> Response:
    status = answer.error.status if isinstance(answer.error, HttpFault) else STATUSES[answer.envelope.code]
    elsewhere = redirection(answer.envelope, now_ms)
    content = encode_content(answer.envelope, encoding)
    packed = compressed(headers, content)
    named = {
        "content-type": CONTENT_TYPES[encoding],
        "cache-control": "no-store",
        "vary": "Accept, Accept-Encoding",
        **({"content-encoding": "gzip"} if packed else {}),
        **({"www-authenticate": "Bearer"} if status == 401 else {}),
        **({"allow": answer.envelope.error.fix.removeprefix("send ")} if status == 405 else {}),
        **({"retry-after": str(_seconds_to_wait(answer.error))} if status in (429, 503) else {}),
        **elsewhere,
    }
    is_binary = packed is not None or encoding is Encoding.PB
    body = base64.b64encode(packed or content) if is_binary else content
    status = 302 if elsewhere else status
    return {"statusCode": status, "headers": named, "body": body.decode(), "isBase64Encoded": is_binary}


def _seconds_to_wait(error: Exception | None) -> int:
    return error.wait_seconds if isinstance(error, TooManyMessages | TooManyBytes) else RETRY_SECONDS


def _name_the_place(error: pb.Error, given: Mapping[str, str]) -> None:
    """Names the field at fault by where it came from: rules know fields of bodies only."""
    name = error.field.removeprefix("body.")
    if name != error.field and name in given:
        error.field = f"{given[name]}.{name}"


def _no_route(event: Event) -> HttpFault:
    """What a request without a route gets, if a deployment sends it to a function: the gateway's own answer is 404."""
    # A named stage stands before the path.
    path = str(event.get("rawPath")).removeprefix(f"/{event['requestContext'].get('stage')}")
    routes = (route.split(" ") for route in ROUTES)
    known = {method for method, form in routes if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", form), path)}
    if known:
        return HttpFault("", "no such method here", f"send {', '.join(sorted(known))}", 405, pb.UNIMPLEMENTED)
    return HttpFault("", "no such route", "send one of those in docs/protocol.md", 404, pb.NOT_FOUND)


def _headers(event: Event) -> Headers:
    headers = event.get("headers")
    return {str(name).lower(): str(value) for name, value in (headers or {}).items()}


def _device(headers: Headers) -> str:
    """The device that the request names; "" if it names none: no request needs one."""
    device = headers.get(DEVICE_HEADER, "")
    if device and not is_id(device):
        raise InvalidRequest("header.X-Device-Id", "an id", "send the id of this device, or none")
    return device


def _path(event: Event) -> dict[str, str]:
    """The path's parameters. They come decoded: to decode them again would make another id of `a%2541`."""
    return {name: _id_of(name, str(value)) for name, value in (event.get("pathParameters") or {}).items()}


def _id_of(name: str, value: str) -> str:
    """The id that a parameter of the path stands for. Each id has one form after `b64:`, too."""
    fix = f"send {ENCODED_ID} and the id's base64url, without padding"
    if value.startswith(ENCODED_ID):
        text = value.removeprefix(ENCODED_ID)
        try:
            plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            if base64.urlsafe_b64encode(plain).decode().rstrip("=") == text != "":
                return plain.decode()
        except ValueError:
            pass
        raise InvalidRequest(f"path.{name}", f"base64url of UTF-8 after {ENCODED_ID}", fix)
    if value in _FOLDERS or not _CHANGED_IN_PATHS.isdisjoint(value):
        raise InvalidRequest(f"path.{name}", "an id with /, ? or %, or . or .., can't stand in a path as it is", fix)
    return value


def _query(event: Event, cmd: str) -> dict[str, str]:
    """The query's parameters: fields of this command; "" for none.

    They are read from the raw query, because API Gateway joins the values of a repeated one by commas. A "+" is itself:
    no value has a space.
    """
    raw, values = event.get("rawQueryString") or "", dict[str, str]()
    known = query_fields(cmd) - set(event.get("pathParameters") or ()) if cmd else frozenset[str]()
    for pair in filter(None, str(raw).split("&")):
        name, _, value = (unquote(part) for part in pair.partition("="))
        if name not in known:
            raise InvalidRequest(f"query.{name}", "is not known", f"send {', '.join(sorted(known)) or 'none'}")
        if name in values:
            raise InvalidRequest(f"query.{name}", "once", "send one value")
        values[name] = value
    return values


def _content(event: Event) -> bytes:
    """The body's bytes. Whether they come in base64 is the gateway's choice, by the content type: the flag tells."""
    body: Any = text_of(event)
    try:
        content = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError as error:
        raise InvalidRequest("body", "base64 or UTF-8", "send the body as its content type says") from error
    check_size(content)
    return bytes(content)
