"""The REQUEST authorizer of both APIs.

Of a handshake ($connect) it makes 401 or 403, or opens with a context that all later events of the connection have. To
an HTTP request it gives or refuses access; API Gateway keeps the answer for a minute, for all routes, and by the header
Authorization alone, so nothing else of the request may have a part in it. Source: API Gateway Developer Guide, "Control
access to HTTP APIs with AWS Lambda authorizers" (format 2.0, simple response).
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from catchup.domain.presence import Encoding
from catchup.entrypoint.events import Event, is_http
from catchup.entrypoint.handshake import bearer_of, chosen_encoding, device_of, offered_subprotocols, token_of
from catchup.entrypoint.invocation import invocation
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry
from catchup.tokens import Identity, TokenRefused, Tokens, TokenUnusable

# Characters of an id that have no meaning in JSON or for `quote`.
_SAFE_IN_JSON = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"\\%')


class Unauthorized(Exception):
    """Raised for a 401: API Gateway answers 401 if an authorizer raises exactly this text."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def authorizer_handler(verifier: Tokens, telemetry: FunctionTelemetry) -> Callable[[Event, Any], Mapping[str, Any]]:
    """Returns a Lambda handler that accepts handshakes with a valid token and a known subprotocol, and HTTP requests
    with a valid token."""

    def handler(event: Event, context: Any) -> Mapping[str, Any]:
        with invocation(telemetry, event, context):
            if is_http(event):
                return _admitted(event, verifier, telemetry)
            policy = _decided(event, verifier, telemetry)
        if policy is None:
            raise Unauthorized
        return policy

    return handler


def _admitted(event: Event, verifier: Tokens, telemetry: FunctionTelemetry) -> Mapping[str, Any]:
    """Whether an HTTP request may pass, and whose it is. A refusal is no exception: API Gateway makes 403 of it, and
    Lambda counts no error."""
    try:
        identity = verifier.verify(bearer_of(event), None)
    except TokenRefused as error:
        _note(telemetry, "request refused", error.kind, error.reason)
    except TokenUnusable as error:
        _note(telemetry, "request refused", "TokenUnusable", str(error))
    else:
        known = {"uid": identity.uid, "deviceId": identity.device_id, "expiresAt": identity.expires_at}
        return {"isAuthorized": True, "context": {**known, "principal": _printable(identity.uid)}}
    return {"isAuthorized": False}


def _note(telemetry: FunctionTelemetry, line: str, kind: str, reason: str) -> None:
    """Logs and counts a refusal. The reason never repeats the request."""
    telemetry.logger.info(line, reason=reason)
    telemetry.count(Metric.REFUSED, by=kind)


def _decided(event: Event, verifier: Tokens, telemetry: FunctionTelemetry) -> Mapping[str, Any] | None:
    """Returns the policy for a handshake; None for 401."""
    try:
        identity = verifier.verify(token_of(event), device_of(event))
    except TokenRefused as error:
        _note(telemetry, "handshake refused", error.kind, error.reason)
        telemetry.count(Metric.UNAUTHORIZED)
        return None
    except TokenUnusable as error:
        _note(telemetry, "handshake denied", "TokenUnusable", str(error))
        return _policy(event, "Deny", "nobody", {})
    encoding = chosen_encoding(offered_subprotocols(event))
    if encoding is None:
        _note(telemetry, "handshake denied", "UnknownSubprotocol", "no known subprotocol offered")
        return _policy(event, "Deny", identity.uid, {})
    return _policy(event, "Allow", identity.uid, _context_of(identity, encoding))


def _context_of(identity: Identity, encoding: Encoding) -> Mapping[str, str]:
    """Returns the context, a flat map of strings: API Gateway allows nothing else."""
    return {
        "uid": identity.uid,
        "deviceId": identity.device_id,
        "encoding": encoding.value,
        "expiresAt": str(identity.expires_at),
    }


def _policy(event: Event, effect: str, principal: str, context: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "principalId": _printable(principal),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}],
        },
        "context": dict(context),
    }


def _printable(uid: str) -> str:
    """A uid for the access log, which writes it into a line of JSON without escaping."""
    return quote(uid, safe=_SAFE_IN_JSON)
