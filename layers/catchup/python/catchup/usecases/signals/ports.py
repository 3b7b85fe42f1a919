"""The ports of signals, beside those of presence, groups and people."""

from typing import Protocol

from catchup.domain.presence import Endpoint
from catchup.domain.signal import Signal
from catchup.usecases.people.ports import PushResult


class PushSignal(Protocol):
    """Posts signals to connections."""

    def signal(self, to: Endpoint, signal: Signal) -> PushResult:
        """Pushes a signal, with one attempt."""


class SignalGate(Protocol):
    """Judges what a person says in a signal."""

    def screen_signal(self, signal: Signal) -> Signal:
        """Returns the signal as it may be delivered. Raises ContentRejected, Unavailable."""
