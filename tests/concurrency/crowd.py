"""People who do things at the same moment, and what must be true when they have come to rest."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from tests.support.world import Phone, World

T = TypeVar("T")
# A task that hangs fails its test, not the whole run.
PATIENCE_SECONDS = 60


class SharedMeter(Counter[str]):
    """A Meter for many threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def count(self, name: str, value: int = 1) -> None:
        with self._lock:
            self[name] += value


def together(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """Runs the tasks in a thread each, all let go at once; their results in order. Raises the first error."""
    waiting = list(tasks)
    start = threading.Barrier(len(waiting))

    def at_once(task: Callable[[], T]) -> T:
        start.wait(PATIENCE_SECONDS)
        return task()

    with ThreadPoolExecutor(len(waiting)) as pool:
        futures = [pool.submit(at_once, task) for task in waiting]
        return [future.result(PATIENCE_SECONDS) for future in futures]


def times(count: int, task: Callable[[], T]) -> Callable[[], list[T]]:
    """A task that does it again and again."""
    return lambda: [task() for _ in range(count)]


def session_of(one: str, other: str) -> str:
    """The id of their session."""
    return "p:" + ":".join(sorted((one, other)))


def history(phone: Phone, session: str) -> list[dict[str, Any]]:
    """All messages of a session, oldest first."""
    found: list[dict[str, Any]] = []
    while True:
        page = phone.ok("history", sessionId=session, limit=100, after=found[-1]["seq"] if found else 0)
        found += page["messages"]
        if page["end"]:
            return found


def received(world: World, uid: str, session: str) -> int:
    """How many messages the person has been sent in the session."""
    counters = world.phone(uid, "auditor").ok("counters", sessionIds=[session])["counters"]
    number: int = counters[session]["received"]
    return number


def waiting(world: World, uid: str, session: str) -> list[int]:
    """The seqs in the person's offline store."""
    rows = [row["key"]["S"].rpartition("#") for row in world.rows("Inbox") if row["uid"]["S"] == uid]
    return sorted(int(seq) for of, _, seq in rows if of == session)


def assert_dense(messages: Sequence[dict[str, Any]]) -> None:
    """1, 2, 3, … and each msgId once."""
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    assert len({(message["from"], message["msgId"]) for message in messages}) == len(messages)
