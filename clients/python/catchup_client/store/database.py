"""Opening the SQLite file, and transactions on it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count

from catchup_client.errors import StoreError, StoreForeign, StoreLocked, StoreTooNew
from catchup_client.store.schema import APPLICATION_ID, SCHEMA, VERSION

Connect = Callable[[str], sqlite3.Connection]


def connect(path: str) -> sqlite3.Connection:
    """Open a connection without implicit transactions: each BEGIN and COMMIT is written where it happens."""
    # The event loop's thread may not be the one that constructed the client.
    return sqlite3.connect(path, isolation_level=None, timeout=0.5, check_same_thread=False)


class Database:
    """One SQLite file, locked while it is open: two processes with one store would undo each other's counts.

    Commits are durable against a power cut (`synchronous=FULL`), because the server deletes what was acked.
    Calls don't await: each blocks the event loop for about a millisecond, and no other task runs in between.
    """

    def __init__(self, path: str | os.PathLike[str], connect: Connect = connect) -> None:
        """Open or create the file.

        Raises StoreForeign, StoreTooNew, StoreLocked, or another StoreError if the file can't be opened.
        """
        self.path = os.fspath(path)
        try:
            self._connection = connect(self.path)
        except sqlite3.Error as error:
            raise StoreError(self.path, str(error)) from error
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise self._explain(error) from error
        except BaseException:
            self._connection.close()
            raise

    def _explain(self, error: sqlite3.DatabaseError) -> StoreError:
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_NOTADB:
            return StoreForeign(self.path)
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return StoreLocked(self.path)
        return StoreError(self.path, str(error))

    def _open(self) -> None:
        run = self._connection.execute
        self._check_owner()
        run("PRAGMA locking_mode = EXCLUSIVE")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        version: int = run("PRAGMA user_version").fetchone()[0]
        if 0 < version < VERSION:
            self.keep_copy()
        with self.transaction():
            if version < VERSION:
                tables = run("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
                for (table,) in tables.fetchall():
                    run(f'DROP TABLE "{table}"')
                self._run_script(SCHEMA)
                run(f"PRAGMA application_id = {APPLICATION_ID}")
            # Written each time, because only a write takes the exclusive lock.
            run(f"PRAGMA user_version = {VERSION}")

    def _check_owner(self) -> None:
        run = self._connection.execute
        owner: int = run("PRAGMA application_id").fetchone()[0]
        version: int = run("PRAGMA user_version").fetchone()[0]
        tables: int = run("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if owner != APPLICATION_ID and (owner or version or tables):
            raise StoreForeign(self.path)
        if version > VERSION:
            raise StoreTooNew(self.path, f"schema {version}, this version knows {VERSION}")

    def _run_script(self, script: str) -> None:
        # Not executescript(): that one commits first, and the schema must appear as a whole or not at all.
        lines = (line.partition("--")[0] for line in script.splitlines())
        for statement in "\n".join(lines).split(";"):
            if statement.strip():
                self._connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block's statements as one: all of them happen, or none."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise

    def keep_copy(self) -> str:
        """Copy the store into a new file beside it; return its path, "" for a store in memory.

        The copy is on the disk when this returns. If it can't be made, raises StoreError and leaves no file.
        """
        if self.path in {"", ":memory:"}:
            return ""
        path = next(path for number in count(1) if not os.path.exists(path := f"{self.path}.old-{number}"))
        try:
            self._connection.execute("VACUUM INTO ?", (path,))
            _sync(path)
            _sync(os.path.dirname(os.path.abspath(path)))
        except (sqlite3.Error, OSError) as error:
            with suppress(OSError):
                os.remove(path)
            raise StoreError(self.path, f"it could not be copied to {path}: {error}") from error
        return path

    @property
    def reading(self) -> sqlite3.Connection:
        """The connection, for a single SELECT."""
        return self._connection

    def close(self) -> None:
        """Close the file; what was committed stays."""
        self._connection.close()


def _sync(path: str) -> None:
    """Wait until a file or a folder is on the disk, because SQLite doesn't wait for a copy."""
    if os.name != "posix" and os.path.isdir(path):  # Windows can't open folders, and doesn't need it
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
