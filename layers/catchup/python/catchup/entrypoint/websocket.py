"""WebSocket events: frame → answer. See docs/protocol.md for the frames."""

from catchup.clock import Clock
from catchup.entrypoint.events import Event, Response, text_of
from catchup.entrypoint.identity import caller_of, check_token
from catchup.entrypoint.requests import Handlers, Request, answered
from catchup.observability import FunctionTelemetry
from catchup.wire.budget import BUDGETS
from catchup.wire.codec import Exchange, decode, encode
from catchup.wire.rules import check_header


def respond(event: Event, handlers: Handlers, telemetry: FunctionTelemetry, clock: Clock) -> Response:
    """Returns what API Gateway sends as the answer to a frame."""
    exchange = Exchange()

    def read() -> Request:
        caller = caller_of(event)
        decode(text_of(event), exchange)
        # After decoding, so that the answer has the request's id and encoding.
        check_token(event, clock)
        check_header(exchange.envelope, caller.uid)
        return Request(exchange.envelope, caller, BUDGETS[exchange.encoding])

    answer, error = answered(exchange, read, handlers, telemetry)
    if error is not None and exchange.cmd == "chat":
        answer.chat_ack.msg_id = exchange.msg_id or ""
    answer.cmd = exchange.answer_cmd
    answer.time = clock()
    if exchange.req_id is not None:
        answer.req_id = exchange.req_id
    return {"statusCode": 200, "body": encode(answer, exchange.encoding)}
