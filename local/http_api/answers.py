"""What a client gets: an answer that API Gateway makes itself, or what it makes of a function's answer.

Source: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway", section "Lambda function
response format"; for what that page leaves open, docs/platform.md, "API Gateway HTTP API".
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass, replace

from local.http_api.limits import MAX_PAYLOAD_BYTES
from local.json_types import Json, JsonObject

JSON_TYPE = "application/json"
TEXT_TYPE = "text/plain; charset=utf-8"
# The server that writes the answer sets these itself.
_OF_THE_CONNECTION = frozenset({"connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade"})
# RFC 9110, section 5.1 and 5.5: what a header's name consists of, and what its value may not contain.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_A_VALUE = re.compile(r"[\r\n\0]")


@dataclass(frozen=True)
class HttpAnswer:
    """An HTTP answer. Names of headers are in lower case, and may repeat."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def with_headers(self, *headers: tuple[str, str]) -> "HttpAnswer":
        """This answer with more headers."""
        return replace(self, headers=(*self.headers, *headers))

    def header(self, name: str) -> str:
        """The first value of a header; "" if there is none."""
        return next((value for each, value in self.headers if each == name), "")


class GatewayAnswer(Exception):
    """API Gateway answers this request itself: {"message": …}."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        body = json.dumps({"message": message}, separators=(",", ":")).encode()
        self.answer = HttpAnswer(status, (("content-type", JSON_TYPE),), body)


BAD_REQUEST = (400, "Bad Request")
UNAUTHORIZED = (401, "Unauthorized")
FORBIDDEN = (403, "Forbidden")
NOT_FOUND = (404, "Not Found")
TOO_LARGE = (413, "Request Entity Too Large")
TOO_MANY = (429, "Too Many Requests")
HEAD_TOO_LARGE = (431, "Request Header Fields Too Large")
FAILED = (500, "Internal Server Error")
TIMED_OUT = (503, "Service Unavailable")


def answer_of(returned: Json) -> HttpAnswer:
    """The answer that API Gateway makes of what a function has returned. Raises GatewayAnswer."""
    if payload_bytes(returned) > MAX_PAYLOAD_BYTES:
        raise GatewayAnswer(*FAILED)
    if not isinstance(returned, dict) or "statusCode" not in returned:
        body = returned if isinstance(returned, str) else _as_json(returned)
        return HttpAnswer(200, (("content-type", JSON_TYPE),), body.encode(errors="replace"))
    headers = _headers(returned)
    if not any(name == "content-type" for name, _ in headers):
        headers = (("content-type", TEXT_TYPE), *headers)
    return HttpAnswer(_status(returned["statusCode"]), headers, _body(returned))


def payload_bytes(payload: Json) -> int:
    """The size of an event or an answer between API Gateway and Lambda."""
    return len(_as_json(payload).encode(errors="replace"))


def _as_json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _status(value: Json) -> int:
    if isinstance(value, bool) or not str(value).isdecimal() or not 200 <= int(value) <= 599:
        raise GatewayAnswer(*FAILED)
    return int(value)


def _headers(returned: JsonObject) -> tuple[tuple[str, str], ...]:
    headers, cookies = returned.get("headers") or {}, returned.get("cookies") or []
    if not isinstance(headers, dict) or not isinstance(cookies, list):
        raise GatewayAnswer(*FAILED)
    if not all(isinstance(each, str | int | float) for each in (*headers.values(), *cookies)):
        raise GatewayAnswer(*FAILED)
    named = [(name.lower(), _text(value)) for name, value in headers.items()]
    named += [("set-cookie", _text(cookie)) for cookie in cookies]
    if not all(_HEADER_NAME.fullmatch(name) and not _NOT_IN_A_VALUE.search(value) for name, value in named):
        raise GatewayAnswer(*FAILED)
    return tuple((name, value) for name, value in named if name not in _OF_THE_CONNECTION)


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _body(returned: JsonObject) -> bytes:
    body = returned.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise GatewayAnswer(*FAILED)
    if not returned.get("isBase64Encoded"):
        return body.encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise GatewayAnswer(*FAILED) from None
