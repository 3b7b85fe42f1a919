"""What is to be done after a frame was saved, by the tasks in the background."""

import asyncio

from catchup_client.names import SessionId
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

    def forget(self) -> None:
        """Drop all of it but the sending of the outbox."""
        self.uncounted.clear()
        self.gaps.clear()

    def count(self, session_id: SessionId) -> None:
        """Note that numbers of a session are missing."""
        self.uncounted.add(session_id)
        self.repair.set()

    def note(self, session_id: SessionId, saved: Saved) -> None:
        """Note what a live message has shown to be missing."""
        if saved.uncounted:
            self.count(session_id)
        if saved.gap is not None:
            self.gaps[session_id] = saved.gap
            self.repair.set()
