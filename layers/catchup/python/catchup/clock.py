"""Time: the clock, and the time an invocation has left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# Milliseconds since 1970.
Clock = Callable[[], int]


def system_clock() -> int:
    """The machine's clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(eq=False, repr=False, slots=True)
class Deadline:
    """When work must have ended. `remaining_ms` asks the platform, so it is right under clock skew."""

    remaining_ms: Callable[[], int]

    # What an answer needs after the last AWS call: encoding it, and the way back.
    RESERVE_MS = 1_000

    def allows(self, pause_ms: float = 0) -> bool:
        """Whether there is time for a pause of this length and one more call."""
        return self.remaining_ms() - pause_ms > self.RESERVE_MS

    def earlier(self, by_ms: int) -> "Deadline":
        """A deadline that comes before this one, so that there is time for what follows."""
        return Deadline(lambda: self.remaining_ms() - by_ms)


_of_calls: ContextVar[Deadline | None] = ContextVar("deadline of calls", default=None)


@contextmanager
def calls_end_by(deadline: Deadline) -> Iterator[None]:
    """Calls of AWS that are made meanwhile, in this thread and those that work for it, end before this deadline."""
    token = _of_calls.set(deadline)
    try:
        yield
    finally:
        _of_calls.reset(token)


def deadline_of_calls() -> Deadline | None:
    """The deadline of calls that are made now; None outside of an invocation."""
    return _of_calls.get()
