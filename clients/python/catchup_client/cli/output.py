"""The output of the command line: plain lines, and a progress bar on a terminal."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from catchup_client.catch_up_many import OnProgress
from catchup_client.cli.choosing import settings_words
from catchup_client.cli.words import message_words, of, printable, when
from catchup_client.downloads import OnTransfer
from catchup_client.events import LoginReport, Source
from catchup_client.protocol.model import Message
from catchup_client.reports import CatchUpReport, Progress, SessionReport
from catchup_client.store.results import SessionState

PAGES_PER_LINE = 20
"""How many pages there are between two lines of progress, if the output is not a terminal."""

PREVIEW = 60
"""How many characters of the newest message the list of sessions shows."""


def say(line: str) -> None:
    """Print a line about the command on standard error; its result goes to standard output."""
    print(line, file=sys.stderr, flush=True)


def login_line(login: LoginReport) -> str:
    """Write the result of a login in one line. `new`: how many unread messages its counters have added."""
    return (
        f"login: {of(login.frames, 'frame')}, {login.bytes:,} bytes, {login.seconds * 1000:.0f} ms, "
        f"{of(login.sessions, 'session')}, {login.unread:,} new"
    )


def session_lines(sessions: Sequence[tuple[SessionState, Message | None]], now_ms: int) -> Iterator[str]:
    """Write a line per session: how many are unread, the time of the newest message, its settings and its text."""
    ids = [printable(state.session_id) for state, _ in sessions]
    width = max(map(len, ids), default=0)
    for session_id, (state, newest) in zip(ids, sessions, strict=True):
        parts = [f"{session_id:{width}}", f"{state.unread:>6,} unread", f"{when(state.timestamp_ms):16}"]
        if state.group is not None:
            left = ", left" if state.group.left is not None else ""
            parts.append(f"[{printable(state.group.name)}, {of(state.group.members, 'member')}{left}]")
        if special := settings_words(state, now_ms):
            parts.append(f"({', '.join(special)})")
        if newest is not None:
            words = message_words(newest)
            parts.append(words if len(words) <= PREVIEW else words[: PREVIEW - 1] + "…")
        yield "  ".join(parts).rstrip()


def talk_lines(messages: Sequence[Message]) -> Iterator[str]:
    """Write messages of one session as a page to read."""
    for message in messages:
        yield f"#{message.seq}  {when(message.server_time_ms)}  {message_words(message)}"


def report_lines(report: CatchUpReport, came: dict[Source, int], unread: int) -> Iterator[str]:
    """Write what a catch-up has done, a line per session and a summary.

    Args:
        report: of the catch-up.
        came: for each source, how many messages are new to this device; includes those of the login.
        unread: how many messages are unread in the sessions of the catch-up.

    """
    for session in report.sessions.values():
        yield _session_line(session)
    if report.pages:
        p50, p99 = (report.page_seconds(quantile) * 1000 for quantile in (0.5, 0.99))
        yield f"{of(len(report.pages), 'page')}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, {report.bytes:,} bytes"
    ways = ", ".join(f"{came[source]:,} {_WAYS[source]}" for source in _WAYS if came.get(source))
    yield (
        f"caught up: {of(sum(came.values()), 'message')} saved{ways and f' ({ways})'}, "
        f"{of(report.duplicates, 'duplicate')} dropped, {report.seconds:.2f} s; {unread:,} unread"
    )


_WAYS = {
    Source.COUNTER: "came with the counters",
    Source.PULL: "pulled",
    Source.HISTORY: "from history",
    Source.PUSH: "pushed meanwhile",
}


def _session_line(session: SessionReport) -> str:
    parts = [
        session.end_reason.name,
        f"{session.saved:,} pulled",
        f"{session.filled:,} from history",
        of(session.duplicates, "duplicate"),
        of(len(session.pulled) + len(session.history), "page"),
    ]
    if session.unreadable:
        parts.append(f"{session.unreadable:,} unreadable")
    return f"{session.session_id}: {', '.join(parts)}"


@contextmanager
def progress(*, lines: bool = True) -> Iterator[OnProgress]:
    """Show how far a catch-up has got: a bar on a terminal; elsewhere plain lines, or (`lines` False) nothing."""
    if not sys.stdout.isatty():
        yield _lines() if lines else lambda _: None
        return
    try:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar
    except ImportError:
        yield _lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task("catching up", total=None)
        yield lambda now: bar.update(
            task,
            description=f"{now.sessions_done} of {of(now.sessions, 'session')}",
            completed=now.saved,
            total=now.expected,
        )


@contextmanager
def transferring(action: str) -> Iterator[OnTransfer]:
    """Show how much of a file is transferred: a bar on a terminal, elsewhere nothing."""
    if not sys.stdout.isatty():
        yield lambda _, __: None
        return
    try:
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar
    except ImportError:
        yield lambda _, __: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task(action, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines() -> OnProgress:
    printed = 0

    def tell(now: Progress) -> None:
        nonlocal printed
        if now.pages >= printed + PAGES_PER_LINE:
            printed = now.pages
            print(f"{now.saved:,} of {now.expected:,} messages, {of(now.pages, 'page')}", flush=True)

    return tell
