"""Time: the clock, and the time an invocation has left."""

import time
from collections.abc import Callable
from dataclasses import dataclass

# Milliseconds since 1970.
Clock = Callable[[], int]


def system_clock() -> int:
    """The machine's clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Deadline:
    """When work must have ended. `remaining_ms` asks the platform, so it is right under clock skew."""

    remaining_ms: Callable[[], int]

    # What an answer needs after the last AWS call: encoding it, and the way back.
    RESERVE_MS = 1_000

    def allows(self, pause_ms: float = 0) -> bool:
        """Whether there is time for a pause of this length and one more call."""
        return self.remaining_ms() - pause_ms > self.RESERVE_MS
