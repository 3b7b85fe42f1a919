"""Events as API Gateway makes them."""

from typing import Any


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
