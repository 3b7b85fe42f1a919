"""The commands."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from catchup_client.cli.arguments import Options
from catchup_client.cli.block_commands import run_block
from catchup_client.cli.group_commands import run_group
from catchup_client.cli.output import anew_line, login_line, message_line, printable, progress, report_lines
from catchup_client.client import Client
from catchup_client.errors import CatchupError, ConnectionLost, StoreError
from catchup_client.events import LoggedIn, MessagesSaved, Offline, StartedAnew, Subscription
from catchup_client.settings import Settings

MAX_FIRST_TRIES = 3
"""So many connections may fail before the first that works: a wrong address must not look like patience."""

T = TypeVar("T")


class NotSentInTime(CatchupError):
    """The server hasn't acknowledged a message in time."""

    def __init__(self, seconds: float, store: str) -> None:
        super().__init__(seconds, store)
        self.seconds = seconds
        self.store = store

    def __str__(self) -> str:
        return f"not acknowledged within {self.seconds:g} s: it stays in {self.store}, and the next command sends it"


async def run(options: Options) -> None:
    """Run one command; raises CatchupError if it fails."""
    try:
        options.store.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(str(options.store), f"{error}; give another --store") from error
    settings = Settings(page_limit=options.page)
    async with Client(
        options.url,
        options.token,
        options.store,
        device_id=options.device,
        uid_claim=options.uid_claim,
        encoding=options.encoding,
        settings=settings,
    ) as client:
        heard = client.events()  # from before the login: the newest messages come with its counters
        await _or_unreachable(client.events(), client.logged_in())
        match options.command:
            case "chat":
                await _chat(client, options)
            case "catch-up":
                await _catch_up(client, options)
            case "group":
                await run_group(client, options)
            case "block" | "unblock" | "blocked":
                await run_block(client, options)
            case _:
                await _listen(client, heard, options)


async def _or_unreachable(events: Subscription, login: Coroutine[Any, Any, T]) -> T:
    """Wait for the first login; raises ConnectionLost if some connections in a row have failed."""

    async def watch() -> str:
        async for event in events:
            if isinstance(event, Offline) and event.failures >= MAX_FIRST_TRIES:
                return event.reason
            if isinstance(event, StartedAnew):
                print(anew_line(event), file=sys.stderr, flush=True)
        return ""

    logging_in, watching = asyncio.ensure_future(login), asyncio.create_task(watch())
    try:
        await asyncio.wait({logging_in, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not logging_in.done():
            raise ConnectionLost(f"{watching.result()}; check --url")
        return logging_in.result()
    finally:
        for task in (logging_in, watching):
            task.cancel()
        await asyncio.gather(logging_in, watching, return_exceptions=True)
        events.close()


async def _chat(client: Client, options: Options) -> None:
    try:
        async with asyncio.timeout(options.seconds):
            sent = await client.send(options.to, options.msg, ack=options.ack, at=options.at, at_all=options.at_all)
    except TimeoutError as error:
        raise NotSentInTime(options.seconds or 0, str(options.store)) from error
    print(f"sent: {sent.session_id} #{sent.seq}")
    (stored,) = client.messages(sent.session_id, before=sent.seq + 1, limit=1)
    if stored.content != options.msg:
        print(f"masked: {message_line(stored)}")


async def _catch_up(client: Client, options: Options) -> None:
    print(login_line(await client.logged_in()), flush=True)
    with progress() as on_progress:
        report = await client.catch_up(options.session, on_progress)
    for line in report_lines(report):
        print(line)


async def _listen(client: Client, events: Subscription, options: Options) -> None:
    print(login_line(await client.logged_in()), file=sys.stderr, flush=True)
    for state in client.sessions():
        if state.unread and options.session in {None, state.session_id}:
            print(f"{state.session_id}: {state.unread} unread", file=sys.stderr, flush=True)
    logins = 0
    try:
        async with asyncio.timeout(options.seconds), asyncio.TaskGroup() as group:
            async for event in events:
                if isinstance(event, MessagesSaved) and options.session in {None, event.session_id}:
                    for message in sorted(event.messages, key=lambda message: message.seq):
                        print(message_line(message), flush=True)
                elif isinstance(event, Offline):
                    again = f"next try in {event.retry_in_seconds:.1f} s"
                    print(f"offline: {printable(event.reason)}; {again}", file=sys.stderr, flush=True)
                elif isinstance(event, StartedAnew) and logins:  # the first login has told it already
                    print(anew_line(event), file=sys.stderr, flush=True)
                elif isinstance(event, LoggedIn) and (logins := logins + 1) > 1:
                    # What came while there was no connection wasn't pushed.
                    group.create_task(client.catch_up(options.session))
    except TimeoutError:
        return
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
