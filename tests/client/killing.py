"""Killing a client at the n-th contact with its database or its socket, as `kill -9` would."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from catchup_client import Client, Encoding, Settings, Store
from tests.client.fake_server import FakeServer, token
from tests.client.support import QuickConnection
from tests.client.virtual_time import run, timing


class Killed(BaseException):
    """The process doesn't exist any more. Not an Exception: no handler of the client may survive it."""


class Killer:
    """Counts contacts; at the chosen one, and at every one after it, the process is dead."""

    def __init__(self, at: int | None = None) -> None:
        self.contacts = 0
        self.last = ""
        self._at = at
        self.dead = asyncio.Event()

    def touch(self, what: str) -> None:
        """Be told of a contact."""
        if self.dead.is_set():
            raise Killed
        self.contacts += 1
        self.last = what
        if self.contacts == self._at:
            self.dead.set()
            raise Killed


class MortalConnection(QuickConnection):
    """A database connection whose every statement may be the last."""

    touch: Callable[[str], None]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        self.touch(f"before {sql}")
        cursor = super().execute(sql, parameters)
        if sql == "COMMIT":
            self.touch("after COMMIT")
        return cursor

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        self.touch(f"before {sql}")
        return super().executemany(sql, parameters)

    def rollback(self) -> None:
        """Do nothing: a dead process rolls nothing back; SQLite does when the file is opened again."""


PARTS = 4
"""So many tests share the contacts of one day among them, for more processes than one to run."""


def kill_at_every_contact(
    day: Callable[[int | None, Path], Coroutine[Any, Any, int]], folder: Path, at_least: int, part: int
) -> None:
    """Live through the day once, and then be killed at each of this part's contacts, each time with a folder of its
    own. `day` returns how many there were; `at_least`: with fewer of them the day shows nothing.
    """

    def lived(at: int | None) -> int:
        path = folder / str(at)
        path.mkdir()
        return run(day(at, path), expected=Killed)

    contacts = lived(None)
    assert contacts > at_least
    for at in range(1 + part, contacts + 1, PARTS):
        try:
            lived(at)
        except BaseException as error:
            error.add_note(f"killed at contact {at} of {contacts}")
            raise


Scenario = Callable[[Client, FakeServer], Awaitable[None]]


async def live(server: FakeServer, path: Path, killer: Killer, scenario: Scenario, encoding: Encoding) -> None:
    """Run a client of bob's through a scenario, or until it is killed."""
    opened: list[MortalConnection] = []

    def connect(name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(name, isolation_level=None, timeout=0.0, factory=MortalConnection)
        connection.touch = killer.touch
        opened.append(connection)
        return connection

    async def process() -> None:
        store = Store(path, connect)
        async with Client(
            "ws://fake",
            token("bob"),
            store,
            encoding=encoding,
            settings=Settings(page_limit=2),
            timing=timing(),
            dial=server.dialer(killer.touch),
        ) as client:
            _check_acks(server, opened[0])
            await scenario(client, server)

    bystanders = asyncio.all_tasks()
    living = asyncio.create_task(process())
    dying = asyncio.create_task(killer.dead.wait())
    await asyncio.wait({living, dying}, return_when=asyncio.FIRST_COMPLETED)
    if killer.dead.is_set():
        remains = (asyncio.all_tasks() | {living}) - bystanders
        for task in remains:
            task.cancel()
        await asyncio.gather(*remains, return_exceptions=True)
        server.close_all()  # the platform notices
    else:
        dying.cancel()
        await living
    for name in ("delete", "clear"):
        server.state.__dict__.pop(name, None)
    for connection in opened:
        sqlite3.Connection.close(connection)  # what wasn't committed is gone


def _check_acks(server: FakeServer, connection: sqlite3.Connection) -> None:
    """Let the server check at each ack that what is named is saved, and at each clear that it is counted."""
    delete, clear = type(server.state).delete, type(server.state).clear
    rows = super(MortalConnection, connection).execute

    def checked_delete(uid: str, session_id: str, seqs: list[int], leave: int = 0) -> list[int]:
        for seq in seqs if uid == "bob" else ():
            found = rows("SELECT 1 FROM message WHERE session_id = ? AND seq = ?", (session_id, seq)).fetchone()
            assert found, f"{seq} was acked before it was saved"
        return delete(server.state, uid, session_id, seqs, leave)

    def checked_clear(uid: str, session_id: str, known: int) -> str:
        if uid == "bob":
            saved = rows("SELECT known FROM session WHERE session_id = ?", (session_id,)).fetchone()
            assert saved[0] >= known, f"{known} was cleared before it was counted"
        return clear(server.state, uid, session_id, known)

    server.state.delete = checked_delete  # type: ignore[method-assign]
    server.state.clear = checked_clear  # type: ignore[method-assign]
