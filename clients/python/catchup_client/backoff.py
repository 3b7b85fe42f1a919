"""Exponential backoff with full jitter: each wait is drawn between zero and a ceiling that doubles.

If a restart of the server disconnects many clients at one moment, full jitter spreads them over the whole interval.
"""

from collections.abc import Callable


class Backoff:
    """Gives the seconds to wait before each next attempt."""

    def __init__(self, base: float, cap: float, random: Callable[[], float]) -> None:
        """Draw the first wait from [0, base). The interval doubles with each attempt, up to [0, cap).

        Args:
            base: seconds.
            cap: seconds.
            random: gives numbers in [0, 1).

        """
        self._base = base
        self._cap = cap
        self._random = random
        self.attempts = 0

    def next(self) -> float:
        """Return the next wait, in seconds.

        >>> backoff = Backoff(base=1, cap=5, random=lambda: 0.5)
        >>> [backoff.next() for _ in range(5)]
        [0.5, 1.0, 2.0, 2.5, 2.5]
        """
        # The exponent is limited, because a float overflows at 2.0**1024; 2.0**64 is above any cap.
        ceiling: float = min(self._cap, self._base * 2.0 ** min(self.attempts, 64))
        self.attempts += 1
        return self._random() * ceiling

    def reset(self) -> None:
        """Begin from the base again."""
        self.attempts = 0
