"""Notices about events while any command runs, on standard error."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from catchup_client.cli.output import say
from catchup_client.cli.words import printable
from catchup_client.client import Client
from catchup_client.errors import CatchupError
from catchup_client.events import (
    AskedToJoin,
    Event,
    LoggedIn,
    MessageHeld,
    MessageRefused,
    MessageSent,
    Offline,
    StartedAnew,
    Subscription,
)


def notice(event: Event) -> str | None:
    """Return the notice of an event in one line, None if it has none.

    A new kind of event gets its notice here.
    """
    match event:
        case Offline():
            return f"offline: {event.reason}; next try in {event.retry_in_seconds:.1f} s"
        case AskedToJoin(session_id, uid, note):
            return f"{session_id}: {uid} asks to join" + (f": {note}" if note else "")
        case StartedAnew(set_aside=set_aside):
            kept = f"; what was stored here is kept in {set_aside}" if set_aside else ""
            return f"started anew: the server has other data than this store{kept}"
        case _:
            return None


def notice_of_earlier(event: Event, earlier: set[str]) -> str | None:
    """Return the notice about a message that an earlier command left in the outbox; None for all other events."""
    match event:
        case MessageSent(msg_id, sent) if msg_id in earlier:
            return f"sent now, from an earlier command: {sent.session_id} #{sent.seq}"
        case MessageHeld(msg_id, why) if msg_id in earlier:
            return f"a message of an earlier command waits for review: {why}"
        case MessageRefused(msg_id, code, why) if msg_id in earlier:
            return f"a message of an earlier command was refused: {code.name}: {why}"
        case _:
            return None


@asynccontextmanager
async def noticing(client: Client) -> AsyncIterator[None]:
    """Print notices of events until the block ends."""
    events = client.events()
    teller = _Teller({str(queued.message.msg_id) for queued in client.outbox() if queued.refused is None})
    telling = asyncio.create_task(teller.follow(events))
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.wait({telling})
        for event in events.pending():
            teller.tell(event)
        events.close()


class _Teller:
    def __init__(self, earlier: set[str]) -> None:
        self._earlier = earlier
        self._online = False

    async def follow(self, events: Subscription) -> None:
        try:
            async for event in events:
                self.tell(event)
        except CatchupError:
            return  # the command itself reports the error

    def tell(self, event: Event) -> None:
        self._online = self._online or isinstance(event, LoggedIn)
        if isinstance(event, Offline) and not self._online:
            return  # before the first login the command itself reports the error
        line = notice_of_earlier(event, self._earlier) or notice(event)
        if line is not None:
            say(printable(line))
