"""Events as API Gateway makes them."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def websocket_event(
    kind: str,
    route: str,
    *,
    uid: str,
    device: str,
    connection: str,
    connected_at: int,
    encoding: str = "json",
    expires_at: int = 4_000_000_000,
    body: str | None = None,
) -> dict[str, Any]:
    """The event for a route's function. `kind` is CONNECT, MESSAGE or DISCONNECT. Times count from 1970.

    Args:
        connected_at: in milliseconds.
        expires_at: when the token expires, in seconds.
    """
    event: dict[str, Any] = {
        "requestContext": {
            "routeKey": route,
            "eventType": kind,
            "connectionId": connection,
            "connectedAt": connected_at,
            "requestId": "request",
            "authorizer": {
                "uid": uid,
                "deviceId": device,
                "encoding": encoding,
                "expiresAt": str(expires_at),
                "principalId": uid,
            },
        },
        "isBase64Encoded": False,
    }
    return event if body is None else {**event, "body": body}


def http_event(
    route: str,
    *,
    uid: str = "alice",
    device: str = "",
    expires_at: int = 4_000_000_000,
    path: Mapping[str, str] | None = None,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> dict[str, Any]:
    """The event of an HTTP request, in payload format 2.0.

    Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs". A body is text only if
    its content type is text; so says what was tried on AWS (ministackorg/ministack, pull request 766).

    Args:
        device: that of the token.
        path: the path's parameters, decoded as API Gateway gives them.
        headers: their names in lower case.
    """
    method, _, form = route.partition(" ")
    given = {"host": "abcdef1234.execute-api.us-east-1.amazonaws.com", **(headers or {})}
    raw_path = form.format_map(path or {})
    kind = given.get("content-type", "").partition(";")[0]
    is_text = kind.startswith("text/") or kind in ("application/json", "application/xml", "application/javascript")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw_path,
        "rawQueryString": query,
        "headers": given,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "authorizer": {
                "lambda": {"uid": uid, "deviceId": device, "expiresAt": expires_at, "principal": quote(uid)}
            },
            "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "abcdef1234",
            "http": {
                "method": method,
                "path": raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": given.get("user-agent", "curl/8.5.0"),
            },
            "requestId": "KxT1wfHqIAMFd5Q=",
            "routeKey": route,
            "stage": "$default",
            "time": "24/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795521600123,
        },
        "isBase64Encoded": False,
    }
    if path:
        event["pathParameters"] = dict(path)
    if content is not None:
        event["body"] = content.decode(errors="replace") if is_text else base64.b64encode(content).decode()
        event["isBase64Encoded"] = not is_text
    return event
