"""Catching up with many sessions at once, with progress and a report."""

import asyncio
from collections.abc import Callable

from catchup_client.catch_up import CatchUps
from catchup_client.engine import first_error
from catchup_client.link import Link
from catchup_client.names import SessionId
from catchup_client.reports import CatchUpReport, Progress, SessionReport
from catchup_client.store import Store
from catchup_client.timing import Timing

OnProgress = Callable[[Progress], None]


class CatchUpOfMany:
    """One catch-up with one given session, or with all sessions that lack messages."""

    def __init__(
        self,
        store: Store,
        link: Link,
        catch_ups: CatchUps,
        *,
        parallel_sessions: int,
        timing: Timing,
        on_progress: OnProgress,
    ) -> None:
        self._store = store
        self._link = link
        self._catch_ups = catch_ups
        self._slots = asyncio.Semaphore(parallel_sessions)
        self._timing = timing
        self._on_progress = on_progress
        self._report = CatchUpReport()
        self._expected = 0
        self._done = 0

    async def run(self, only: SessionId | None) -> CatchUpReport:
        """Bring the sessions up to date. The first error ends the catch-up; messages that are saved by then stay."""
        started = self._timing.monotonic()
        await self._link.ready()
        if only is None:
            await self._catch_ups.discover()
        for session_id in self._catch_ups.behind() if only is None else [only]:
            self._report.sessions[session_id] = SessionReport(session_id)
            self._expected += max(0, self._store.session(session_id).last_seq - self._store.saved_messages(session_id))
        try:
            async with asyncio.TaskGroup() as group:
                for session in self._report.sessions.values():
                    group.create_task(self._one(session, tail=only is not None))
        except BaseExceptionGroup as errors:
            raise first_error(errors) from None
        self._report.login = self._link.last_login
        self._report.seconds = self._timing.monotonic() - started
        return self._report

    async def _one(self, session: SessionReport, *, tail: bool) -> None:
        async with self._slots:
            await self._catch_ups.run(session, self._tell, tail=tail)
        self._done += 1
        self._tell(session)

    def _tell(self, session: SessionReport) -> None:
        saved = self._report.saved
        self._on_progress(
            Progress(
                session_id=session.session_id,
                saved=saved,
                expected=max(self._expected, saved),
                pages=len(self._report.pages),
                sessions_done=self._done,
                sessions=len(self._report.sessions),
            )
        )
