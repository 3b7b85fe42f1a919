"""Time as the suite has it: nothing waits, and what would have waited is known."""

from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import botocore.endpoint

from catchup.clock import system_clock
from tests.support.world import Context

TIMEOUT_MS = 15_000


class Time:
    """How long calls and pauses take, and what the running invocation has left.

    The clock on the wall stands still: then equal requests are equal, and moto need not be asked again.
    """

    def __init__(self) -> None:
        self.wall_ms = system_clock()
        self.now_ms = 0.0
        self.ends_ms = self.now_ms + TIMEOUT_MS

    def clock(self) -> int:
        return self.wall_ms

    def sleep(self, seconds: float) -> None:
        self.now_ms += seconds * 1_000

    def leave(self, remaining_ms: float) -> None:
        """The running invocation has only this much time left."""
        self.ends_ms = self.now_ms + remaining_ms

    def context(self) -> Context:
        """A new invocation begins."""
        self.leave(TIMEOUT_MS)
        return _Running(time=self)


@dataclass
class _Running(Context):
    time: Time | None = None

    def get_remaining_time_in_millis(self) -> int:
        assert self.time is not None
        return int(self.time.ends_ms - self.time.now_ms)


def no_pauses(time: Time) -> Any:
    """The SDK's own back-off passes in this time."""
    return patch.object(botocore.endpoint, "time", _Sleeper(time))


class _Sleeper:
    def __init__(self, time: Time) -> None:
        self.sleep = time.sleep
