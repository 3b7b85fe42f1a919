"""Calls that do not depend on one another go out together.

A client's time to an answer is the number of *sequential* calls; what runs beside another call is free of waiting.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, Protocol

# A `clear` of 50 sessions goes out in two rounds. Threads cost memory only while they work.
MAX_PARALLEL_CALLS = 25


class Concurrency(Protocol):
    """Runs tasks side by side. All have ended when it returns; the first error, in task order, is raised then."""

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """The results, in task order."""


class Threads:
    """A pool that is made at first use: most invocations have nothing to run side by side."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """The results, in task order.

        The calling thread takes the last task itself: two tasks need one other thread, and a last task that runs tasks
        of its own can't wait for a pool that waits for it.
        """
        if not tasks:
            return []
        *others, last = tasks
        if not others:
            return [last()]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(MAX_PARALLEL_CALLS, thread_name_prefix="call")
        futures = [self._pool.submit(task) for task in others]
        try:
            result = last()
        finally:
            wait(futures)
        return [*(future.result() for future in futures), result]
