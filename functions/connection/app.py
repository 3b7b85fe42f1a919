"""A connection opens, closes, or sends a frame that has no route."""

from typing import Any

from catchup.bootstrap.connection import connection_service
from catchup.entrypoint.correlation import ids_of
from catchup.entrypoint.handshake import Event, opened
from catchup.entrypoint.websocket import caller_of, frame_handler
from catchup.errors import NoIdentity

service = connection_service()
# A frame comes here only if its cmd names no route: decoding it makes the error.
no_route = frame_handler({}, service.telemetry)


def handler(event: Event, context: Any) -> dict[str, Any]:
    """$connect writes nothing: a push during it would find the connection gone. `login` registers it."""
    kind = (event.get("requestContext") or {}).get("eventType")
    if kind not in ("CONNECT", "DISCONNECT"):
        return no_route(event, context)
    with service.telemetry.invocation(context, **ids_of(event)):
        try:
            caller = caller_of(event)
        except NoIdentity:
            # Should the route ever lose its authorizer, nobody gets in.
            service.telemetry.logger.error("a connection without an identity: has $connect lost its authorizer?")
            return {"statusCode": 401}
        if kind == "CONNECT":
            return opened(event)
        service.disconnect(caller)
        return {"statusCode": 200}
