"""WebSocket events: route → handler → reply. See docs/protocol.md for the frames."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

from catchup.clock import Clock, system_clock
from catchup.commands import of_function
from catchup.domain.ids import ConnectionId, DeviceId, Uid, is_id, is_uid
from catchup.domain.page import FrameBudget
from catchup.domain.presence import Caller, Connection, Encoding
from catchup.entrypoint.failures import failure, is_foreseen
from catchup.entrypoint.invocation import invocation
from catchup.errors import NoIdentity, TokenExpired, Unavailable, Unimplemented
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry, trace_of
from catchup.wire import catchup_pb2 as pb
from catchup.wire.budget import BUDGETS
from catchup.wire.codec import Exchange, decode, encode
from catchup.wire.rules import check_header

Event: TypeAlias = Mapping[str, Any]
Response: TypeAlias = dict[str, Any]


class Request(NamedTuple):
    """A well-formed frame, its sender, and the room for its answer."""

    envelope: pb.Envelope
    caller: Caller
    budget: FrameBudget


# Takes a request and returns an envelope with the answer's body.
Handler = Callable[[Request], pb.Envelope]
LambdaHandler = Callable[[Event, Any], Response]


def named(*handlers: Handler) -> Mapping[str, Handler]:
    """Returns handlers by command: a function's name is its command."""
    return {handler.__name__: handler for handler in handlers}


def frame_handler(
    function: str, routes: Mapping[str, Handler], telemetry: FunctionTelemetry, clock: Clock = system_clock
) -> LambdaHandler:
    """A Lambda handler for the commands of a folder of functions/.

    Raises LookupError, at cold start, if the folder has a handler that no row of the table gives to it, or lacks one.
    """
    wrong = sorted(routes.keys() ^ of_function(function).keys())
    if wrong:
        raise LookupError(f"functions/{function}/app.py and commands.py disagree about {', '.join(wrong)}")

    def handler(event: Event, context: Any) -> Response:
        exchange = Exchange()
        with invocation(telemetry, event, context):
            answer = _answered(event, exchange, routes, telemetry, clock)
        answer.cmd = exchange.answer_cmd
        answer.time = clock()
        if exchange.req_id is not None:
            answer.req_id = exchange.req_id
        return {"statusCode": 200, "body": encode(answer, exchange.encoding)}

    return handler


def _answered(
    event: Event,
    exchange: Exchange,
    routes: Mapping[str, Handler],
    telemetry: FunctionTelemetry,
    clock: Clock,
) -> pb.Envelope:
    """Returns the answer, or that of the error. It never raises, so that the client always gets an answer."""
    try:
        caller = caller_of(event)
        body = event.get("body")
        decode(body if isinstance(body, str) else "", exchange)
        # After decoding, so that the answer has the request's id and encoding.
        if _token_expired(event, clock):
            raise TokenExpired
        check_header(exchange.envelope, caller.uid)
        request = Request(exchange.envelope, caller, BUDGETS[exchange.encoding])
        with telemetry.about(msg_id=exchange.msg_id, cmd=exchange.cmd):
            if exchange.cmd not in routes:
                # If a frame has two `cmd`s, the gateway may route by another one than the codec reads.
                rule = f"{exchange.cmd!r} came over the route of another cmd"
                raise Unimplemented("cmd", rule, "send one cmd in a frame")
            answer = routes[exchange.cmd](request)
        answer.code = pb.OK
    except Exception as error:  # noqa: BLE001  an error must not cost the client its answer
        answer = failure(error, exchange.cmd)
        with telemetry.about(msg_id=exchange.msg_id, cmd=exchange.cmd):
            _report(error, answer, telemetry)
        if exchange.cmd == "chat":
            answer.chat_ack.msg_id = exchange.msg_id or ""
    return answer


def _report(error: Exception, answer: pb.Envelope, telemetry: FunctionTelemetry) -> None:
    """A line for each request that is not answered with OK. A rule or a field may repeat what the client wrote: the
    line has neither."""
    if isinstance(error, NoIdentity):
        telemetry.logger.error("an event without an identity: has $connect lost its authorizer?")
    elif not is_foreseen(error):
        telemetry.unforeseen("unforeseen error", error)
        telemetry.count(Metric.INTERNAL_ERRORS)
    elif isinstance(error, Unavailable):
        telemetry.logger.warning("not answered in time", trace=trace_of(error))
    else:
        telemetry.logger.info("refused", code=pb.Code.Name(answer.code), error=type(error).__name__)


def caller_of(event: Event) -> Caller:
    """Returns the sender of an event, from the authorizer's context in every event of a connection.

    Raises NoIdentity.
    """
    with _identity():
        context = event["requestContext"]
        authorizer = context["authorizer"]
        return Caller(
            uid=Uid(_checked(authorizer["uid"], is_uid)),
            device_id=DeviceId(_checked(authorizer["deviceId"], is_id)),
            connection=Connection(
                connection_id=ConnectionId(_checked(context["connectionId"], len)),
                encoding=Encoding(authorizer["encoding"]),
                since_ms=int(context["connectedAt"]),
            ),
        )


def _token_expired(event: Event, clock: Clock) -> bool:
    with _identity():
        return clock() >= int(event["requestContext"]["authorizer"]["expiresAt"]) * 1_000


@contextmanager
def _identity() -> Iterator[None]:
    """Turns a missing or malformed authorizer context into NoIdentity."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise NoIdentity from error


def _checked(value: object, rule: Callable[[str], object]) -> str:
    if not isinstance(value, str) or not rule(value):
        raise TypeError
    return value
