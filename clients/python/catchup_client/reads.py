"""Tells the server how far the person has read, so that their other devices know it."""

import logging
from collections.abc import Mapping

from catchup_client.due import Due
from catchup_client.errors import ProtocolViolation, RequestRefused
from catchup_client.link import Link
from catchup_client.names import SessionId
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.model import Result
from catchup_client.protocol.requests import Read
from catchup_client.settings import MAX_SESSIONS_PER_REQUEST, Settings
from catchup_client.store import Store
from catchup_client.timing import Timing

log = logging.getLogger(__name__)

MAX_ROUNDS = 8
"""How many answers may leave something undone; after that, the rest waits for the next login."""


class Reads:
    """Sends the read positions that are due. They are read from the store, so what was read offline is sent later."""

    def __init__(self, store: Store, link: Link, due: Due, settings: Settings, timing: Timing) -> None:
        self._store = store
        self._link = link
        self._due = due
        self._settings = settings
        self._timing = timing

    def start_over(self) -> None:
        """Send what was refused again; called after each login."""
        self._due.refused_reads.clear()
        self._due.reads.set()

    async def run(self) -> None:
        """Send positions whenever some are due; never returns."""
        while True:
            await self._due.reads.wait()
            await self._timing.sleep(self._settings.ack_delay)
            self._due.reads.clear()
            try:
                await self.flush()
            except (RequestRefused, ProtocolViolation) as error:
                log.warning("what was read is told after the next login: %s", error)

    async def flush(self) -> None:
        """Send the positions that are due; raises RequestRefused or ProtocolViolation."""
        backoff = self._link.backoff()
        while backoff.attempts < MAX_ROUNDS and (request := self._next()):
            reply = await self._link.request(request)
            if not self._settle(request, reply.body.sessions):
                await self._timing.sleep(backoff.next())

    def _next(self) -> Read | None:
        due = {
            session_id: read
            for session_id, read in self._store.untold_reads().items()
            if self._due.refused_reads.get(session_id) != read.number
        }
        return Read(dict([*due.items()][:MAX_SESSIONS_PER_REQUEST])) if due else None

    def _settle(self, request: Read, results: Mapping[SessionId, Result]) -> bool:
        """Note what the server knows now; return False if something must be sent again."""
        codes = {name: results.get(name, Result(Code.UNAVAILABLE)).code for name in request.sessions}
        self._store.confirm_reads({name: read for name, read in request.sessions.items() if codes[name] is Code.OK})
        for session_id, code in codes.items():
            if code is not Code.OK and code not in RETRYABLE:
                self._due.refused_reads[session_id] = request.sessions[session_id].number
                if code is Code.OUT_OF_RANGE:
                    # docs/protocol.md, section 4, `clear`: ask `counters`.
                    self._due.count(session_id)
        return not any(code in RETRYABLE for code in codes.values())
