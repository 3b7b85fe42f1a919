"""Running a command: open the store, log in, do the work."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from catchup_client.cli.arguments import Place
from catchup_client.cli.notices import noticing
from catchup_client.client import Client
from catchup_client.errors import ConnectionLost, ProtocolViolation, RequestRefused, StoreError
from catchup_client.events import Offline, Subscription
from catchup_client.settings import Settings

MAX_FIRST_TRIES = 3
"""After so many failed connections a command fails: with a wrong address it must not wait for ever."""

MAX_SECONDS_TO_TELL = 2
"""How long a command that is done waits until the server knows what was read."""

T = TypeVar("T")

Work = Callable[[Client, Subscription], Awaitable[None]]
"""(client, its events, subscribed before the login) -> None. Does the work of a command."""


def connected(place: Place, work: Work, settings: Settings = Settings()) -> None:
    """Do the work of a command with a client that is logged in; raises CatchupError if it fails."""
    logging.basicConfig(level=logging.WARNING if place.verbose else logging.ERROR, format="%(message)s")
    asyncio.run(_connected(place, work, settings))


async def _connected(place: Place, work: Work, settings: Settings) -> None:
    try:
        place.store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(str(place.store), f"{error}; give another --store") from error
    async with (
        Client(
            place.url,
            place.token,
            place.store,
            device_id=place.device,
            uid_claim=place.uid_claim,
            encoding=place.encoding,
            transport=place.transport,
            settings=settings,
        ) as client,
        noticing(client),
    ):
        heard = client.events()  # subscribed before the login: its counters bring the newest messages
        await _or_unreachable(client.events(), client.logged_in())
        await work(client, heard)
        # Also what an earlier command could not tell. What does not arrive in this time waits for the next command.
        with contextlib.suppress(TimeoutError, RequestRefused, ProtocolViolation):
            async with asyncio.timeout(MAX_SECONDS_TO_TELL):
                await client.reads_told()


async def _or_unreachable(events: Subscription, login: Coroutine[Any, Any, T]) -> T:
    """Wait for the first login; raises ConnectionLost if some connections in a row have failed."""

    async def watch() -> str:
        async for event in events:
            if isinstance(event, Offline) and event.failures >= MAX_FIRST_TRIES:
                return event.reason
        return ""

    logging_in, watching = asyncio.ensure_future(login), asyncio.create_task(watch())
    try:
        await asyncio.wait({logging_in, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not logging_in.done():
            raise ConnectionLost(watching.result())
        return logging_in.result()
    finally:
        for task in (logging_in, watching):
            task.cancel()
        await asyncio.gather(logging_in, watching, return_exceptions=True)
        events.close()
