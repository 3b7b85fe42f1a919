"""The clock, and the time left for the current work."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

# Milliseconds since 1970.
Clock = Callable[[], int]
# How far a device's clock may be ahead: as far as phones are that get their time from a network. A choice that is dated
# later would beat all others until then.
MAX_AHEAD_MS = 300_000


def system_clock() -> int:
    """The machine's clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(eq=False, repr=False, slots=True)
class Deadline:
    """When work must have ended. `remaining_ms` asks the platform, so it is right under clock skew."""

    remaining_ms: Callable[[], int]

    # Time that an answer needs after the last AWS call: encoding, and the way back.
    RESERVE_MS = 1_000

    def allows(self, pause_ms: float = 0) -> bool:
        """Tells whether there is time for a pause of this length and one more call."""
        return self.remaining_ms() - pause_ms > self.RESERVE_MS

    def earlier(self, by_ms: int) -> "Deadline":
        """A deadline that comes before this one, so that there is time for what follows."""
        return Deadline(lambda: self.remaining_ms() - by_ms)


_NEVER = Deadline(lambda: sys.maxsize)
_current: ContextVar[Deadline] = ContextVar("deadline", default=_NEVER)


def deadline() -> Deadline:
    """Returns the deadline of the current work. Outside an invocation (a cold start, an operator's command) it never
    comes.

    `entrypoint.invocation` sets it. Threads that work for the invocation have the same (`concurrency.Threads`).
    """
    return _current.get()


@contextmanager
def must_end_by(end: Deadline) -> Iterator[None]:
    """Sets the deadline of the work inside the `with` block. AWS calls keep it by themselves (`calls`)."""
    token = _current.set(end)
    try:
        yield
    finally:
        _current.reset(token)
