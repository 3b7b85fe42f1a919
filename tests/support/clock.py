"""A clock for the `clock` of a deployment."""

import time


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_ms = time.time_ns() // 1_000_000

    def __call__(self) -> int:
        return self.now_ms
