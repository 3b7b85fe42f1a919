"""Fetches in the background what a live message has shown to be missing (docs/protocol.md, section 7)."""

import logging

from catchup_client.backoff import Backoff
from catchup_client.catch_up import CatchUps
from catchup_client.due import Due
from catchup_client.errors import ProtocolViolation, RequestRefused
from catchup_client.names import SessionId, is_group
from catchup_client.reports import SessionReport
from catchup_client.settings import Settings
from catchup_client.store import Store
from catchup_client.timing import Timing

log = logging.getLogger(__name__)


class Repairs:
    """Asks for counters if pushes have skipped numbers, and catches up with sessions if a push has shown a gap."""

    def __init__(self, store: Store, catch_ups: CatchUps, due: Due, settings: Settings, timing: Timing) -> None:
        self._store = store
        self._catch_ups = catch_ups
        self._due = due
        self._settings = settings
        self._timing = timing
        self._backoff = Backoff(settings.backoff_base, settings.backoff_cap, timing.random)

    async def run(self) -> None:
        """Repair whenever something is missing; never returns."""
        while True:
            await self._due.repair.wait()
            # Pushes come out of order; most gaps close by themselves.
            await self._timing.sleep(self._settings.repair_delay)
            await self.repair()

    async def repair(self) -> None:
        """Repair what is known to be missing now."""
        self._due.repair.clear()
        uncounted, self._due.uncounted = self._due.uncounted, set()
        gaps, self._due.gaps = self._due.gaps, {}
        stale, self._due.stale = self._due.stale, set()
        try:
            await self._catch_ups.ask_counters(sorted(uncounted))
            if again := self._due.uncounted & uncounted:  # the counter couldn't be added
                await self._catch_ups.clear(sorted(again))
                await self._timing.sleep(self._backoff.next())
            else:
                self._backoff.reset()
            for session_id, mark in gaps.items():
                await self._close_gap(session_id, mark, pushes_lost=session_id in uncounted)
            for session_id in sorted(stale):
                await self._catch_ups.renew(session_id)
        except (RequestRefused, ProtocolViolation) as error:
            log.warning("could not repair, the next catch-up will: %s", error)

    async def _close_gap(self, session_id: SessionId, mark: int, *, pushes_lost: bool) -> None:
        # If every seq is saved, and nothing more was announced, there is nothing to fetch. An exception: pushes of a
        # private session were lost. Their messages still wait in the offline store, even if history has brought them,
        # and only a catch-up acks them.
        closed = (is_group(session_id) or not pushes_lost) and not self._store.gaps(session_id, whole=False)
        if not (closed and self._store.finish_catch_up(session_id, mark)):
            await self._catch_ups.run(SessionReport(session_id), lambda _: None, tail=False, whole=False)
