"""The commands that show messages: `sessions`, `show`, `read`, `catch-up`, `listen`."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterable

from catchup_client.cli.finding import find_session
from catchup_client.cli.output import login_line, progress, report_lines, say, session_lines, talk_lines
from catchup_client.cli.words import message_line, of, typing_line
from catchup_client.client import Client
from catchup_client.events import Event, LoggedIn, MessagesSaved, Source, Subscription, TypingChanged
from catchup_client.names import Seq, SessionId
from catchup_client.protocol.model import Message
from catchup_client.settings import MAX_PAGE_MESSAGES
from catchup_client.store.results import SessionState

SHOWN = 20
"""How many messages of a session are shown at once by default."""


async def list_sessions(client: Client, *, also_hidden: bool) -> None:
    """Print a line per session: pinned ones first, then the one with the newest message."""
    all_states = await client.refresh_sessions()
    shown = client.chat_list()
    states = [*shown, *(state for state in all_states if state.hidden)] if also_hidden else shown
    if not all_states:
        say("no sessions yet")
    elif len(states) < len(all_states):
        say(f"{of(len(all_states) - len(states), 'hidden session')}: sessions --all")
    for line in session_lines([(state, _newest(client, state.session_id)) for state in states], client.now_ms()):
        print(line)


def _newest(client: Client, session_id: SessionId) -> Message | None:
    """Return the newest message that may be shown and is no notice, if there is one among the last ones."""
    found = _visible(client.messages(session_id, limit=SHOWN))
    return next((message for message in found if message.ref is None), None)


def _visible(messages: Iterable[Message]) -> list[Message]:
    """Return the messages that may be shown: the person has hidden the others."""
    return [message for message in messages if not message.hidden]


async def show(client: Client, said: str, before: int | None, limit: int) -> None:
    """Print a page of a session, the oldest message first, and how to see the page before it."""
    state = await find_session(client, said)
    session_id = state.session_id
    with progress(lines=False) as on_progress:
        await client.catch_up(session_id, on_progress)
    page = await _page(client, session_id, before, limit)
    for line in talk_lines(_visible(page)):
        print(line)
    if not page:
        say("nothing there" if before is None else f"nothing below #{before}")
    elif await _page(client, session_id, page[0].seq, 1):
        say(f"older: show {session_id} --before {page[0].seq}")
    if state.read_to.number:
        say(f"read by the other person up to #{state.read_to.seq}")
    if unread := _unread(client, session_id):
        say(f"{unread:,} unread: `read {session_id}` marks all as read")


async def _page(client: Client, session_id: SessionId, before: int | None, limit: int) -> list[Message]:
    """Return messages below a seq, oldest first; what this device lacks is fetched."""
    while len(page := client.messages(session_id, before=before, limit=limit)) < limit:
        if not await client.fetch_older(session_id, MAX_PAGE_MESSAGES):
            break
    return page[::-1]


async def read(client: Client, said: str) -> None:
    """Mark a session as read."""
    state = await find_session(client, said)
    client.mark_read(state.session_id)
    print(f"read: {state.session_id}, {state.unread:,} were unread")


async def catch_up(client: Client, heard: Subscription, said: str | None, shown: int) -> None:
    """Fetch all that this device lacks, and print what is new or unread, and what it took."""
    print(login_line(await client.logged_in()), flush=True)
    only = None if said is None else (await find_session(client, said)).session_id
    with progress() as on_progress:
        report = await client.catch_up(only, on_progress)
    saved = _saved(heard.pending(), only)
    _print_news(client, saved, only, shown)
    came: defaultdict[Source, int] = defaultdict(int)
    for event in saved:
        came[event.source] += len(event.messages)
    unread = sum(state.unread for state in client.sessions() if only in {None, state.session_id})
    for line in report_lines(report, came, unread):
        print(line)


async def listen(client: Client, heard: Subscription, said: str | None, seconds: float | None, shown: int) -> None:
    """Print what is new or unread, or a session's newest messages, then messages as they come."""
    say(login_line(await client.logged_in()))
    only = None if said is None else (await find_session(client, said)).session_id
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await client.catch_up(only)
            # Both without an await in between: what is saved until now is printed here, later messages below.
            saved, live = _saved(heard.pending(), only), client.events()
            heard.close()
            if only is None:
                _print_news(client, saved, only, shown)
            else:
                for message in reversed(_visible(client.messages(only, limit=shown))):
                    print(message_line(message), flush=True)
            await _print_live(client, live, only)


async def _print_live(client: Client, live: Subscription, only: SessionId | None) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            async for event in live:
                if isinstance(event, MessagesSaved) and only in {None, event.session_id}:
                    for message in sorted(_visible(event.messages), key=lambda message: message.seq):
                        print(message_line(message), flush=True)
                elif isinstance(event, TypingChanged) and only in {None, event.session_id}:
                    if event.uids:
                        say(typing_line(event.session_id, event.uids))
                elif isinstance(event, LoggedIn):
                    # Messages that came while there was no connection were not pushed.
                    group.create_task(client.catch_up(only))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None


def _saved(events: Iterable[Event], only: SessionId | None) -> list[MessagesSaved]:
    return [event for event in events if isinstance(event, MessagesSaved) and only in {None, event.session_id}]


def _print_news(client: Client, saved: Iterable[MessagesSaved], only: SessionId | None, shown: int) -> None:
    """Print of each session the newest messages that are new to this device or unread."""
    seqs: defaultdict[SessionId, set[Seq]] = defaultdict(set)
    for event in saved:
        seqs[event.session_id].update(message.seq for message in event.messages)
    for state in reversed(client.sessions()):
        if only not in {None, state.session_id}:
            continue
        news, more = _news(client, state, seqs[state.session_id], shown)
        if more:
            say(
                f"{state.session_id}: older ones: show {state.session_id}"
                + (f" --before {news[-1].seq}" if news else "")
            )
        for message in reversed(_visible(news)):
            print(message_line(message), flush=True)
        if state.unread:
            say(f"{state.session_id}: {state.unread:,} unread: `read {state.session_id}` marks all as read")


def _news(client: Client, state: SessionState, saved: set[Seq], limit: int) -> tuple[list[Message], bool]:
    """Return at most `limit` messages that are new or unread, newest first, and whether there are more of them."""
    unread, left = state.unread, set(saved)
    news: list[Message] = []
    # Own messages and changes of membership lie between those that are unread.
    for message in client.messages(state.session_id, limit=limit + len(saved) + state.unread):
        if not unread and not left:
            return news, False
        if len(news) == limit:
            return news, True
        if unread or message.seq in left:
            news.append(message)
        left.discard(message.seq)
        unread -= bool(unread) and message.sender != client.uid
    return news, False


def _unread(client: Client, session_id: SessionId) -> int:
    return next((state.unread for state in client.sessions() if state.session_id == session_id), 0)
