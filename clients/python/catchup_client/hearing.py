"""Hears signals and who types (docs/protocol.md, section 7, *Signals*). Nothing of this is saved."""

import asyncio
from collections.abc import Mapping

from catchup_client.events import Events, Signalled, TypingChanged
from catchup_client.names import SessionId, Uid
from catchup_client.protocol.model import Message
from catchup_client.protocol.signalling import Typists
from catchup_client.protocol.signals import SignalPush
from catchup_client.settings import Settings
from catchup_client.timing import Timing


class Hearing:
    """Hears who types, and tells the application when that changes."""

    def __init__(self, me: Uid, events: Events, settings: Settings, timing: Timing) -> None:
        self._events = events
        self._timing = timing
        self._typists = Typists(me, settings.typing_shown)
        self._told: Mapping[SessionId, tuple[Uid, ...]] = {}
        self._somebody_types = asyncio.Event()

    def take(self, push: SignalPush) -> None:
        """Take a signal that was pushed."""
        if self._typists.take(push, self._timing.monotonic()):
            self._events.publish(Signalled(push.session_id, push.sender, push.kind, push.data))
            self._tell()

    def wrote(self, message: Message) -> None:
        """Take a message that was pushed: its author has written what they typed."""
        if not message.quiet:
            self._typists.wrote(message.session_id, message.sender, message.server_time_ms)
            self._tell()

    def forget(self) -> None:
        """Forget everybody: without a connection nobody is heard of."""
        self._typists.forget()
        self._tell()

    async def run(self) -> None:
        """End the typing of whoever is not heard of any more; never returns."""
        while True:
            end = self._typists.next_end()
            if end is None:
                self._somebody_types.clear()
                await self._somebody_types.wait()
                continue
            # All are shown for the same time, so nobody who comes meanwhile ends earlier.
            await self._timing.sleep(max(0.0, end - self._timing.monotonic()))
            self._typists.expire(self._timing.monotonic())
            self._tell()

    def _tell(self) -> None:
        now, before = self._typists.now_typing(), self._told
        self._told = now
        if now:
            self._somebody_types.set()
        for session_id in sorted({*before, *now}):
            if before.get(session_id) != now.get(session_id):
                self._events.publish(TypingChanged(session_id, now.get(session_id, ())))
