"""A connection opens, closes, or sends a frame that has no route."""

from typing import Any

from catchup.bootstrap import connection_service
from catchup.entrypoint.handshake import Event, opened
from catchup.entrypoint.websocket import caller_of, frame_handler

service = connection_service()
# A frame comes here only if its cmd names no route: decoding it makes the error.
no_route = frame_handler({}, service.telemetry)


def handler(event: Event, context: Any) -> dict[str, Any]:
    """$connect writes nothing: a push during it would find the connection gone. `login` registers it."""
    match event["requestContext"]["eventType"]:
        case "CONNECT":
            return opened(event)
        case "DISCONNECT":
            service.disconnect(caller_of(event))
            return {"statusCode": 200}
        case _:
            return no_route(event, context)
