"""One connection: matches answers to requests by `reqId`, and hands on pushes as they arrive."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

from catchup_client.errors import AnswerTimeout, ConnectionLost, ProtocolViolation, RequestRefused
from catchup_client.protocol import frames
from catchup_client.protocol.codes import Code
from catchup_client.protocol.frames import Encoding
from catchup_client.protocol.groups import AskPush, Head
from catchup_client.protocol.hidden import HidePush
from catchup_client.protocol.model import Answer, Body, Message, PlatformError, Push
from catchup_client.protocol.reading import ReadPush
from catchup_client.protocol.receipts import ReadToPush, ReceiptsPush
from catchup_client.protocol.requests import Request
from catchup_client.protocol.session_settings import SettingsPush
from catchup_client.protocol.signals import SignalPush
from catchup_client.timing import Timing
from catchup_client.transport import Transport

log = logging.getLogger(__name__)

A = TypeVar("A", bound=Body)

Live = Push | Head | ReadPush | ReadToPush | ReceiptsPush | SettingsPush | HidePush | SignalPush | AskPush
"""What the server sends by itself."""


@dataclass(frozen=True, slots=True)
class Reply(Generic[A]):
    """An answer with code OK, its size and its duration."""

    body: A
    bytes: int
    """The size of the whole frame."""
    seconds: float
    """The time from sending the request to its answer."""
    ahead_ms: int | None = None
    """By how much the server's clock is ahead of this device's; None if the answer doesn't tell."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    cmd: str
    answer: asyncio.Future[tuple[Answer, int]]


class Connection:
    """Requests and pushes over one transport. Nothing arrives unless `read()` is running."""

    def __init__(
        self,
        transport: Transport,
        *,
        encoding: Encoding,
        on_push: Callable[[Message], None],
        on_head: Callable[[Head], None],
        on_settings: Callable[[SettingsPush], None],
        on_read: Callable[[ReadPush], None],
        on_read_to: Callable[[ReadToPush], None],
        on_receipts: Callable[[ReceiptsPush], None],
        on_hide: Callable[[HidePush], None],
        on_signal: Callable[[SignalPush], None],
        on_ask: Callable[[AskPush], None],
        answer_timeout: float,
        timing: Timing,
    ) -> None:
        """Take over an open transport.

        Args:
            transport: open; `close` closes it.
            encoding: of the requests. Each arriving frame tells its own encoding.
            on_push: called for each pushed message, in the order of arrival; pushes wait until `admit_pushes` is
                called. An exception from it ends `read`.
            on_head: the same for each `head`.
            on_settings: the same for each `settings`.
            on_read: the same for each `read`.
            on_read_to: the same for each `readTo`.
            on_receipts: the same for each `receipts`.
            on_hide: the same for each `hide`.
            on_signal: the same for each `signal`.
            on_ask: the same for each `ask`.
            answer_timeout: how many seconds to wait for an answer.
            timing: the clock and the random numbers.

        """
        self._transport = transport
        self._encoding = encoding
        self._on_push = on_push
        self._on_head = on_head
        self._on_settings = on_settings
        self._on_read = on_read
        self._on_read_to = on_read_to
        self._on_receipts = on_receipts
        self._on_hide = on_hide
        self._on_signal = on_signal
        self._on_ask = on_ask
        self._answer_timeout = answer_timeout
        self._timing = timing
        self._req_ids = count(1)
        self._waiting: dict[str, _Waiting] = {}
        self._lost: str | None = None
        self._early: list[Live] | None = []
        self.gone = asyncio.Event()
        self.sent_at = self.received_at = timing.monotonic()

    @property
    def lost(self) -> str | None:
        """The reason why the connection is closed, None while it is open."""
        return self._lost

    async def exchange(self, request: Request[A]) -> Reply[A]:
        """Send a request and wait for its answer.

        Raises RequestRefused, AnswerTimeout, ConnectionLost, or ProtocolViolation if the answer can't be read.
        """
        if self._lost is not None:
            raise ConnectionLost(self._lost)
        req_id = str(next(self._req_ids))
        text = frames.encode(request, self._encoding, req_id, self._timing.now_ms())
        waiting = _Waiting(request.cmd, asyncio.get_running_loop().create_future())
        self._waiting[req_id] = waiting
        started = self.sent_at = self._timing.monotonic()
        try:
            async with self._timing.timeout(self._answer_timeout):
                await self._transport.send(text)
                answer, size = await waiting.answer
        except TimeoutError as error:
            del self._waiting[req_id]
            if self.received_at < started:
                # No frame at all has come since the request: the connection is probably dead.
                self.give_up(f"nothing came for {self._answer_timeout:g} s")
            raise AnswerTimeout(request.cmd, self._answer_timeout) from error
        except ConnectionLost as error:
            del self._waiting[req_id]
            self.give_up(error.reason)
            raise
        finally:
            self._waiting.pop(req_id, None)
            waiting.answer.cancel()
        if answer.code is not Code.OK:
            fault = answer.fault
            raise RequestRefused(request.cmd, answer.code, fault.field, fault.rule, fault.fix, fault.retry_after)
        if not isinstance(answer.body, request.answered_by):
            raise ProtocolViolation(f"the answer of {request.cmd} can't be read: {answer.fault.rule or answer.cmd}")
        ahead_ms = answer.time_ms - self._timing.now_ms() if answer.time_ms else None
        return Reply(answer.body, size, self._timing.monotonic() - started, ahead_ms)

    async def read(self) -> str:
        """Handle arriving frames until the connection is closed; return the reason."""
        try:
            while self._lost is None:
                self._take(await self._transport.receive())
        except ConnectionLost as error:
            self.give_up(error.reason)
        except BaseException as error:
            self.give_up(f"reading has failed: {error!r}")
            raise
        return self._lost or ""

    def _take(self, text: str) -> None:
        self.received_at = self._timing.monotonic()
        try:
            frame = frames.decode(text)
        except ProtocolViolation as violation:
            log.warning("ignored a frame: %s", violation)
            return
        if isinstance(frame, Live):
            if self._early is None:
                self._hand_on(frame)
            else:
                self._early.append(frame)
        elif isinstance(frame, Answer):
            waiting = self._waiting.get(frame.req_id or "")
            if waiting and not waiting.answer.done():
                waiting.answer.set_result((frame, len(text.encode())))
        elif isinstance(frame, PlatformError):
            self._take_platform_error(frame)

    def admit_pushes(self) -> None:
        """Begin to hand on pushes, first those that have arrived already.

        They had to wait for the answer of `login`, which tells to which data set they belong.
        """
        early, self._early = self._early or [], None
        for frame in early:
            self._hand_on(frame)

    def _hand_on(self, frame: Live) -> None:
        match frame:
            case Push(message):
                self._on_push(message)
            case Head():
                self._on_head(frame)
            case ReadPush():
                self._on_read(frame)
            case ReadToPush():
                self._on_read_to(frame)
            case ReceiptsPush():
                self._on_receipts(frame)
            case HidePush():
                self._on_hide(frame)
            case SettingsPush():
                self._on_settings(frame)
            case SignalPush():
                self._on_signal(frame)
            case AskPush():
                self._on_ask(frame)

    def _take_platform_error(self, frame: PlatformError) -> None:
        # The frame doesn't name its request. If only one request waits, it is that one: it fails without its timeout.
        open_requests = [waiting for waiting in self._waiting.values() if not waiting.answer.done()]
        if len(open_requests) == 1:
            waiting = open_requests[0]
            waiting.answer.set_exception(RequestRefused(waiting.cmd, Code.UNAVAILABLE, rule=frame.text))

    def give_up(self, reason: str) -> None:
        """Fail all requests and send nothing more; the owner of the connection then closes it."""
        if self._lost is None:
            self._lost = reason
            self.gone.set()
        for waiting in self._waiting.values():
            if not waiting.answer.done():
                waiting.answer.set_exception(ConnectionLost(self._lost))

    async def close(self) -> None:
        """Close the connection; requests that wait fail with ConnectionLost."""
        self.give_up("closed by this client")
        await self._transport.close()
