"""The clock and the random numbers, in one place so that tests can replace them."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock and the random numbers that the client uses; the defaults are the real ones."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for a number of seconds."""
    timeout: Callable[[float], AbstractAsyncContextManager[object]] = asyncio.timeout
    """Raises TimeoutError in its block after a number of seconds."""
    monotonic: Callable[[], float] = time.monotonic
    """Seconds since some moment."""
    now_ms: Callable[[], int] = _now_ms
    """Milliseconds since 1970."""
    random: Callable[[], float] = random.random
    """A number in [0, 1)."""
