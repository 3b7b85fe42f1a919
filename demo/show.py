"""What a person sees of the demo."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from catchup_client import LoginReport, SessionState
from demo.check import Verdict

# More rows than this would push the rest of the story off the screen.
ROWS = 10


class Show:
    """Tells the story on a terminal, or as plain lines into a pipe."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def starting(self, engine: str) -> None:
        """The stack starts."""
        self._console.print(f"A fresh local stack: template.yaml, the real functions, DynamoDB by {engine}.")

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        """A progress bar; yields what sets how much is done."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console) as bar:
            task = bar.add_task(title, total=total)
            yield lambda done: bar.update(task, completed=done)

    def first_screen(self, login: LoginReport, waiting: int, sessions: Sequence[SessionState]) -> None:
        """What Bob has on his first screen, and what it took."""
        self._console.print(
            f"Bob logs in: his first screen took [bold]{login.bytes:,} bytes[/] in {login.frames} frame(s) "
            f"and [bold]{login.seconds * 1_000:.0f} ms[/], with {waiting:,} messages waiting."
        )
        table = Table("session", "unread")
        for session in sessions[:ROWS]:
            table.add_row(session.session_id, f"[red]● {session.unread}[/]")
        if len(sessions) > ROWS:
            table.add_row(f"… and {len(sessions) - ROWS} more", "")
        self._console.print(table)

    def verdict(self, verdict: Verdict) -> None:
        """How it went."""
        for mistake in verdict.mistakes[:ROWS]:
            self._console.print(f"[bold red]wrong:[/] {mistake}")
        if verdict.is_right:
            self._console.print("Everything that was sent has arrived, once, in order, and was counted right.")
