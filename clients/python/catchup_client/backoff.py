"""Exponential backoff with full jitter: each wait is drawn between zero and a ceiling that doubles.

Full jitter spreads the clients that a server's restart has disconnected at one moment over the whole interval.
"""

from collections.abc import Callable


class Backoff:
    """How long to wait before each next attempt, in seconds."""

    def __init__(self, base: float, cap: float, random: Callable[[], float]) -> None:
        """Draw the first wait from [0, base), and none from more than [0, cap).

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
        """Return the next wait.

        >>> backoff = Backoff(base=1, cap=5, random=lambda: 0.5)
        >>> [backoff.next() for _ in range(5)]
        [0.5, 1.0, 2.0, 2.5, 2.5]
        """
        # 2**64 is beyond any cap; without the bound the power itself would overflow some day.
        ceiling: float = min(self._cap, self._base * 2.0 ** min(self.attempts, 64))
        self.attempts += 1
        return self._random() * ceiling

    def reset(self) -> None:
        """Begin from the base again."""
        self.attempts = 0
