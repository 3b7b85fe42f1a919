"""Receipts: sends what the person chooses, and asks who has read (docs/protocol.md, section 4, *receipts*)."""

import asyncio
import logging

from catchup_client.arrivals import Arrivals
from catchup_client.errors import ProtocolViolation, RequestRefused
from catchup_client.link import Link
from catchup_client.names import Seq, SessionId, Uid
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.protocol.requests import Readers, Receipts
from catchup_client.server_clock import ServerClock
from catchup_client.store import Store

log = logging.getLogger(__name__)


class ReceiptsSender:
    """Sends the person's choice until it is answered. It is read from the store, so a crash does not lose it."""

    def __init__(self, store: Store, link: Link, arrivals: Arrivals, clock: ServerClock) -> None:
        self._store = store
        self._link = link
        self._arrivals = arrivals
        self._clock = clock
        self._due = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []

    def start_over(self) -> None:
        """Send what is left; called after each login."""
        self._due.set()

    async def choose(self, on: bool) -> None:
        """Turn receipts on or off; returns when the server is told. Raises RequestRefused."""
        self._store.choose_receipts(on, self._clock.now_ms())
        self._arrivals.tell_receipts()
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(told)
        self._due.set()
        try:
            await told
        finally:
            self._waiting.remove(told)

    async def readers(self, session_id: SessionId, seq: Seq) -> tuple[Uid, ...]:
        """Ask who has read a message. Whoever has no receipts learns nothing: then nobody is asked."""
        await self._link.ready()  # a login tells what another device has chosen
        if not self._store.receipts().on:
            raise RequestRefused("readers", Code.FAILED_PRECONDITION, "", "receipts are off")
        return (await self._link.request(Readers(session_id, seq))).body.uids

    async def run(self) -> None:
        """Send the choice whenever one waits; never returns."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._send()
            except (RequestRefused, ProtocolViolation) as error:
                log.warning("the choice about receipts waits for the next login: %s", error)

    async def _send(self) -> None:
        refused: RequestRefused | None = None
        # Only a login tells the server's time, by which choices are dated.
        await self._link.ready()
        while self._store.receipts_due():
            self._store.redate_receipts(self._clock.now_ms())
            choice = self._store.receipts()
            try:
                told = (await self._link.request(Receipts(choice.on, choice.changed_at_ms))).body
            except RequestRefused as error:
                if error.code in RETRYABLE:
                    raise
                # A deployment without receipts refuses; the next login tells what holds.
                told, refused = ReceiptsChoice(on=False, changed_at_ms=choice.changed_at_ms, off_for_all=True), error
            self._arrivals.take_receipts(told)
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(refused) if refused else waiting.set_result(None)
