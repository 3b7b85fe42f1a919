"""Work that reads the store, asks the server about it, and reads on: it holds for one data set only."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Works:
    """Such work, which is given up and begun again when the server has another data set.

    Else it would name to the new one what it has read of the old one: an ack would delete messages that nobody has.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do the work, from its beginning as often as that takes."""
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
        """Give up all that is running: none of it takes another step but to clean up."""
        for task in self._running:
            task.cancel()
        self._running.clear()
