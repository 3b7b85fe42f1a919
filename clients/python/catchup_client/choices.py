"""Sends what the person has chosen for sessions, and asks for what other devices have chosen or hidden."""

import asyncio
import logging
from collections.abc import Sequence

from catchup_client.arrivals import Arrivals
from catchup_client.catch_up import CatchUps
from catchup_client.due import Due
from catchup_client.errors import ProtocolViolation, RequestRefused
from catchup_client.link import Link
from catchup_client.names import SessionId
from catchup_client.protocol.codes import RETRYABLE, Code
from catchup_client.protocol.requests import ChangeSettings
from catchup_client.protocol.session_settings import SessionSettings, SettingsReply, SettingsResult
from catchup_client.server_clock import ServerClock
from catchup_client.store import Store
from catchup_client.store.session_settings import Choice
from catchup_client.timing import Timing

log = logging.getLogger(__name__)

MAX_ROUNDS = 8
"""How many requests may leave choices unanswered; after that, the rest waits for the next login."""


class Choices:
    """Sends choices until each is answered. They are read from the store, so a crash loses none of them."""

    def __init__(
        self,
        store: Store,
        link: Link,
        arrivals: Arrivals,
        catch_ups: CatchUps,
        due: Due,
        *,
        clock: ServerClock,
        timing: Timing,
    ) -> None:
        self._store = store
        self._link = link
        self._arrivals = arrivals
        self._catch_ups = catch_ups
        self._due = due
        self._clock = clock
        self._timing = timing
        self._outcomes: dict[int, asyncio.Future[None]] = {}

    def put(
        self,
        session_id: SessionId,
        *,
        muted_until_ms: int | None = None,
        pinned: bool | None = None,
        hidden: bool | None = None,
        marked_unread: bool | None = None,
    ) -> int:
        """Keep a choice, tell the application of it, and send it; return its position, for `outcome`."""
        position = self._store.choose(
            session_id,
            self._clock.now_ms(),
            muted_until_ms=muted_until_ms,
            pinned=pinned,
            hidden=hidden,
            marked_unread=marked_unread,
        )
        self._arrivals.tell_settings([session_id])
        self._due.choices.set()
        return position

    async def outcome(self, position: int) -> None:
        """Wait until a choice is answered; raises RequestRefused if the server refuses it."""
        future = self._outcomes.setdefault(position, asyncio.get_running_loop().create_future())
        try:
            await future
        finally:
            self._outcomes.pop(position, None)

    def start_over(self) -> None:
        """Send what is left; called after each login."""
        self._due.choices.set()

    async def run(self) -> None:
        """Send choices whenever there are some; never returns."""
        while True:
            await self._due.choices.wait()
            self._due.choices.clear()
            try:
                await self.flush()
            except (RequestRefused, ProtocolViolation) as error:
                log.warning("choices wait for the next login: %s", error)

    async def flush(self) -> None:
        """Send what waits, and ask `sessions` if the login has told that this device lacks something."""
        # Only a login tells the server's time, by which choices are dated.
        await self._link.ready()
        backoff = self._link.backoff()
        while backoff.attempts < MAX_ROUNDS and (choices := self._store.next_choices(self._clock.now_ms())):
            request = ChangeSettings({session_id: choice for _, session_id, choice in choices})
            try:
                answer = (await self._link.request(request)).body
            except RequestRefused as error:
                if error.code in RETRYABLE:
                    raise
                answer = SettingsReply(dict.fromkeys(request.sessions, SettingsResult(error.code)))
            if not self._settle(choices, answer):
                await self._timing.sleep(backoff.next())
        if self._due.lacks_summaries:
            self._due.lacks_summaries = False
            await self._catch_ups.discover()

    def _settle(self, choices: Sequence[Choice], answer: SettingsReply) -> bool:
        """Note the answers; return False if something must be sent again."""
        answered: dict[int, tuple[SessionId, Code]] = {}
        told: dict[SessionId, SessionSettings] = {}
        for position, session_id, _ in choices:
            result = answer.sessions.get(session_id, SettingsResult(Code.UNAVAILABLE))
            if result.code not in RETRYABLE:
                answered[position] = session_id, result.code
                if result.settings is not None:
                    told[session_id] = result.settings
                elif result.code is Code.OK:
                    self._due.count(session_id)  # the answer had no room for what holds now: its counter has it
        self._arrivals.settle_choices(answered, told)
        for position, (session_id, code) in answered.items():
            if code is not Code.OK:
                log.warning("the server does not take a choice for %s: %s", session_id, code.name)
            future = self._outcomes.get(position)
            if future is not None and not future.done():
                if code is Code.OK:
                    future.set_result(None)
                else:
                    future.set_exception(RequestRefused("settings", code, "body.sessions", f"of {session_id}"))
        return len(answered) == len(choices)
