"""The events that functions receive from an HTTP API, in payload format 2.0.

Source: AWS documentation, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway" and "Control access to
HTTP APIs with AWS Lambda authorizers in API Gateway"; for what these leave open, docs/platform.md, "API Gateway HTTP
API".
"""

import base64
import secrets
import time
from collections.abc import Iterable
from urllib.parse import parse_qsl

from local.gateway.connection import new_id, now_ms
from local.http_api.request import HttpRequest
from local.http_api.routing import Match
from local.http_api.spec import HttpApiSpec
from local.json_types import Json, JsonObject

# A body of these types comes as text, any other one in base64, also one without a type.
_TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})
# Headers between the client and API Gateway alone, and cookies, which have a field of their own.
_NOT_PASSED_ON = frozenset({"connection", "cookie", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})


class HttpEvents:
    """Makes the events of one API."""

    def __init__(self, api: HttpApiSpec, region: str, account_id: str) -> None:
        self._api = api
        self._account_id = account_id
        self._domain_name = f"{api.api_id}.execute-api.{region}.amazonaws.com"
        self._stage_arn = f"arn:aws:execute-api:{region}:{account_id}:{api.api_id}/{api.stage}"

    def authorize(self, request: HttpRequest, match: Match, identity: Iterable[str]) -> JsonObject:
        """The event for the authorizer. `identity`: the values of its identity sources."""
        return {
            "version": "2.0",
            "type": "REQUEST",
            "routeArn": f"{self._stage_arn}/{request.method}{request.path}",
            "identitySource": list(identity),
            **self._request(request, match),
            "requestContext": self._context(request, match),
        }

    def request(self, request: HttpRequest, match: Match, authorizer: JsonObject | None) -> JsonObject:
        """The event for the route's function. `authorizer`: what the authorizer has said; None: there is none."""
        context = self._context(request, match)
        event = {
            "version": "2.0",
            **self._request(request, match),
            "requestContext": context if authorizer is None else {**context, "authorizer": authorizer},
        }
        if request.body:
            is_text = _is_text(request.header("content-type") or "")
            event["body"] = (
                request.body.decode(errors="replace") if is_text else base64.b64encode(request.body).decode()
            )
            event["isBase64Encoded"] = not is_text
        else:
            event["isBase64Encoded"] = False
        return event

    def _request(self, request: HttpRequest, match: Match) -> JsonObject:
        """The members that both events share. One without a value is left out."""
        cookies = [each.strip() for line in request.values("cookie") for each in line.split(";")]
        query = parse_qsl(request.raw_query, keep_blank_values=True)
        optional: dict[str, Json] = {
            "cookies": [each for each in cookies if each],
            "queryStringParameters": _joined(query),
            "pathParameters": match.parameters,
        }
        return {
            "routeKey": match.route.key,
            "rawPath": request.path,
            "rawQueryString": request.raw_query,
            "headers": self._headers(request),
            **{name: value for name, value in optional.items() if value},
        }

    def _headers(self, request: HttpRequest) -> dict[str, str]:
        sent = [(name.lower(), value) for name, value in request.headers]
        forwarded = [value for name, value in sent if name == "x-forwarded-for"]
        own = {
            "content-length": str(len(request.body)),
            "host": self._domain_name,
            "x-amzn-trace-id": f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}",
            "x-forwarded-for": ", ".join([*forwarded, request.source_ip]),
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        }
        return _joined([(name, value) for name, value in sent if name not in _NOT_PASSED_ON]) | own

    def _context(self, request: HttpRequest, match: Match) -> JsonObject:
        now = now_ms()
        return {
            "accountId": self._account_id,
            "apiId": self._api.api_id,
            "domainName": self._domain_name,
            "domainPrefix": self._api.api_id,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.header("user-agent") or "",
            },
            "requestId": new_id(),
            "routeKey": match.route.key,
            "stage": self._api.stage,
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now / 1000)),
            "timeEpoch": now,
        }


def _is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind in _TEXT_TYPES


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The values of each name, joined by commas."""
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values
