"""Opens and closes connections, and answers frames that have no route."""

from typing import Any

from catchup.bootstrap.clients import started
from catchup.bootstrap.connection import build_connection
from catchup.entrypoint.events import Event
from catchup.entrypoint.handler import request_handler
from catchup.entrypoint.handshake import opened
from catchup.entrypoint.identity import caller_of
from catchup.entrypoint.invocation import invocation
from catchup.errors import NoIdentity, Unavailable
from catchup.observability import trace_of

service = started("connection", build_connection)
# A frame comes here only if its cmd names no route; decoding it raises the error.
no_route = request_handler("connection", {}, service.telemetry)


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Handles the event. $connect writes no row, because a push during it would fail; `login` registers the device."""
    kind = (event.get("requestContext") or {}).get("eventType")
    if kind not in ("CONNECT", "DISCONNECT"):
        return no_route(event, context)
    with invocation(service.telemetry, event, context):
        try:
            caller = caller_of(event)
        except NoIdentity:
            # If the route ever loses its authorizer, nobody can connect.
            service.telemetry.logger.error("a connection without an identity: has $connect lost its authorizer?")
            return {"statusCode": 401}
        if kind == "CONNECT":
            return opened(event)
        try:
            # Only if it is still this connection: $disconnect may come after the device is back.
            service.presence.forget(caller.endpoint)
        except Unavailable as error:
            # Nobody waits for this, and the next push that fails removes the entry anyway.
            service.telemetry.logger.warning("a closed connection is still entered", trace=trace_of(error))
        return {"statusCode": 200}
