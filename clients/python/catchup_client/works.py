"""Work that depends on the data set: it reads the store, asks the server about that, and reads on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Works:
    """Runs such work; gives it up and begins it again when the server has another data set.

    Otherwise it would send what it has read from the old data set to the new one: an ack would then delete messages
    that this device never got.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do the work; begin it again each time it was given up."""
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
        """Give up all that is running; each work only cleans up."""
        for task in self._running:
            task.cancel()
        self._running.clear()
