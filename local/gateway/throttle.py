"""A token bucket, as API Gateway throttles (AWS documentation, "Throttle requests to your APIs")."""

import time
from collections.abc import Callable


class TokenBucket:
    """Lets `rate_per_second` requests through on average, and `burst` at once."""

    def __init__(self, rate_per_second: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate_per_second
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._then = clock()

    def take(self) -> bool:
        """Takes a token for one more request; returns False if there is none."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._then) * self._rate)
        self._then = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
