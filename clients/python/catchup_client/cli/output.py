"""What the command line prints: plain lines, and a progress bar if there is a terminal for it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from catchup_client.catch_up_many import OnProgress
from catchup_client.errors import CatchupError
from catchup_client.events import LoginReport, StartedAnew
from catchup_client.protocol.model import Message
from catchup_client.reports import CatchUpReport, Progress, SessionReport

PAGES_PER_LINE = 20
"""Without a terminal, a line of progress is printed for so many pages."""

ZERO_WIDTH_JOINER = "\u200d"
"""Not printable by itself, but what holds many emoji together."""


class NotAnsweredInTime(CatchupError):
    """The server hasn't answered a command in time. What it asks for may be done nevertheless."""

    def __init__(self, action: str, seconds: float, look_with: str) -> None:
        super().__init__(action, seconds, look_with)
        self.action = action
        self.seconds = seconds
        self.look_with = look_with

    def __str__(self) -> str:
        return (
            f"{self.action} was not answered within {self.seconds:g} s: "
            f"look with `{self.look_with}` whether it was done"
        )


def printable(text: str) -> str:
    r"""Escape what could move the cursor or hide text: a message must not take over the reader's terminal.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(
        char if char.isprintable() or char == ZERO_WIDTH_JOINER else char.encode("unicode_escape").decode()
        for char in text
    )


def message_line(message: Message) -> str:
    """Write a message in one line."""
    text = message.content.get("message")
    if not isinstance(text, str) or len(message.content) > 1:
        text = json.dumps(message.content, ensure_ascii=False)
    return f"{message.session_id} #{message.seq} {message.sender}: {printable(text)}"


def login_line(login: LoginReport) -> str:
    """Write what a login has brought in one line."""
    return (
        f"login: {_of(login.frames, 'frame')}, {login.bytes:,} bytes, {login.seconds * 1000:.0f} ms, "
        f"{_of(login.sessions, 'session')}, {login.unread:,} new"
    )


def anew_line(anew: StartedAnew) -> str:
    """Write in one line that the store has started anew, and where it is kept as it was."""
    kept = f"; what was stored here is kept in {printable(anew.set_aside)}" if anew.set_aside else ""
    return f"started anew: the server's data is not what this store was filled from{kept}"


def report_lines(report: CatchUpReport) -> Iterator[str]:
    """Write what a catch-up has done, a line per session and a summary."""
    for session in report.sessions.values():
        yield _session_line(session)
    if report.pages:
        p50, p99 = (report.page_seconds(quantile) * 1000 for quantile in (0.5, 0.99))
        yield f"{_of(len(report.pages), 'page')}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, {report.bytes:,} bytes"
    yield (
        f"caught up: {_of(report.saved, 'message')} saved, {_of(report.duplicates, 'duplicate')} dropped, "
        f"{report.seconds:.2f} s"
    )


def _session_line(session: SessionReport) -> str:
    parts = [
        session.end_reason.name,
        f"{session.saved:,} pulled",
        f"{session.filled:,} from history",
        _of(session.duplicates, "duplicate"),
        _of(len(session.pulled) + len(session.history), "page"),
    ]
    if session.unreadable:
        parts.append(f"{session.unreadable:,} unreadable")
    return f"{session.session_id}: {', '.join(parts)}"


def _of(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


@contextmanager
def progress() -> Iterator[OnProgress]:
    """Show how far a catch-up has got: a bar on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield _lines()
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
            description=f"{now.sessions_done} of {_of(now.sessions, 'session')}",
            completed=now.saved,
            total=now.expected,
        )


def _lines() -> OnProgress:
    printed = 0

    def tell(now: Progress) -> None:
        nonlocal printed
        if now.pages >= printed + PAGES_PER_LINE:
            printed = now.pages
            print(f"{now.saved:,} of {now.expected:,} messages, {_of(now.pages, 'page')}", flush=True)

    return tell
