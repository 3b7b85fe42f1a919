"""The HTTP form of frames: a request becomes an HTTP request, and its answer a frame (docs/protocol.md, section 11)."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError

from catchup_client._wire.catchup.v1 import catchup_pb2 as pb
from catchup_client.errors import ProtocolViolation
from catchup_client.protocol import envelope
from catchup_client.protocol.codes import Code

JSON, PROTOBUF = "application/json", "application/x-protobuf"


class Route(NamedTuple):
    """Where a request goes, and which member of the Envelope's `body` is its answer."""

    method: str
    path: str
    reply: str


ROUTES: Mapping[str, Route] = {
    # Nothing is registered over HTTP: what remains of a login are its counters.
    "login": Route("GET", "/v1/counters", "counters_reply"),
    "counters": Route("POST", "/v1/counters", "counters_reply"),
    "clear": Route("POST", "/v1/counters/clear", "results_reply"),
    "read": Route("POST", "/v1/counters/read", "results_reply"),
    "ack": Route("POST", "/v1/acks", "results_reply"),
    "chat": Route("POST", "/v1/messages", "chat_ack"),
    "pull": Route("POST", "/v1/sessions/{sessionId}/pull", "page_reply"),
    "history": Route("GET", "/v1/sessions/{sessionId}/messages", "page_reply"),
    "sessions": Route("GET", "/v1/sessions", "sessions_reply"),
    "settings": Route("POST", "/v1/sessions/settings", "settings_reply"),
    "create": Route("POST", "/v1/groups", "chat_ack"),
    "join": Route("POST", "/v1/groups/{groupId}/join", "chat_ack"),
    "leave": Route("POST", "/v1/groups/{groupId}/leave", "chat_ack"),
    "add": Route("POST", "/v1/groups/{groupId}/members", "chat_ack"),
    "remove": Route("POST", "/v1/groups/{groupId}/members/remove", "chat_ack"),
    "role": Route("PUT", "/v1/groups/{groupId}/members/{uid}/role", "chat_ack"),
    "describe": Route("PUT", "/v1/groups/{groupId}", "chat_ack"),
    "mute": Route("POST", "/v1/groups/{groupId}/mute", "chat_ack"),
    "dissolve": Route("POST", "/v1/groups/{groupId}/dissolve", "chat_ack"),
    "ask": Route("POST", "/v1/groups/{groupId}/requests", "requests_reply"),
    "requests": Route("GET", "/v1/groups/{groupId}/requests", "requests_reply"),
    "approve": Route("POST", "/v1/groups/{groupId}/requests/approve", "chat_ack"),
    "members": Route("GET", "/v1/groups/{groupId}/members", "members_reply"),
    "recall": Route("POST", "/v1/sessions/{sessionId}/messages/{seq}/recall", "chat_ack"),
    "edit": Route("PUT", "/v1/sessions/{sessionId}/messages/{seq}", "chat_ack"),
    "receipts": Route("PUT", "/v1/receipts", "receipts_reply"),
    "readers": Route("GET", "/v1/sessions/{sessionId}/messages/{seq}/readers", "readers_reply"),
    "hide": Route("POST", "/v1/sessions/{sessionId}/hide", "hidden_reply"),
    "hidden": Route("GET", "/v1/sessions/{sessionId}/hidden", "hidden_reply"),
    "block": Route("PUT", "/v1/blocks/{uid}", "block_reply"),
    "unblock": Route("DELETE", "/v1/blocks/{uid}", "block_reply"),
    "blocked": Route("GET", "/v1/blocks", "blocked_reply"),
    "signal": Route("POST", "/v1/signals", "signal_reply"),
    "online": Route("POST", "/v1/online", "online_reply"),
    "upload": Route("POST", "/v1/uploads", "upload_reply"),
    "media": Route("GET", "/v1/sessions/{sessionId}/messages/{seq}/media", "media_reply"),
}

# What an answer means that the gateway has made itself; all other statuses mean that it may work later. An unknown
# path is a request that an older server doesn't have.
_GATEWAY_CODES: Mapping[int, Code] = {
    HTTPStatus.UNAUTHORIZED: Code.UNAUTHENTICATED,
    HTTPStatus.FORBIDDEN: Code.UNAUTHENTICATED,
    HTTPStatus.NOT_FOUND: Code.UNIMPLEMENTED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Code.INVALID_ARGUMENT,
    HTTPStatus.TOO_MANY_REQUESTS: Code.RESOURCE_EXHAUSTED,
}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """An HTTP request. `target`: path and query."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An HTTP answer. Names of headers are in lower case; the content is not compressed any more."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        """The content's type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def error(self) -> dict[str, Any] | None:
        """`code` and `error` of an error that Catchup has answered; None for other answers, such as a gateway's own."""
        try:
            if self.media_type == PROTOBUF:
                value = envelope.read(base64.b64encode(self.content).decode())
            else:
                value = json.loads(self.content)
        except (ValueError, RecursionError, ProtocolViolation):
            return None
        return value if isinstance(value, dict) and isinstance(value.get("code"), str) else None

    @property
    def date_ms(self) -> int:
        """The server's clock, which HTTP tells in seconds; 0 if the answer doesn't tell it."""
        try:
            return int(parsedate_to_datetime(self.headers["date"]).timestamp()) * 1_000
        except (KeyError, ValueError):
            return 0

    @property
    def is_reply(self) -> bool:
        """Whether it is the answer of a request that was done. `media` sends browsers to the file: 302."""
        return self.status in {HTTPStatus.OK, HTTPStatus.FOUND} and self.media_type in {JSON, PROTOBUF}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request frame."""

    cmd: str
    req_id: str
    fields: Mapping[str, Any]
    """Its body in the JSON form."""
    content: bytes
    media_type: str

    @classmethod
    def read(cls, text: str) -> "Asked":
        """Read a text frame of this client."""
        frame = json.loads(text)
        cmd: str = frame["cmd"]
        if "pb" not in frame:
            return cls(cmd, frame["reqId"], frame["body"], _dump(frame["body"]).encode(), JSON)
        whole = pb.Envelope.FromString(base64.b64decode(frame["pb"]))
        message = getattr(whole, cmd)
        return cls(cmd, whole.req_id, MessageToDict(message), message.SerializeToString(), PROTOBUF)

    def request(self) -> HttpRequest:
        """Return the request to send."""
        method, path, _ = ROUTES[self.cmd]
        if self.cmd == "counters" and not self.fields.get("sessionIds"):
            method = "GET"
        in_path = set(re.findall(r"\{(\w+)\}", path))
        target = re.sub(r"\{(\w+)\}", lambda found: in_a_path(str(self.fields[found[1]])), path)
        rest = {name: value for name, value in self.fields.items() if name not in in_path and value != ""}
        if method == "GET":
            return HttpRequest(method, f"{target}?{urlencode(rest, quote_via=quote)}".rstrip("?"), self._accepts, b"")
        if not rest:
            return HttpRequest(method, target, self._accepts, b"")
        return HttpRequest(method, target, {**self._accepts, "Content-Type": self.media_type}, self.content)

    @property
    def _accepts(self) -> dict[str, str]:
        return {"Accept": self.media_type, "Accept-Encoding": "gzip"}

    def answered(self, response: HttpResponse) -> str:
        """Return the frame of an answer. Content that can't be read gives a frame that can't be read."""
        cmd = "chatAck" if self.cmd == "chat" else self.cmd
        if not response.is_reply:
            return _dump({"cmd": cmd, "reqId": self.req_id, **_failure(response)})
        time_ms = response.date_ms
        whole = pb.Envelope(cmd=cmd, req_id=self.req_id, code=pb.OK, time=time_ms)
        try:
            if response.media_type == JSON:
                head = _dump({"cmd": cmd, "reqId": self.req_id, "time": time_ms, "code": "OK"})
                return f'{head[:-1]},"body":{response.content.decode()}}}'
            reply = getattr(whole, ROUTES[self.cmd].reply)
            reply.SetInParent()
            reply.MergeFromString(response.content)
        except (DecodeError, UnicodeDecodeError):
            return ""
        return _dump({"cmd": cmd, "pb": base64.b64encode(whole.SerializeToString()).decode("ascii")})

    def pong(self) -> str:
        """Return the answer of a `ping`, which needs no request over HTTP."""
        return _dump({"cmd": "pong", "reqId": self.req_id, "code": "OK", "body": {}})


def in_a_path(name: str) -> str:
    """Return an id as a segment of a path. Gateways disagree about percent-encoding there, so none is used.

    >>> in_a_path("p:alice:bob"), in_a_path("a/b"), in_a_path("..")
    ('p:alice:bob', 'b64:YS9i', 'b64:Li4')
    """
    if quote(name, safe=":@") == name and name.strip("."):
        return name
    return "b64:" + base64.urlsafe_b64encode(name.encode()).decode("ascii").rstrip("=")


def _failure(response: HttpResponse) -> dict[str, Any]:
    """Return `code` and `error` of an answer that is an error. `retryAfter`: the header, in seconds."""
    said = response.error
    if said is None:
        code = _GATEWAY_CODES.get(response.status, Code.UNAVAILABLE)
        said = {"code": code.name, "error": {"rule": f"was answered {response.status} by the gateway"}}
    wait = response.headers.get("retry-after", "")
    error = said.get("error") if isinstance(said.get("error"), dict) else {}
    return {"code": said["code"], "error": {**(error or {}), **({"retryAfter": int(wait)} if wait.isdecimal() else {})}}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
