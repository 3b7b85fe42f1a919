"""The server's clock, as far as this device knows it."""

from catchup_client.timing import Timing


class ServerClock:
    """Tells the server's time: the device's own clock, corrected by the difference that the last login has shown."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._ahead_ms = 0

    def learn(self, ahead_ms: int | None) -> None:
        """Note by how much the server's clock is ahead; None: the login didn't tell."""
        if ahead_ms is not None:
            self._ahead_ms = ahead_ms

    def now_ms(self) -> int:
        """Return milliseconds since 1970."""
        return self._timing.now_ms() + self._ahead_ms
