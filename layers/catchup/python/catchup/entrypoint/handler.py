"""Builds the Lambda handler of a function. It takes the events of both APIs, so that a request meets a warm function
whichever way it comes."""

from collections.abc import Callable
from typing import Any

from catchup.clock import Clock, system_clock
from catchup.commands import of_function
from catchup.entrypoint import websocket
from catchup.entrypoint.events import Event, Response, is_http
from catchup.entrypoint.invocation import invocation
from catchup.entrypoint.requests import Handlers, Request, named
from catchup.observability import FunctionTelemetry

__all__ = ["Request", "named", "request_handler"]


def request_handler(
    function: str, handlers: Handlers, telemetry: FunctionTelemetry, clock: Clock = system_clock
) -> Callable[[Event, Any], Response]:
    """A Lambda handler for the commands of a folder of functions/.

    Raises LookupError, at cold start, if the folder has a handler that no row of the table gives to it, or lacks one.
    """
    wrong = sorted(handlers.keys() ^ of_function(function).keys())
    if wrong:
        raise LookupError(f"functions/{function}/app.py and commands.py disagree about {', '.join(wrong)}")

    def handler(event: Event, context: Any) -> Response:
        with invocation(telemetry, event, context):
            if not is_http(event):
                return websocket.respond(event, handlers, telemetry, clock)
            # Imported only here: a function that never gets a request over HTTP starts without it.
            from catchup.entrypoint import http

            return http.respond(event, handlers, telemetry, clock)

    return handler
