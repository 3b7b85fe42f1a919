"""The events that functions receive from API Gateway.

Source: AWS documentation, "Set up a WebSocket API integration request in API Gateway" and "Input to an API Gateway
Lambda authorizer"; the fields as events on AWS have them (docs/platform.md: route events have no headers and no query,
the authorizer's context is in every later event).
"""

import secrets
import time
from collections.abc import Callable

from local.gateway.connection import Connection, new_id, now_ms
from local.json_types import JsonObject
from local.specs import WebSocketApiSpec


class Events:
    """Makes the events of one API."""

    def __init__(self, api: WebSocketApiSpec, region: str, account_id: str) -> None:
        self._api = api
        self.domain_name = f"{api.api_id}.execute-api.{region}.amazonaws.com"
        self.method_arn = f"arn:aws:execute-api:{region}:{account_id}:{api.api_id}/{api.stage}/$connect"

    def authorize(self, connection: Connection) -> JsonObject:
        """The event for the authorizer."""
        return {
            "type": "REQUEST",
            "methodArn": self.method_arn,
            **self._handshake(connection),
            "stageVariables": {},
            "requestContext": self._context(connection, "$connect", "CONNECT"),
        }

    def connect(self, connection: Connection) -> JsonObject:
        """The event for the $connect route."""
        return {
            **self._handshake(connection),
            "requestContext": self._context(connection, "$connect", "CONNECT"),
            "isBase64Encoded": False,
        }

    def message(self, connection: Connection, route_key: str, text: str) -> JsonObject:
        """The event for a frame of the client, on any other route."""
        context = self._context(connection, route_key, "MESSAGE")
        return {
            "requestContext": {**context, "messageId": new_id()},
            "body": text,
            "isBase64Encoded": False,
        }

    def disconnect(self, connection: Connection, status_code: int, reason: str) -> JsonObject:
        """The event for the $disconnect route."""
        headers = {"Host": self.domain_name, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        context = self._context(connection, "$disconnect", "DISCONNECT")
        return {
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "requestContext": {**context, "disconnectStatusCode": status_code, "disconnectReason": reason},
            "isBase64Encoded": False,
        }

    def _handshake(self, connection: Connection) -> JsonObject:
        handshake = connection.handshake
        forwarded = (
            ("Host", self.domain_name),
            ("X-Amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"),
            ("X-Forwarded-For", handshake.source_ip),
            ("X-Forwarded-Port", "443"),
            ("X-Forwarded-Proto", "https"),
        )
        own = {"host", "connection", "upgrade", *(name.lower() for name, _ in forwarded)}
        headers = tuple((name, value) for name, value in handshake.headers if name.lower() not in own) + forwarded
        multiple = _multiple(headers)
        event = {"headers": {name: values[-1] for name, values in multiple.items()}, "multiValueHeaders": multiple}
        if handshake.query:
            event["queryStringParameters"] = dict(handshake.query)
            event["multiValueQueryStringParameters"] = _multiple(handshake.query, str)
        return event

    def _context(self, connection: Connection, route_key: str, event_type: str) -> JsonObject:
        request_id, now = new_id(), now_ms()
        context = {
            "routeKey": route_key,
            "eventType": event_type,
            "extendedRequestId": request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now / 1000)),
            "messageDirection": "IN",
            "stage": self._api.stage,
            "connectedAt": connection.connected_at_ms,
            "requestTimeEpoch": now,
            "identity": identity(connection),
            "requestId": request_id,
            "domainName": self.domain_name,
            "connectionId": connection.id,
            "apiId": self._api.api_id,
        }
        return context if connection.authorizer is None else {**context, "authorizer": connection.authorizer}


def identity(connection: Connection) -> JsonObject:
    """The client's identity, as far as its handshake shows it."""
    user_agent = connection.handshake.header("User-Agent")
    known = {"userAgent": user_agent} if user_agent is not None else {}
    return {**known, "sourceIp": connection.handshake.source_ip}


def _multiple(pairs: tuple[tuple[str, str], ...], same: Callable[[str], str] = str.lower) -> dict[str, list[str]]:
    """The values of each name, in their order, under its first spelling. Names with an equal `same(name)` count as one:
    the case of a header's name does not matter."""
    values: dict[str, tuple[str, list[str]]] = {}
    for name, value in pairs:
        values.setdefault(same(name), (name, []))[1].append(value)
    return dict(values.values())
