"""Work that must begin again if the server has another data set."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Works:
    """Runs work that reads the store and then asks the server; begins it again if the server has another data set.

    Otherwise the work could send the new data set an ack that it has read from the old one, and the server would
    delete messages that this device never got.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do the work and return its result; begin it again each time it was cancelled by `begin_anew`."""
        while True:
            task = asyncio.ensure_future(begin())
            self._running.add(task)
            try:
                await asyncio.wait({task})
            finally:
                given_up = task not in self._running
                self._running.discard(task)
                if not task.done():
                    task.cancel()
                    await asyncio.wait({task})
            if not (given_up and task.cancelled()):
                return task.result()

    def begin_anew(self) -> None:
        """Cancel all running work; `run` then begins it again."""
        for task in self._running:
            task.cancel()
        self._running.clear()
