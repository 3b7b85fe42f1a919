"""The output of the demo."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from catchup_client import LoginReport, SessionState
from demo.check import CheckResult
from demo.group_check import SESSION
from demo.group_plan import GroupPlan
from demo.old_way import OldWay
from demo.plan import Plan

# More rows would push the rest of the story off the screen.
ROWS = 10


class Show:
    """Tells the story on a terminal, or as plain lines into a pipe."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def starting(self, engine: str) -> None:
        """Says that the stack starts."""
        self._console.print(f"A fresh local stack: template.yaml, the real functions, DynamoDB by {engine}.")

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        """Shows a progress bar and yields a function that sets how much is done."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console) as bar:
            task = bar.add_task(title, total=total)
            yield lambda done: bar.update(task, completed=done)

    def written(self, friends: Plan, group: GroupPlan, seconds: float) -> None:
        """Says that the waiting messages have been written in bulk."""
        self._console.print(
            f"A group of {group.members:,} is there, and {friends.sessions} friends have left Bob {friends.messages:,} "
            f"messages (their rows were written in bulk, in {seconds:.1f} s)."
        )

    def two_logins(self, old: OldWay, new: LoginReport, on_screen: int) -> None:
        """Shows what Bob's device received before its first screen, the old way and with Catchup."""
        table = Table(title="Bob comes back: before his first screen", title_justify="left")
        for heading in ("", "the old way", "Catchup"):
            table.add_column(heading, justify="right" if heading else "left")
        table.add_row("messages sent to his phone", f"{old.messages:,}", f"[bold]{on_screen:,}[/]")
        table.add_row("frames", f"{old.frames:,}", f"[bold]{new.frames:,}[/]")
        table.add_row("bytes", f"{old.bytes:,}", f"[bold]{new.bytes:,}[/]")
        table.add_row("time", f"{old.seconds * 1_000:,.0f} ms", f"[bold]{new.seconds * 1_000:,.0f} ms[/]")
        self._console.print(table)
        self._console.print("The old way pushes all that waits. With ten times as many, Catchup's login is the same.")

    def first_screen(self, sessions: Sequence[SessionState], group: GroupPlan) -> None:
        """Shows Bob's red dots and their sum."""
        table = Table(title="Bob's first screen", title_justify="left", show_footer=True)
        total = sum(session.unread for session in sessions)
        table.add_column("session", footer="all unread")
        table.add_column("unread", justify="right", footer=f"[red]● {total:,}[/]")
        shown, others = sessions[:ROWS], sessions[ROWS:]
        for session in shown:
            name = f"The group of {group.members:,}" if session.session_id == SESSION else session.session_id
            table.add_row(name, f"[red]● {session.unread:,}[/]")
        if others:
            table.add_row(f"… and {len(others)} more", f"[red]● {sum(each.unread for each in others):,}[/]")
        self._console.print(table)
        self._console.print(
            f"With {group.own} of his own in the group and the change that added him, which are never unread,"
            f" {total + group.own + group.changes:,} wait."
        )

    def result(self, result: CheckResult) -> None:
        """Shows whether all is right, or the first mistakes."""
        for mistake in result.mistakes[:ROWS]:
            self._console.print(f"[bold red]wrong:[/] {mistake}")
        if result.is_right:
            self._console.print("Everything that was sent has arrived, once, in order, and was counted right.")
