"""What the background tasks have to do after a frame was saved."""

import asyncio
from collections.abc import Iterable

from catchup_client.names import Number, SessionId
from catchup_client.store.results import Saved


class Due:
    """The work that waits for the background tasks."""

    def __init__(self) -> None:
        self.acks = asyncio.Event()
        """Set if an ack or clear is due."""
        self.reads = asyncio.Event()
        """Set if the person has read something that the server may not know."""
        self.outbox = asyncio.Event()
        """Set if a message waits in the outbox."""
        self.choices = asyncio.Event()
        """Set if a choice of settings waits to be sent, or `lacks_summaries` was set."""
        self.lacks_summaries = False
        """Whether another device has chosen settings, or hidden messages, while this one was away: ask `sessions`."""
        self.hides = asyncio.Event()
        """Set if the server is to be told of hidden messages, or something was added to `lack_hidden`."""
        self.lack_hidden: set[SessionId] = set()
        """Sessions in which more is hidden than this device knows."""
        self.repair = asyncio.Event()
        """Set if something was added to `uncounted` or `gaps`."""
        self.uncounted: set[SessionId] = set()
        """Sessions whose counter must be asked for."""
        self.gaps: dict[SessionId, int] = {}
        """Sessions that were caught up and now lack a message; the value is `Saved.gap`."""

        self.stale: set[SessionId] = set()
        """Sessions with an edited message whose new content must be asked for."""

        self.refused_reads: dict[SessionId, Number] = {}
        """The same for what the person has read."""
        self.refused_clears: dict[SessionId, Number] = {}
        """Clears that the server has refused, because its counter is lower: a send may not have reached it yet."""

    def forget(self) -> None:
        """Drop all of this, except that the outbox is to be sent."""
        self.refused_clears.clear()
        self.refused_reads.clear()
        self.uncounted.clear()
        self.gaps.clear()
        self.stale.clear()
        self.lacks_summaries = False
        self.lack_hidden.clear()

    def count(self, session_id: SessionId) -> None:
        """Note that numbers of a session are missing, so its counter must be asked for."""
        self.uncounted.add(session_id)
        self.repair.set()

    def ask_hidden(self, session_ids: Iterable[SessionId]) -> None:
        """Note that the server must be asked what is hidden."""
        self.lack_hidden.update(session_ids)
        if self.lack_hidden:
            self.hides.set()

    def renew(self, session_id: SessionId) -> None:
        """Note that the new content of an edited message must be asked for."""
        self.stale.add(session_id)
        self.repair.set()

    def reached(self, session_id: SessionId, number: Number) -> None:
        """Note that the server has counted up to `number`: a refused clear up to that number is due again."""
        if session_id in self.refused_reads and self.refused_reads[session_id] <= number:
            del self.refused_reads[session_id]
            self.reads.set()
        if session_id in self.refused_clears and self.refused_clears[session_id] <= number:
            del self.refused_clears[session_id]
            self.acks.set()

    def note(self, session_id: SessionId, saved: Saved) -> None:
        """Note the missing numbers or messages that a live message has shown."""
        if saved.uncounted:
            self.count(session_id)
        if saved.gap is not None:
            self.gaps[session_id] = saved.gap
            self.repair.set()
