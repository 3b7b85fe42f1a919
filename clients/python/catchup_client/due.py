"""What is to be done after a frame was saved, by the tasks in the background."""

import asyncio

from catchup_client.names import SessionId
from catchup_client.store.results import PushSaved


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
        self.vague: set[SessionId] = set()
        """Groups among these for which a `clear` must be sent before."""
        self.gaps: dict[SessionId, int] = {}
        """Sessions that were caught up and now lack a message; the value is `PushSaved.gap`."""

    def forget(self) -> None:
        """Drop all of it but the sending of the outbox."""
        self.uncounted.clear()
        self.vague.clear()
        self.gaps.clear()

    def note(self, session_id: SessionId, saved: PushSaved) -> None:
        """Note what a live message has shown to be missing."""
        if saved.numbers_missing:
            self.uncounted.add(session_id)
        if saved.gap is not None:
            self.gaps[session_id] = saved.gap
        if saved.numbers_missing or saved.gap is not None:
            self.repair.set()
