"""Sends the `ack`s and `clear`s that are due: they tell the server which messages are saved and counted."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from catchup_client.due import Due
from catchup_client.errors import ProtocolViolation, RequestRefused
from catchup_client.link import Link
from catchup_client.names import Number, Seq, SessionId
from catchup_client.protocol.acking import next_settlement
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.model import Result, ResultsReply
from catchup_client.protocol.requests import Ack, Clear
from catchup_client.settings import Settings
from catchup_client.store import Store
from catchup_client.store.facade import Settled
from catchup_client.timing import Timing

log = logging.getLogger(__name__)

MAX_ROUNDS = 8
"""How many frames the server may leave unfinished; after that, the rest waits for the next login."""


class Acks:
    """Sends the acks and clears that are due.

    They are read from the store's tables, so a crash loses none of them, and only saved messages are acked.
    """

    def __init__(self, store: Store, link: Link, due: Due, settings: Settings, timing: Timing) -> None:
        self._store = store
        self._link = link
        self._due = due
        self._settings = settings
        self._timing = timing
        self._one_at_a_time = asyncio.Lock()
        self._paused: set[SessionId] = set()
        self._refused_acks: set[SessionId] = set()

    @contextmanager
    def paused(self, session_id: SessionId) -> Iterator[None]:
        """Send no acks of a session during the block, because its pulls carry them."""
        self._paused.add(session_id)
        try:
            yield
        finally:
            self._paused.discard(session_id)

    def start_over(self) -> None:
        """Send refused acks and clears again; called after each login."""
        self._due.refused_clears.clear()
        self._refused_acks.clear()
        self._due.acks.set()

    async def run(self) -> None:
        """Send acks and clears whenever some are due; never returns."""
        while True:
            await self._due.acks.wait()
            await self._timing.sleep(self._settings.ack_delay)
            self._due.acks.clear()
            try:
                await self.flush()
            except (RequestRefused, ProtocolViolation) as error:
                log.warning("acks stay due until the next login: %s", error)

    async def flush(self, only: SessionId | None = None) -> None:
        """Send what is due, in all sessions or only in one, and wait for the answers."""
        async with self._one_at_a_time:
            backoff = self._link.backoff()
            while backoff.attempts < MAX_ROUNDS and (request := self._next(only)):
                reply = await self._link.request(request)
                if not self._settle(request, reply.body):
                    await self._timing.sleep(backoff.next())

    def _next(self, only: SessionId | None) -> Ack | Clear | None:
        uncleared = {
            session_id: known
            for session_id, known in self._store.uncleared().items()
            if self._due.refused_clears.get(session_id) != known and only in {None, session_id}
        }
        if only in self._refused_acks:
            return next_settlement([], uncleared)
        return next_settlement(self._store.to_ack(only=only, skip=self._paused | self._refused_acks), uncleared)

    def _settle(self, request: Ack | Clear, reply: ResultsReply) -> bool:
        """Note what the server has confirmed, in one transaction; return False if something must be sent again."""
        confirmed: list[Settled] = []
        finished = True
        for session_id, (seqs, cleared) in _named(request).items():
            result = reply.sessions.get(session_id, Result(Code.UNAVAILABLE))
            if result.code is Code.OK:
                confirmed.append((session_id, set(seqs) - set(result.remaining), cleared))
                finished = finished and not result.remaining
            elif result.code in RETRYABLE:
                finished = False
            elif cleared is not None:
                self._refuse_clear(session_id, cleared, result.code)
            else:
                self._refused_acks.add(session_id)
        self._store.settle(confirmed)
        return finished

    def _refuse_clear(self, session_id: SessionId, known: Number, code: Code) -> None:
        log.warning(
            "the server's counter of %s is below number %d (%s): the clear is sent again when the counter is so high",
            session_id,
            known,
            code.name,
        )
        self._due.refused_clears[session_id] = known
        # docs/protocol.md, section 4, `clear`: ask `counters`.
        self._due.count(session_id)


def _named(request: Ack | Clear) -> dict[SessionId, tuple[tuple[Seq, ...], Number | None]]:
    if isinstance(request, Clear):
        return {session_id: ((), known) for session_id, known in request.sessions.items()}
    return {session_id: (ack.seqs, ack.received) for session_id, ack in request.sessions.items()}
