"""Who sends an event: the authorizer's context, which is in every event of a connection and in each HTTP request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from catchup.clock import Clock
from catchup.domain.ids import ConnectionId, DeviceId, Uid, is_id, is_uid
from catchup.domain.presence import NO_CONNECTION, Caller, Connection, Encoding
from catchup.entrypoint.events import Event, is_http
from catchup.errors import NoIdentity, TokenExpired


def caller_of(event: Event) -> Caller:
    """Returns the sender of an event of a connection. Raises NoIdentity."""
    with _identity():
        context, authorizer = event["requestContext"], _authorized(event)
        return Caller(
            uid=Uid(_checked(authorizer["uid"], is_uid)),
            device_id=DeviceId(_checked(authorizer["deviceId"], is_id)),
            connection=Connection(
                connection_id=ConnectionId(_text(context["connectionId"])),
                encoding=Encoding(authorizer["encoding"]),
                since_ms=int(context["connectedAt"]),
            ),
        )


def caller_over_http(event: Event, device: str) -> Caller:
    """Returns the sender of an HTTP request. `device`: the one that the request names; the token's takes precedence.

    Raises NoIdentity.
    """
    with _identity():
        authorizer = _authorized(event)
        named = authorizer["deviceId"]
        return Caller(
            uid=Uid(_checked(authorizer["uid"], is_uid)),
            device_id=DeviceId(device if named == "" else _checked(named, is_id)),
            connection=NO_CONNECTION,
        )


def check_token(event: Event, clock: Clock) -> None:
    """Checks that the token is still valid: a connection outlives its token, and so does the authorizer's cached
    answer. Raises NoIdentity, TokenExpired."""
    with _identity():
        expires_at = int(_authorized(event)["expiresAt"])
    if clock() >= expires_at * 1_000:
        raise TokenExpired


def _authorized(event: Event) -> Any:
    """The authorizer's context: of a connection flat strings, of an HTTP request typed values, one level lower."""
    authorizer = event["requestContext"]["authorizer"]
    return authorizer["lambda"] if is_http(event) else authorizer


@contextmanager
def _identity() -> Iterator[None]:
    """Turns a missing or malformed authorizer context into NoIdentity."""
    try:
        yield
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise NoIdentity from error


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _checked(value: object, rule: Callable[[str], bool]) -> str:
    text = _text(value)
    if not rule(text):
        raise ValueError
    return text
