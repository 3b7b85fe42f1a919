"""The ports of reading. The rules of `usecases.sending.ports` apply."""

from collections.abc import Mapping
from typing import Protocol

from catchup.domain.ids import SessionId
from catchup.domain.presence import Caller
from catchup.domain.reading import Position


class ReadNotices(Protocol):
    """Tells the other devices of a person how far they have read."""

    def read(self, caller: Caller, positions: Mapping[SessionId, Position]) -> None:
        """Queues pushes to the caller's devices but the one that asks. Nothing is looked up here."""
