"""The fake server over HTTP, made from docs/protocol.md alone: routes, statuses and encodings, without the codec of the
client."""

import base64
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from google.protobuf import json_format

from catchup_client import Encoding
from catchup_client._wire.catchup.v1 import catchup_pb2 as pb
from catchup_client.http_transport import dial_http
from catchup_client.protocol.http_form import HttpRequest, HttpResponse
from tests.client import fake_wire
from tests.client.fake_wire import Json

if TYPE_CHECKING:
    from tests.client.fake_server import FakeServer

JSON, PROTOBUF = "application/json", "application/x-protobuf"
ROUTES = {
    "login": "GET /v1/counters",
    "counters": "POST /v1/counters",
    "clear": "POST /v1/counters/clear",
    "read": "POST /v1/counters/read",
    "ack": "POST /v1/acks",
    "chat": "POST /v1/messages",
    "pull": "POST /v1/sessions/(?P<sessionId>[^/]+)/pull",
    "history": "GET /v1/sessions/(?P<sessionId>[^/]+)/messages",
    "sessions": "GET /v1/sessions",
    "settings": "POST /v1/sessions/settings",
    "hide": "POST /v1/sessions/(?P<sessionId>[^/]+)/hide",
    "hidden": "GET /v1/sessions/(?P<sessionId>[^/]+)/hidden",
    "receipts": "PUT /v1/receipts",
    "readers": "GET /v1/sessions/(?P<sessionId>[^/]+)/messages/(?P<seq>[^/]+)/readers",
    "create": "POST /v1/groups",
    "join": "POST /v1/groups/(?P<groupId>[^/]+)/join",
    "leave": "POST /v1/groups/(?P<groupId>[^/]+)/leave",
    "add": "POST /v1/groups/(?P<groupId>[^/]+)/members",
    "remove": "POST /v1/groups/(?P<groupId>[^/]+)/members/remove",
    "role": "PUT /v1/groups/(?P<groupId>[^/]+)/members/(?P<uid>[^/]+)/role",
    "members": "GET /v1/groups/(?P<groupId>[^/]+)/members",
    "block": "PUT /v1/blocks/(?P<uid>[^/]+)",
    "unblock": "DELETE /v1/blocks/(?P<uid>[^/]+)",
    "blocked": "GET /v1/blocks",
    "signal": "POST /v1/signals",
    "online": "POST /v1/online",
    "upload": "POST /v1/uploads",
    "media": "GET /v1/sessions/(?P<sessionId>[^/]+)/messages/(?P<seq>[^/]+)/media",
}
STATUSES = {
    "OK": 200,
    "HELD": 202,
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "REJECTED": 422,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
}
RETRY_AFTER = {429: "10", 503: "1"}


class FakeHttp:
    """What one client sends its requests to; satisfies `catchup_client.http_transport.Server`."""

    def __init__(self, server: "FakeServer", touch: Callable[[str], None]) -> None:
        self._server = server
        self._touch = touch

    async def exchange(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        self._server.http.append(request)
        if self._server.http_answers:
            return self._server.http_answers.pop(0)
        jwt = request.headers["Authorization"].removeprefix("Bearer ")
        if jwt in self._server.expired_tokens:
            return _response(401, json.dumps({"code": "UNAUTHENTICATED", "error": {}}).encode())
        payload = jwt.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        cmd, frame = _frame(request)
        connection = self._server.request_of(claims["sub"], self._touch)
        await connection.send(frame)
        text = await connection.receive()
        try:
            answer = json.loads(text)
        except ValueError:
            return _response(200, text.encode())
        if "code" not in answer:
            return _response(500, b'{"message":"Internal Server Error"}')
        return _answer(cmd, answer, request.headers["Accept"])

    async def close(self) -> None:
        """Nothing is open between requests."""


def dialer(server: "FakeServer", touch: Callable[[str], None]) -> Callable[[str, str, Encoding], Any]:
    """Return a `dial` for `Client`."""

    async def dial(url: str, jwt: str, encoding: Encoding) -> Any:
        server.dials += 1
        if server.refuse_dials:
            raise server.refuse_dials.pop(0)
        return await dial_http(url, jwt, encoding, connect=lambda _: FakeHttp(server, touch))

    return dial


def _frame(request: HttpRequest) -> tuple[str, str]:
    """Return the `cmd` of a request, and its frame in the JSON form."""
    path, _, query = request.target.partition("?")
    assert "%" not in path, "gateways disagree about what is percent-encoded in a path"
    cmd, found = next(
        (cmd, found)
        for cmd, route in ROUTES.items()
        if (found := re.fullmatch(route, f"{request.method} {path}")) is not None
    )
    body: Json = {}
    if request.content:
        body = _body(cmd, request)
    elif request.method == "GET":
        given = parse_qsl(query, strict_parsing=bool(query))
        body = {name: int(value) if name in {"limit", "before", "after"} else value for name, value in given}
    if cmd == "login" and "next" in body:
        cmd = "counters"
    named = {name: _plain(value) for name, value in found.groupdict().items()}
    assert all(body.get(name, value) == value for name, value in named.items())
    numbered = {name: int(value) if name == "seq" else value for name, value in named.items()}
    return cmd, json.dumps({"cmd": cmd, "reqId": "http", "time": 0, "body": {**body, **numbered}})


def _body(cmd: str, request: HttpRequest) -> Json:
    assert request.method != "GET"
    if request.headers["Content-Type"] == JSON:
        body: Json = json.loads(request.content)
        return body
    message = type(getattr(pb.Envelope(), cmd)).FromString(request.content)
    read: Json = fake_wire.with_numbers(json_format.MessageToDict(message, always_print_fields_with_no_presence=True))
    return read


def _plain(segment: str) -> str:
    if not segment.startswith("b64:"):
        return unquote(segment)
    coded = segment.removeprefix("b64:")
    return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()


def _answer(cmd: str, frame: Json, accept: str) -> HttpResponse:
    status = STATUSES[frame["code"]]
    shown = frame["body"] if status == 200 else {"code": frame["code"], "error": frame["error"]}
    status = 302 if status == 200 and cmd == "media" else status
    if accept == JSON:
        return _response(status, json.dumps(shown).encode())
    whole = pb.Envelope()
    member = fake_wire.MEMBER_OF_ANSWER[frame["cmd"]]
    json_format.ParseDict({member: shown} if frame["code"] == "OK" else shown, whole)
    reply = getattr(whole, whole.WhichOneof("body") or "") if frame["code"] == "OK" else whole
    return _response(status, reply.SerializeToString(), PROTOBUF)


def _response(status: int, content: bytes, media_type: str = f"{JSON}; charset=utf-8") -> HttpResponse:
    wait = {"retry-after": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
    return HttpResponse(status, {"content-type": media_type, **wait}, content)
