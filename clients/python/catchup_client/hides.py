"""Tells the server which messages the person has hidden, and asks what other devices have (docs/protocol.md, section 7,
*Hiding*).
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from catchup_client.arrivals import Arrivals
from catchup_client.due import Due
from catchup_client.errors import ProtocolViolation, RequestRefused
from catchup_client.link import Link
from catchup_client.names import Seq, SessionId
from catchup_client.protocol.codes import RETRYABLE
from catchup_client.protocol.hidden import HiddenReply
from catchup_client.protocol.hiding import Hidden, Hide
from catchup_client.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    session_id: SessionId
    seqs: Sequence[Seq]
    told: asyncio.Future[None]


class Hides:
    """Sends what is hidden until it is answered. It is read from the store, so a crash loses none of it."""

    def __init__(self, store: Store, link: Link, arrivals: Arrivals, due: Due) -> None:
        self._store = store
        self._link = link
        self._arrivals = arrivals
        self._due = due
        self._waiting: list[_Waiting] = []

    def put(self, session_id: SessionId, seqs: Sequence[Seq]) -> None:
        """Hide messages on this device, and send that; see `outcome`."""
        self._arrivals.hide(session_id, seqs)

    async def outcome(self, session_id: SessionId, seqs: Sequence[Seq]) -> None:
        """Wait until the server is told of hidden messages; raises RequestRefused if it refuses them."""
        waiting = _Waiting(session_id, seqs, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            await waiting.told
        finally:
            self._waiting.remove(waiting)

    def start_over(self) -> None:
        """Send what is left; called after each login."""
        self._due.hides.set()

    async def run(self) -> None:
        """Tell and ask whenever something is due; never returns."""
        while True:
            await self._due.hides.wait()
            self._due.hides.clear()
            try:
                await self._tell_all()
                while self._due.lack_hidden:
                    await self._ask(self._due.lack_hidden.pop())
            except (RequestRefused, ProtocolViolation) as error:
                log.warning("what is hidden waits for the next login: %s", error)

    async def _tell_all(self) -> None:
        while due := self._store.hides_due():
            for session_id, seqs in due:
                await self._tell(session_id, seqs)
        self._settle()  # also those that are due no more because the server has other data

    async def _tell(self, session_id: SessionId, seqs: tuple[Seq, ...]) -> None:
        reply: HiddenReply | None = None
        refused: RequestRefused | None = None
        try:
            reply = (await self._link.request(Hide(session_id, seqs))).body
        except RequestRefused as error:
            if error.code in RETRYABLE:
                raise
            log.warning("%s hides messages on this device only: %s", session_id, error)
            refused = error
        self._arrivals.settle_hide(session_id, seqs, reply)
        self._settle(session_id, refused)

    def _settle(self, session_id: SessionId | None = None, refused: RequestRefused | None = None) -> None:
        """End the calls that wait for what is told now."""
        for waiting in self._waiting:
            if waiting.told.done() or self._store.is_hide_due(waiting.session_id, waiting.seqs):
                continue
            if refused is not None and waiting.session_id == session_id:
                waiting.told.set_exception(refused)
            else:
                waiting.told.set_result(None)

    async def _ask(self, session_id: SessionId) -> None:
        """Ask for all that is hidden in a session, from the beginning."""
        page = first = (await self._link.request(Hidden(session_id))).body
        while not page.end and page.seqs:
            self._arrivals.take_hidden(page, 0)
            page = (await self._link.request(Hidden(session_id, max(page.seqs)))).body
        # What was hidden between the pages may stand in one that was read before.
        self._arrivals.take_hidden(page, first.version)
