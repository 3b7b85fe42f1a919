"""Errors become replies, here and nowhere else."""

from collections.abc import Mapping

from catchup.errors import (
    CatchupError,
    Contended,
    ContentHeld,
    ContentRejected,
    GroupExists,
    InvalidRequest,
    MsgIdReused,
    NoIdentity,
    NotYours,
    OutOfTime,
    Refused,
    Superseded,
    TokenExpired,
    TooManyMessages,
    Unavailable,
    Unimplemented,
    Unreadable,
)
from catchup.wire import catchup_pb2 as pb

_AGAIN = "send the same request again"

# Code, field, rule and fix of the errors that say the same each time.
_ALIKE: Mapping[type[Exception], tuple[pb.Code.ValueType, str, str, str]] = {
    MsgIdReused: (pb.ALREADY_EXISTS, "body.msgId", "one msgId is one message", "choose a new msgId"),
    ContentHeld: (
        pb.HELD,
        "body.msg",
        "kept for review: nobody has it yet",
        "don't send it again; if it is released, it is delivered, to your devices too",
    ),
    Unreadable: (
        pb.DATA_LOSS,
        "body.msgId",
        "what is stored under this msgId can't be read",
        "choose a new msgId if the message is not in history",
    ),
    Superseded: (
        pb.ABORTED,
        "",
        "a newer connection of this device is registered",
        "close this one, use the newer",
    ),
    Contended: (pb.ABORTED, "", "too many senders at once in this session", _AGAIN),
    TokenExpired: (pb.UNAUTHENTICATED, "", "the token has expired", "reconnect with a new token"),
    NoIdentity: (pb.UNAUTHENTICATED, "", "the connection has no identity", "reconnect with a token"),
    OutOfTime: (pb.DEADLINE_EXCEEDED, "", "the work could not be finished in time", _AGAIN),
    Unavailable: (pb.UNAVAILABLE, "", "the store did not answer", _AGAIN),
}
_UNFORESEEN = (pb.INTERNAL, "", "a fault of the server; it has been logged", _AGAIN)


def failure(error: Exception) -> pb.Envelope:
    """The code, and what to change; anything unforeseen is INTERNAL and says nothing of the server's inside."""
    match error:
        case Unimplemented():
            return _of_field(pb.UNIMPLEMENTED, error)
        case Refused():
            return _of_field(pb.FAILED_PRECONDITION, error)
        case ContentRejected():
            return _of_field(pb.REJECTED, error)
        case GroupExists():
            return _of_field(pb.ALREADY_EXISTS, error)
        case NotYours():
            return _of_field(pb.PERMISSION_DENIED, error)
        case TooManyMessages(wait_seconds):
            fix = f"send the same again in {wait_seconds} seconds"
            return _reply(
                pb.RESOURCE_EXHAUSTED, "", "you send more messages, or changes of groups, than one person may", fix
            )
        case InvalidRequest():
            return _of_field(pb.INVALID_ARGUMENT, error)
        case _:
            return _reply(*_ALIKE.get(type(error), _UNFORESEEN))


def is_foreseen(error: Exception) -> bool:
    """Whether the error has a reply of its own."""
    return isinstance(error, CatchupError)


def _of_field(code: pb.Code.ValueType, error: InvalidRequest) -> pb.Envelope:
    return _reply(code, error.field, error.rule, error.fix)


def _reply(code: pb.Code.ValueType, field: str, rule: str, fix: str) -> pb.Envelope:
    # The error may repeat a path that the client made: only so much of it, and only what a frame can carry.
    path = field.encode("utf-8", "replace").decode()[:200]
    return pb.Envelope(code=code, error=pb.Error(field=path, rule=rule.encode("utf-8", "replace").decode(), fix=fix))
