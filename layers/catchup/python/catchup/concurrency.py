"""Runs calls that do not depend on one another side by side.

The number of *sequential* calls decides how long a client waits; calls side by side add no waiting.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any, Protocol

# A `clear` of 50 sessions goes out in two rounds. Threads cost memory only while they work.
MAX_PARALLEL_CALLS = 25


class Concurrency(Protocol):
    """Runs tasks side by side. It returns when all have ended, and then raises the first error, in task order."""

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """The results, in task order."""


class Threads:
    """A thread pool, made at first use, since most invocations run nothing side by side."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._this_thread = threading.local()

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        """The results, in task order.

        The calling thread runs the last task itself, so two tasks need one other thread. Tasks started inside a task
        run one after another: if they waited for their own pool, it could deadlock.
        """
        if not tasks:
            return []
        *others, last = tasks
        if getattr(self._this_thread, "is_of_the_pool", False) or not others:
            return [outcome.result() for outcome in [_outcome(task) for task in tasks]]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(
                MAX_PARALLEL_CALLS, thread_name_prefix="call", initializer=self._mark_thread
            )
        # Each task gets this thread's context variables, such as the deadline.
        futures = [self._pool.submit(copy_context().run, task) for task in others]
        futures.append(_outcome(last))
        wait(futures)
        return [future.result() for future in futures]

    def _mark_thread(self) -> None:
        self._this_thread.is_of_the_pool = True


def _outcome(task: Callable[[], Any]) -> Future[Any]:
    """Runs a task in this thread and returns its outcome."""
    outcome: Future[Any] = Future()
    try:
        outcome.set_result(task())
    except Exception as error:  # noqa: BLE001  raised again where results are taken, as a future does
        outcome.set_exception(error)
    return outcome
