"""People who use the service over HTTP: requests of every command, and their answers in the JSON form of frames."""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from google.protobuf.json_format import ParseDict

from catchup.commands import COMMANDS, ROUTES
from catchup.wire import catchup_pb2 as pb
from catchup.wire.json_form import to_json
from tests.support.events import http_event
from tests.support.outages import Outages
from tests.support.world import Context, World

JSON, PROTOBUF = "application/json", "application/x-protobuf"
# Those of google.rpc.Code, and of codes of our own.
STATUSES = {
    "OK": 200,
    "HELD": 202,
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "REJECTED": 422,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "DATA_LOSS": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}


@dataclass(frozen=True)
class Answer:
    """What a client gets: the content as API Gateway sends it."""

    status: int
    headers: Mapping[str, str]
    sent: bytes

    @property
    def content(self) -> bytes:
        """The content without gzip."""
        return gzip.decompress(self.sent) if self.headers.get("content-encoding") == "gzip" else self.sent

    @property
    def json(self) -> Any:
        """The content, which must be JSON."""
        assert self.headers["content-type"] == f"{JSON}; charset=utf-8"
        return json.loads(self.content)

    @property
    def error(self) -> dict[str, Any]:
        """The error, which must be there."""
        assert self.json.keys() == {"code", "error"}, self.json
        error: dict[str, Any] = self.json["error"]
        assert error["rule"]
        assert error["fix"]
        return error


@dataclass
class HttpClient:
    """One person, without any connection."""

    world: World
    uid: str
    encoding: str = "json"
    headers: dict[str, str] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)

    def send(self, route: str, **parts: Any) -> Answer:
        """Sends a request of these parts of an event. `context`, `function`: what invokes it, and what is invoked."""
        context, function = parts.pop("context", None), parts.pop("function", None)
        parts["headers"] = {**self.headers, **parts.get("headers", {})}
        event = http_event(route, **{"uid": self.uid, **self.token, **parts})
        return self.send_event(event, function or ROUTES[route].function, context)

    def send_event(self, event: Mapping[str, Any], function: str, context: Context | None = None) -> Answer:
        """Sends an event as it is."""
        result = self.world.handlers[function](event, context or Context())
        if self.world.fans_out_at_once:
            self.world.fan_out()
        assert result.keys() == {"statusCode", "headers", "body", "isBase64Encoded"}
        body = result["body"]
        sent = base64.b64decode(body) if result["isBase64Encoded"] else body.encode()
        return Answer(result["statusCode"], result["headers"], sent)

    def refused(self, route: str, status: int = 400, **parts: Any) -> dict[str, Any]:
        """The error of a request that must be refused before any call."""
        with Outages(self.world.dynamodb) as calls:
            answer = self.send(route, **parts)
            assert (answer.status, calls.sent) == (status, []), answer
        return answer.error

    def ask(self, cmd: str, context: Context | None = None, **body: Any) -> dict[str, Any]:
        """Sends a request of a command, in this client's encoding; returns the answer as the frame that it would be."""
        route, parts = request_of(cmd, body, self.encoding)
        answer = self.send(route, context=context, **parts)
        return as_frame(cmd, answer)

    def ok(self, cmd: str, **body: Any) -> dict[str, Any]:
        """The body of an answer that must be OK."""
        answer = self.ask(cmd, **body)
        assert answer["code"] == "OK", answer
        result: dict[str, Any] = answer["body"]
        return result


def route_of(cmd: str, body: Mapping[str, Any]) -> str:
    """The route of a request: of two, that which takes such a body."""
    *_, last = COMMANDS[cmd].http
    return next((each for each in COMMANDS[cmd].http if each.startswith("GET ") and "sessionIds" not in body), last)


def request_of(cmd: str, body: Mapping[str, Any], encoding: str = "json") -> tuple[str, dict[str, Any]]:
    """The route and the other parts of a request's event."""
    route = route_of(cmd, body)
    in_path = {name: value for name, value in body.items() if f"{{{name}}}" in route}
    rest = {name: value for name, value in body.items() if name not in in_path}
    parts: dict[str, Any] = {"path": {name: str(value) for name, value in in_path.items()}, "headers": {}}
    if encoding == "pb":
        parts["headers"]["accept"] = PROTOBUF
    if route.startswith("GET "):
        parts["query"] = urlencode({name: str(value) for name, value in rest.items()}, quote_via=quote)
    elif encoding == "pb":
        message = ParseDict({**rest}, getattr(pb.Envelope(), cmd), ignore_unknown_fields=True)
        parts["headers"]["content-type"] = PROTOBUF
        parts["content"] = message.SerializeToString()
    else:
        parts["headers"]["content-type"] = JSON
        parts["content"] = json.dumps(rest).encode()
    return route, parts


def as_frame(cmd: str, answer: Answer) -> dict[str, Any]:
    """The answer as the frame that it would be over the WebSocket."""
    frame: dict[str, Any] = {"cmd": COMMANDS[cmd].answer_cmd}
    is_pb = answer.headers["content-type"] == PROTOBUF
    if answer.status == 200:
        reply: Any = getattr(pb.Envelope(), COMMANDS[cmd].reply)
        return {
            **frame,
            "code": "OK",
            "body": to_json(type(reply).FromString(answer.content)) if is_pb else answer.json,
        }
    said = refusal_of(answer)
    assert answer.status == STATUSES[str(said["code"])], said
    return {**frame, **said}


def refusal_of(answer: Answer) -> dict[str, Any]:
    """Code and error of an answer that is not of 200."""
    if answer.headers["content-type"] == PROTOBUF:
        envelope = pb.Envelope.FromString(answer.content)
        assert {each.name for each, _ in envelope.ListFields()} == {"code", "error"}
        return {"code": pb.Code.Name(envelope.code), "error": to_json(envelope.error)}
    said: dict[str, Any] = answer.json
    assert said.keys() == {"code", "error"}
    return said
