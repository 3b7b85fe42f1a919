"""What is to be done after a frame was saved, by the tasks in the background."""

import asyncio

from catchup_client.names import Number, SessionId
from catchup_client.store.results import Saved


class Due:
    """The work that waits for the tasks in the background."""

    def __init__(self) -> None:
        self.acks = asyncio.Event()
        """Some ack or clear is due."""
        self.outbox = asyncio.Event()
        """Some message waits in the outbox."""
        self.repair = asyncio.Event()
        """Something is in the collections below."""
        self.uncounted: set[SessionId] = set()
        """Sessions whose counter must be asked for."""
        self.gaps: dict[SessionId, int] = {}
        """Sessions that were caught up and now lack a message; the value is `Saved.gap`."""

        self.refused_clears: dict[SessionId, Number] = {}
        """The clears that the server has refused, since its counter has not come so far: a send may be under way."""

    def forget(self) -> None:
        """Drop all of it but the sending of the outbox."""
        self.refused_clears.clear()
        self.uncounted.clear()
        self.gaps.clear()

    def count(self, session_id: SessionId) -> None:
        """Note that numbers of a session are missing."""
        self.uncounted.add(session_id)
        self.repair.set()

    def reached(self, session_id: SessionId, number: Number) -> None:
        """Note how far the server has come: a clear that it has refused is due again if it is not higher."""
        if session_id in self.refused_clears and self.refused_clears[session_id] <= number:
            del self.refused_clears[session_id]
            self.acks.set()

    def note(self, session_id: SessionId, saved: Saved) -> None:
        """Note what a live message has shown to be missing."""
        if saved.uncounted:
            self.count(session_id)
        if saved.gap is not None:
            self.gaps[session_id] = saved.gap
            self.repair.set()
