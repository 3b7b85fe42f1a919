"""The composition root: connects the parts, and runs their tasks while a client is entered."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from catchup_client.acks import Acks
from catchup_client.arrivals import Arrivals
from catchup_client.catch_up import CatchUps
from catchup_client.choices import Choices
from catchup_client.downloads import Downloads
from catchup_client.due import Due
from catchup_client.errors import ClientClosed
from catchup_client.events import Events, LoggedIn, LoginReport, Offline
from catchup_client.hearing import Hearing
from catchup_client.hides import Hides
from catchup_client.link import Link
from catchup_client.names import Uid
from catchup_client.outbox import Outbox
from catchup_client.protocol.frames import Encoding
from catchup_client.protocol.model import Outgoing
from catchup_client.reads import Reads
from catchup_client.receipts import ReceiptsSender
from catchup_client.repair import Repairs
from catchup_client.server_clock import ServerClock
from catchup_client.settings import Settings
from catchup_client.signalling import Signalling
from catchup_client.store import Store
from catchup_client.store.uploads import FileToSend
from catchup_client.timing import Timing
from catchup_client.token import TokenSource
from catchup_client.transfers import Transfers
from catchup_client.transport import Dial
from catchup_client.uploads import Uploads
from catchup_client.works import Works

T = TypeVar("T")


class Engine:
    """All parts of one running client.

    Link      keeps a connection, and carries requests
    Arrivals  saves what arrives, and notes in Due what is to be done next
    Acks      acks and clears what is due
    Choices   sends what the person has chosen for sessions
    Reads     tells how far the person has read
    ReceiptsSender  tells whether the person has receipts
    Hides     tells which messages the person has hidden, and asks what other devices have
    Repairs   asks for counters and messages that pushes have shown to be missing
    Outbox    sends
    Uploads, Downloads  carry the files of messages, over Transfers
    Hearing, Signalling  hear and send what is not saved, such as typing
    CatchUps  pulls and reads history, when the application asks for it
    Works     begins work again if the server has another data set
    """

    def __init__(
        self,
        url: str,
        tokens: TokenSource,
        store: Store,
        *,
        encoding: Encoding,
        settings: Settings,
        timing: Timing,
        dial: Dial,
    ) -> None:
        due = Due()
        self.events = Events()
        self.store = store
        self._works = Works()
        self.clock = ServerClock(timing)
        self._hearing = Hearing(store.owner or Uid(""), self.events, settings, timing)
        self.arrivals = arrivals = Arrivals(store, self.events, due, self._hearing, self._works.begin_anew)
        self.link = Link(
            url,
            tokens,
            encoding,
            dial=dial,
            arrivals=arrivals,
            claim=store.claim,
            on_login=self._on_login,
            on_offline=self._on_offline,
            settings=settings,
            timing=timing,
        )
        self.signalling = Signalling(self.link, settings, timing)
        self.outbox = Outbox(store, self.link, arrivals, self.events, due, parallel_sessions=settings.parallel_sessions)
        self._transfers = Transfers()
        self.uploads = Uploads(
            store,
            self.link,
            self.outbox,
            self._transfers,
            self.events,
            due,
            clock=self.clock,
            settings=settings,
            timing=timing,
        )
        self.downloads = Downloads(self.link, self._transfers, settings, timing)
        self._due = due
        self._reads = Reads(store, self.link, due, settings, timing)
        self._acks = Acks(store, self.link, due, settings, timing)
        self.catch_ups = CatchUps(store, arrivals, self.link, self._acks, settings, timing)
        self.choices = Choices(store, self.link, arrivals, self.catch_ups, due, clock=self.clock, timing=timing)
        self.hides = Hides(store, self.link, arrivals, due)
        self.receipts = ReceiptsSender(store, self.link, arrivals, self.clock)
        self._repairs = Repairs(store, self.catch_ups, due, settings, timing)
        self._parts: list[asyncio.Task[None]] = []
        self._main = asyncio.create_task(self._run(), name="catchup: client")

    def post(self, message: Outgoing) -> None:
        """Put a message into the outbox; others then hear no more that it is typed. Raises InvalidInput."""
        self.outbox.put(message)
        self.signalling.wrote(message.session_id)

    def post_file(self, message: Outgoing, file: FileToSend) -> None:
        """Do the same with a message whose file is to be uploaded before."""
        self.uploads.put(message, file)
        self.signalling.wrote(message.session_id)

    def has_read(self) -> None:
        """Tell the server how far the person has read now."""
        self._due.reads.set()

    async def reads_told(self) -> None:
        """Tell the server at once how far the person has read."""
        await self.of_this_data(self._reads.flush)

    def _on_login(self, report: LoginReport) -> None:
        self.clock.learn(report.ahead_ms)
        # Of a connection that was replaced by this one.
        self._forget_signals()
        self._acks.start_over()
        self.choices.start_over()
        self._reads.start_over()
        self.hides.start_over()
        self.receipts.start_over()
        self.uploads.start_over()
        self.outbox.start_over()
        self.events.publish(LoggedIn(report))

    def _on_offline(self, offline: Offline) -> None:
        self._forget_signals()
        self.events.publish(offline)

    def _forget_signals(self) -> None:
        self._hearing.forget()
        self.signalling.forget()

    async def _run(self) -> None:
        failure: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                runs: list[tuple[object, Coroutine[Any, Any, None]]] = [
                    (part, part.run())
                    for part in (self.link, self.outbox, self.uploads, self._hearing, self.signalling)
                ]
                works = (self._acks, self._reads, self.choices, self.hides, self.receipts, self._repairs)
                runs += [(work, self._works.run(work.run)) for work in works]
                self._parts = [group.create_task(run, name=f"catchup: {type(part).__name__}") for part, run in runs]
        except BaseExceptionGroup as errors:
            failure = first_error(errors)
            raise failure from None
        finally:
            self._transfers.close()
            self.events.end(failure)

    async def stop(self) -> None:
        """End all tasks and close the connection. If this call is cancelled, it doesn't wait for the other side."""
        self._main.cancel()
        try:
            await asyncio.wait({self._main})
        except asyncio.CancelledError:
            for part in self._parts:
                part.cancel()
            await asyncio.wait({self._main})
            raise

    async def of_this_data(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do some work as `or_stop` does, and begin it again if the server has another data set meanwhile."""
        return await self.or_stop(self._works.run(begin))

    async def or_stop(self, work: Awaitable[T]) -> T:
        """Wait for some work and return its result.

        Raises the error that stopped the client, or ClientClosed, if the client ends first.
        """
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task, self._main}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        if not task.cancelled():
            return task.result()
        if not self._main.cancelled() and (failure := self._main.exception()):
            raise failure
        raise ClientClosed


def first_error(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first error of a task group; the others are its consequences."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
