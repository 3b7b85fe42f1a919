"""Calls that do not depend on one another go out together.

A client's time to an answer is the number of *sequential* calls; what runs beside another call is free of waiting.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
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
        self._this_thread = threading.local()

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """The results, in task order.

        The calling thread takes the last task itself: two tasks need one other thread. Tasks of a task run one after
        another: were they to wait for the pool that they are in, all of it could wait for itself.
        """
        if not tasks:
            return []
        *others, last = tasks
        if getattr(self._this_thread, "is_of_the_pool", False) or not others:
            return self._results([_outcome(task) for task in tasks])
        if self._pool is None:
            self._pool = ThreadPoolExecutor(
                MAX_PARALLEL_CALLS, thread_name_prefix="call", initializer=self._mark_thread
            )
        # Each with what holds here, such as the deadline.
        futures = [self._pool.submit(copy_context().run, task) for task in others]
        outcome = _outcome(last)
        wait(futures)
        return self._results([*futures, outcome])

    def _mark_thread(self) -> None:
        self._this_thread.is_of_the_pool = True

    @staticmethod
    def _results(outcomes: Sequence[Future[Any]]) -> Sequence[Any]:
        return [outcome.result() for outcome in outcomes]


def _outcome(task: Callable[[], Any]) -> Future[Any]:
    """What came of a task that has been run here."""
    outcome: Future[Any] = Future()
    try:
        outcome.set_result(task())
    except Exception as error:  # noqa: BLE001  raised again where results are taken, as a future does
        outcome.set_exception(error)
    return outcome
