"""Sends signals at their pace (docs/protocol.md, section 7, *Signals*). Nothing of this is saved."""

import asyncio
import logging

from catchup_client.errors import AnswerTimeout, ConnectionLost, ProtocolViolation, RequestRefused
from catchup_client.link import Link
from catchup_client.names import SessionId
from catchup_client.protocol.requests import Signal
from catchup_client.protocol.signalling import Pacing, Waiting
from catchup_client.settings import Settings
from catchup_client.timing import Timing

log = logging.getLogger(__name__)


class Signalling:
    """Sends signals, each once. Without a connection nothing is sent, now or later."""

    def __init__(self, link: Link, settings: Settings, timing: Timing) -> None:
        self._link = link
        self._timing = timing
        self._pacing = Pacing(settings.signal_pause, settings.typing_repeat)
        self._waits = asyncio.Event()
        self._outcomes: dict[int, asyncio.Future[bool]] = {}

    async def send(self, signal: Signal) -> bool:
        """Send a signal when it may be sent; tell whether the server has taken it. Raises RequestRefused."""
        if self._link.connection is None:
            return False
        outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._outcomes[self._pacing.put(signal)] = outcome
        self._changed()
        return await outcome

    def typing(self, signal: Signal) -> None:
        """Note that the person types."""
        self._pacing.typing(signal, self._timing.monotonic())
        self._changed()

    def stopped(self, signal: Signal) -> None:
        """Note that the person types no more."""
        self._pacing.stopped(signal)
        self._changed()

    def wrote(self, session_id: SessionId) -> None:
        """Note that the person has sent a message there."""
        self._pacing.wrote(session_id)
        self._changed()

    def forget(self) -> None:
        """Drop what waits: the connection is gone."""
        self._pacing.forget()
        self._changed()

    async def run(self) -> None:
        """Send signals; never returns."""
        async with asyncio.TaskGroup() as group:
            while True:
                pause = self._pacing.pause(self._timing.monotonic())
                if pause is None:
                    self._waits.clear()
                    await self._waits.wait()
                elif pause > 0:
                    await self._timing.sleep(pause)
                else:
                    group.create_task(self._send(self._pacing.take(self._timing.monotonic())))

    def _changed(self) -> None:
        self._waits.set()
        while self._pacing.dropped:
            self._settle(self._pacing.dropped.pop(), False)

    async def _send(self, waiting: Waiting) -> None:
        connection, taken = self._link.connection, False
        try:
            if connection is not None:
                await connection.exchange(waiting.signal)
                taken = True
        except RequestRefused as error:
            log.info("a signal was refused: %s", error)
            self._settle(waiting.ticket, error)
        except (ConnectionLost, AnswerTimeout, ProtocolViolation) as error:
            # It was of that moment: it is not sent again.
            log.info("a signal may be lost: %s", error)
        self._settle(waiting.ticket, taken)

    def _settle(self, ticket: int, outcome: bool | RequestRefused) -> None:
        future = self._outcomes.pop(ticket, None)
        if future is None or future.done():
            return
        if isinstance(outcome, bool):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
