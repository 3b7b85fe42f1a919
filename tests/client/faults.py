"""What can go wrong between a client and the fake server, one decision per request and per push."""

import random
from enum import Enum, auto


class OnRequest(Enum):
    """What becomes of one request."""

    ANSWER = auto()
    LOSE_REQUEST = auto()
    """Nothing is done, nothing is answered."""
    LOSE_ANSWER = auto()
    """It's done, nothing is answered."""
    CLOSE_BEFORE = auto()
    CLOSE_AFTER = auto()
    """It's done, then the connection closes without the answer."""
    UNAVAILABLE_BEFORE = auto()
    UNAVAILABLE_AFTER = auto()
    """It's done, and answered UNAVAILABLE: "part of the work may be done"."""
    INTERNAL = auto()
    PLATFORM_ERROR = auto()
    """It's done, then the function dies: the platform's own frame comes."""
    GARBAGE = auto()
    """It's done, and the answer is no JSON."""


class OnPush(Enum):
    """What becomes of one push."""

    DELIVER = auto()
    LOSE = auto()
    TWICE = auto()
    LATE = auto()
    """It comes after later ones."""


class Faults:
    """No faults at all: the base of the others."""

    def on_request(self, cmd: str) -> OnRequest:
        """Decide about one request."""
        return OnRequest.ANSWER

    def on_push(self) -> OnPush:
        """Decide about one push."""
        return OnPush.DELIVER

    def may_leave_remaining(self) -> bool:
        """Decide whether some acked rows can't be deleted in time."""
        return False


class Scripted(Faults):
    """The n-th request of a `cmd` meets what the script says; then nothing more goes wrong."""

    def __init__(self, requests: dict[str, list[OnRequest]] | None = None, pushes: list[OnPush] | None = None) -> None:
        self.requests = requests or {}
        self.pushes = pushes or []

    def on_request(self, cmd: str) -> OnRequest:
        script = self.requests.get(cmd, [])
        return script.pop(0) if script else OnRequest.ANSWER

    def on_push(self) -> OnPush:
        return self.pushes.pop(0) if self.pushes else OnPush.DELIVER


class Random(Faults):
    """Everything goes wrong, each with some probability, until `calm()`."""

    def __init__(self, seed: int, probability: float = 0.25) -> None:
        self._random = random.Random(seed)
        self._probability = probability

    def calm(self) -> None:
        """Let nothing go wrong from now on."""
        self._probability = 0.0

    def _happens(self) -> bool:
        return self._random.random() < self._probability

    def on_request(self, cmd: str) -> OnRequest:
        if not self._happens():
            return OnRequest.ANSWER
        return self._random.choice([fault for fault in OnRequest if fault is not OnRequest.ANSWER])

    def on_push(self) -> OnPush:
        return self._random.choice([OnPush.LOSE, OnPush.TWICE, OnPush.LATE]) if self._happens() else OnPush.DELIVER

    def may_leave_remaining(self) -> bool:
        return self._happens()
