"""Handles the end of a connection."""

from dataclasses import dataclass

from catchup.domain.presence import Caller
from catchup.usecases.people.ports import PresenceBook


@dataclass(eq=False, repr=False, slots=True)
class Disconnect:
    """Removes the device's entry if it is still this connection: `$disconnect` may come after the device is back."""

    presence: PresenceBook

    def __call__(self, caller: Caller) -> None:
        """Removes the entry. Raises Unavailable; then the entry stays until a push finds the connection gone."""
        self.presence.forget(caller.endpoint)
