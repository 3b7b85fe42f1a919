"""Staying connected: dial, log in, keep alive, and dial again (docs/protocol.md, section 7)."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from catchup_client.arrivals import Arrivals
from catchup_client.backoff import Backoff
from catchup_client.connection import Connection, Reply
from catchup_client.errors import (
    AnswerTimeout,
    CatchupError,
    ConnectionLost,
    ProtocolViolation,
    RequestRefused,
    TokenRefused,
    Transient,
)
from catchup_client.events import LoginReport, Offline
from catchup_client.keepalive import TOKEN_EXPIRED, keep_alive, lifetime
from catchup_client.login import log_in
from catchup_client.names import Uid
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.frames import Encoding
from catchup_client.protocol.model import Body
from catchup_client.protocol.requests import Request
from catchup_client.settings import Settings
from catchup_client.timing import Timing
from catchup_client.token import TokenSource
from catchup_client.transport import Dial

log = logging.getLogger(__name__)

A = TypeVar("A", bound=Body)


class Link:
    """Keeps a connection, and sends requests again over a new one until they are answered."""

    def __init__(
        self,
        url: str,
        tokens: TokenSource,
        encoding: Encoding,
        *,
        dial: Dial,
        arrivals: Arrivals,
        claim: Callable[[Uid], None],
        on_login: Callable[[LoginReport], None],
        on_offline: Callable[[Offline], None],
        settings: Settings,
        timing: Timing,
    ) -> None:
        """Prepare; `run` connects. `claim` raises if the store belongs to another uid."""
        self._url = url
        self._tokens = tokens
        self._encoding = encoding
        self._dial = dial
        self._arrivals = arrivals
        self._claim = claim
        self._on_login = on_login
        self._on_offline = on_offline
        self._settings = settings
        self._timing = timing
        self._connection: Connection | None = None
        self._changed = asyncio.Condition()
        self.last_login: LoginReport | None = None
        self._logged_in_at = 0.0

    def backoff(self) -> Backoff:
        """Return a new backoff with this client's settings."""
        return Backoff(self._settings.backoff_base, self._settings.backoff_cap, self._timing.random)

    @property
    def connection(self) -> Connection | None:
        """The connection that is logged in; None without one."""
        return None if self._connection is None or self._connection.lost is not None else self._connection

    async def ready(self) -> Connection:
        """Wait for a connection that is logged in."""
        async with self._changed:
            while (connection := self.connection) is None:
                await self._changed.wait()
            return connection

    async def request(self, request: Request[A]) -> Reply[A]:
        """Send a request until it is answered, over new connections if needed (section 6: "retry?").

        Raises RequestRefused if trying again doesn't help. If the answer is INTERNAL, or can't be read, it tries again,
        up to `Settings.internal_errors` times; then it raises RequestRefused or ProtocolViolation.
        """
        backoff = self.backoff()
        faults = 0
        while True:
            pause = 0.0
            connection = await self.ready()
            try:
                return await connection.exchange(request)
            except ConnectionLost:
                continue
            except AnswerTimeout as error:
                log.info("%s; asking again", error)
            except ProtocolViolation:
                if (faults := faults + 1) >= self._settings.internal_errors:
                    raise
            except RequestRefused as error:
                if error.code is Code.UNAUTHENTICATED:
                    connection.give_up(TOKEN_EXPIRED)
                    continue
                faults += error.code is Code.INTERNAL
                if error.code not in RETRYABLE or error.is_quota or faults >= self._settings.internal_errors:
                    raise
                if error.code is Code.RESOURCE_EXHAUSTED:
                    pause = self._settings.exhausted_pause
                pause = error.retry_after or pause
            await self._timing.sleep(pause + backoff.next())

    async def run(self) -> None:
        """Connect again and again; raises Stopped or StoreError if another attempt can't help."""
        backoff = self.backoff()
        refused = False
        while True:
            last_login = self.last_login
            reason, at_least = "", 0.0
            try:
                await self._live_once()
            except TokenRefused as error:
                # One refusal may be chance: the token was just expiring. Two without a login between are an error.
                if not self._tokens.renewable or (refused and self.last_login is last_login):
                    raise
                refused, reason = True, str(error)
            except Transient as error:
                refused, reason = False, str(error)
                at_least = error.retry_after if isinstance(error, ConnectionLost) else 0.0
            else:
                refused = False
            lived = self._timing.monotonic() - self._logged_in_at
            if self.last_login is not last_login and lived >= self._settings.stable_after:
                backoff.reset()
            wait = max(at_least, backoff.next()) if reason else 0.0
            if reason:
                self._on_offline(Offline(reason, wait, backoff.attempts))
            await self._timing.sleep(wait)

    async def _live_once(self) -> None:
        """Run one connection; returns when it is time for a new one, else raises the error that ended it."""
        token = await self._token()
        claims = self._tokens.claims(token)
        self._claim(claims.uid)
        connection = Connection(
            await self._dial(self._url, token, self._encoding),
            encoding=self._encoding,
            on_push=self._arrivals.take_push,
            on_head=self._arrivals.take_head,
            on_settings=self._arrivals.take_settings,
            on_read=self._arrivals.take_read,
            on_read_to=self._arrivals.take_read_to,
            on_receipts=self._arrivals.take_receipts_push,
            on_hide=self._arrivals.take_hide,
            on_signal=self._arrivals.take_signal,
            on_ask=self._arrivals.take_ask,
            answer_timeout=self._settings.answer_timeout,
            timing=self._timing,
        )
        reading = asyncio.create_task(connection.read(), name="catchup: read")
        try:
            self.last_login = await log_in(connection, self._arrivals)
            self._logged_in_at = self._timing.monotonic()
            await self._announce(connection)
            self._on_login(self.last_login)
            seconds = lifetime(self._settings, self._timing, claims.expires_at_ms if self._tokens.renewable else None)
            await keep_alive(connection, seconds, self._settings, self._timing)
        finally:
            # First of all, without an await before: if closing is cancelled too, no task must be left running.
            reading.cancel()
            try:
                await connection.close()
            finally:
                await asyncio.wait({reading})
            if not reading.cancelled() and (failure := reading.exception()):
                raise failure  # saving a push has failed: the client must stop

    async def _token(self) -> str:
        try:
            return await self._tokens.fresh()
        except CatchupError:
            raise
        except Exception as error:  # any error of the application's function, which may be offline too
            raise ConnectionLost(f"there is no token to connect with: {error!r}") from error

    async def _announce(self, connection: Connection) -> None:
        async with self._changed:
            self._connection = connection
            self._changed.notify_all()
