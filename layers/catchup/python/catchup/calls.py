"""Time-outs of AWS calls: no call may outlast its invocation.

A time-out that is fixed is too long for the last call of a request: the platform would end the function first, and the
client would get the platform's error instead of ours (docs/adr/0031-calls-end-before-their-invocation.md).
"""

from typing import Any, TypeVar

from catchup.clock import deadline
from catchup.errors import OutOfTime
from catchup.settings import READ_TIMEOUT_SECONDS

Client = TypeVar("Client")

# Left for our own answer. A request begins no new work in its last second (Deadline); running work may last till here.
ANSWER_MS = 300
# Long enough for a healthy answer, even at the very end.
SHORTEST_TIMEOUT_SECONDS = 0.1


def read_timeout_seconds() -> float:
    """How long an attempt that starts now may wait for its answer. Raises OutOfTime if it is too late to start one."""
    left_ms = deadline().remaining_ms() - ANSWER_MS
    if left_ms <= 0:
        raise OutOfTime
    return max(SHORTEST_TIMEOUT_SECONDS, min(READ_TIMEOUT_SECONDS, left_ms / 1_000))


def in_time(client: Client) -> Client:
    """Makes a botocore client keep the deadline, in each attempt and in the pauses between them."""
    meta = client.meta  # type: ignore[attr-defined]
    # Registered by the service's name, like botocore's own handlers: these would run before a more general one.
    service = meta.service_model.service_id.hyphenize()
    meta.events.register_first(f"before-send.{service}", _bound_attempt)
    meta.events.register_first(f"needs-retry.{service}", _bound_retries)
    return client


def _bound_attempt(request: Any, **_: Any) -> None:
    """botocore takes a request's own read time-out from its context."""
    request.context["read_timeout"] = read_timeout_seconds()


def _bound_retries(attempts: int, response: Any, **_: Any) -> bool | None:
    """False: no more attempts. None: as botocore decides, whose pause before the n-th retry is at most 2^(n-1) s, and
    up to 5 s more if the answer asks for it (botocore.retries.standard)."""
    asked_for = response is not None and "x-amz-retry-after" in response[0].headers
    longest_pause_ms = 1_000 * 2 ** (attempts - 1) + (5_000 if asked_for else 0)
    return None if deadline().allows(longest_pause_ms) else False
