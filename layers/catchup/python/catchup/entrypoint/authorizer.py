"""The REQUEST authorizer of $connect: it answers 401 or 403, or opens with a context that all later events have."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from catchup.domain.presence import Encoding
from catchup.entrypoint.handshake import Event, chosen_encoding, device_of, offered_subprotocols, token_of
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
    """Returns a Lambda handler that accepts handshakes with a valid token and a known subprotocol."""

    def handler(event: Event, context: Any) -> Mapping[str, Any]:
        with invocation(telemetry, event, context):
            policy = _decided(event, verifier, telemetry)
        if policy is None:
            raise Unauthorized
        return policy

    return handler


def _decided(event: Event, verifier: Tokens, telemetry: FunctionTelemetry) -> Mapping[str, Any] | None:
    """Returns the policy; None for 401. A refusal is logged with a reason that never repeats the request."""

    def refused(line: str, kind: str, reason: str) -> None:
        telemetry.logger.info(line, reason=reason)
        telemetry.count(Metric.REFUSED, by=kind)

    try:
        identity = verifier.verify(token_of(event), device_of(event))
    except TokenRefused as error:
        refused("handshake refused", error.kind, error.reason)
        telemetry.count(Metric.UNAUTHORIZED)
        return None
    except TokenUnusable as error:
        refused("handshake denied", "TokenUnusable", str(error))
        return _policy(event, "Deny", "nobody", {})
    encoding = chosen_encoding(offered_subprotocols(event))
    if encoding is None:
        refused("handshake denied", "UnknownSubprotocol", "no known subprotocol offered")
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
        # The access log writes it into a line of JSON without escaping.
        "principalId": quote(principal, safe=_SAFE_IN_JSON),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}],
        },
        "context": dict(context),
    }
