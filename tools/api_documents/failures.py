"""For each status of a request that is refused or fails, an answer: what the service says of such an error."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from catchup import errors
from catchup.domain.presence import Encoding
from catchup.entrypoint.failures import failure
from catchup.entrypoint.http import STATUSES
from catchup.entrypoint.negotiation import HttpFault, answer_encoding, check_size, content_encoding
from catchup.settings import MAX_HTTP_BODY_BYTES
from catchup.wire.content import encode_content

# What a use case raises, or a fault of the server.
_ERRORS = (
    errors.ContentHeld("m1"),
    errors.TokenExpired(),
    errors.Blocked(),
    errors.MsgIdReused("m1"),
    errors.ContentRejected(),
    errors.TooManyMessages(10),
    RuntimeError(),
    errors.Unavailable(),
    errors.OutOfTime(),
)
# What HTTP itself has a status for.
_CHECKS: tuple[Callable[[], object], ...] = (
    partial(answer_encoding, {"accept": "text/html"}),
    partial(check_size, bytes(MAX_HTTP_BODY_BYTES + 1)),
    partial(content_encoding, {"content-type": "text/plain"}, b"hello"),
)


def shown() -> dict[int, Any]:
    """Returns the JSON of an answer, by its status."""
    return {status: json.loads(encode_content(failure(error, "chat"), Encoding.JSON)) for status, error in _raised()}


def _raised() -> Iterator[tuple[int, Exception]]:
    for error in _ERRORS:
        yield STATUSES[failure(error, "chat").code], error
    for check in _CHECKS:
        try:
            check()
        except HttpFault as fault:
            yield fault.status, fault
