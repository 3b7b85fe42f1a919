"""Request → handler → answer, whichever way the request came."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from catchup.domain.page import Budget
from catchup.domain.presence import Caller
from catchup.entrypoint.failures import failure, is_foreseen
from catchup.errors import NoIdentity, Unavailable, Unimplemented
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry, trace_of
from catchup.wire import catchup_pb2 as pb
from catchup.wire.codec import Exchange


class Request(NamedTuple):
    """A well-formed request, its sender, and the room for its answer."""

    envelope: pb.Envelope
    caller: Caller
    budget: Budget


# Takes a request and returns an envelope with the answer's body.
Handler: TypeAlias = Callable[[Request], pb.Envelope]
Handlers: TypeAlias = Mapping[str, Handler]


def named(*handlers: Handler) -> Handlers:
    """Returns handlers by command: a function's name is its command."""
    return {handler.__name__: handler for handler in handlers}


class Answered(NamedTuple):
    """An answer, with the error that it tells of, if any."""

    envelope: pb.Envelope
    error: Exception | None = None


def answered(
    exchange: Exchange, read: Callable[[], Request], handlers: Handlers, telemetry: FunctionTelemetry
) -> Answered:
    """Returns the answer, or that of the error. It never raises, so that the client always gets an answer.

    `read` reads the request and notes in `exchange` what the answer needs.
    """
    try:
        request = read()
        with telemetry.about(msg_id=exchange.msg_id, cmd=exchange.cmd):
            answer = _handler(exchange.cmd, handlers)(request)
        answer.code = pb.OK
    except Exception as error:  # noqa: BLE001  an error must not cost the client its answer
        answer = failure(error, exchange.cmd)
        with telemetry.about(msg_id=exchange.msg_id, cmd=exchange.cmd):
            _report(error, answer, telemetry)
        return Answered(answer, error)
    return Answered(answer)


def _report(error: Exception, answer: pb.Envelope, telemetry: FunctionTelemetry) -> None:
    """A line for each request that is not answered with OK. A rule or a field may repeat what the client wrote: the
    line has neither."""
    if isinstance(error, NoIdentity):
        telemetry.logger.error("an event without an identity: has its route or $connect lost its authorizer?")
    elif not is_foreseen(error):
        telemetry.unforeseen("unforeseen error", error)
        telemetry.count(Metric.INTERNAL_ERRORS)
    elif isinstance(error, Unavailable):
        telemetry.logger.warning("not answered in time", trace=trace_of(error))
    else:
        telemetry.logger.info("refused", code=pb.Code.Name(answer.code), error=type(error).__name__)


def _handler(cmd: str, handlers: Handlers) -> Handler:
    """Returns the handler. If a frame has two `cmd`s, the gateway may route by another one than the codec reads."""
    if cmd not in handlers:
        raise Unimplemented("cmd", f"{cmd!r} came over the route of another cmd", "send one cmd in a frame")
    return handlers[cmd]
