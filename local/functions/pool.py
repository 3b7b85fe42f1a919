"""The processes of one function: one for each concurrent invocation, up to a limit."""

import logging
from collections import deque
from collections.abc import Mapping
from typing import Any

from local.functions.invocation import Invocation
from local.functions.process import FunctionProcess
from local.json_types import Json
from local.specs import FunctionSpec

logger = logging.getLogger(__name__)


class FunctionPool:
    """Runs a function's invocations. A process handles one invocation at a time.

    An invocation that finds no free process starts one (a cold start), until there are `max_processes`. After that,
    invocations wait, first come, first served.
    """

    def __init__(
        self, spec: FunctionSpec, environment: Mapping[str, str], max_processes: int, idle_seconds: float
    ) -> None:
        self._spec = spec
        self._environment = environment
        self._max_processes = max_processes
        self._idle_seconds = idle_seconds
        self._waiting: deque[Invocation] = deque()
        self._processes: list[FunctionProcess] = []
        self._idle: list[FunctionProcess] = []
        self._closed = False

    async def invoke(self, event: Mapping[str, Any]) -> Json:
        """Runs an invocation and returns the handler's answer. Raises FunctionFailed."""
        invocation = Invocation(self._spec, event)
        self._waiting.append(invocation)
        self._distribute()
        return await invocation.answer

    async def kill(self) -> int:
        """Ends all processes at once, even busy ones, and returns how many there were."""
        processes = list(self._processes)
        for process in processes:
            process.kill()
        for process in processes:
            await process.wait()
        return len(processes)

    async def close(self) -> None:
        """Ends all processes for good."""
        self._closed = True
        while self._waiting:
            self._waiting.popleft().fail("Runtime.ExitError", "the local stack is being stopped")
        while self._processes:
            await self.kill()

    def is_ready(self, process: FunctionProcess) -> None:
        """The process asks for work."""
        self._idle.append(process)
        self._distribute()

    def has_ended(self, process: FunctionProcess) -> None:
        """The process has ended, with its invocation if it had one."""
        self._processes.remove(process)
        if process in self._idle:
            self._idle.remove(process)
        # Each failed start ends one invocation; otherwise a handler that can't be imported would be started for ever.
        if not process.ready and self._waiting:
            self._waiting.popleft().fail(*process.init_error)
        self._distribute()

    def _distribute(self) -> None:
        self._idle = [process for process in self._idle if not process.killed]
        while self._waiting and self._idle:
            # Takes the process that was busy last, so that the others stay idle and are ended.
            self._idle.pop().assign(self._waiting.popleft())
        # Processes that will soon ask for work: they are starting, or have just answered.
        coming = sum(each.invocation is None and not each.killed for each in self._processes) - len(self._idle)
        room = self._max_processes - len(self._processes)
        if not self._closed:
            for _ in range(min(len(self._waiting) - coming, room)):
                logger.debug("%s: cold start", self._spec.logical_id)
                process = FunctionProcess(self._spec, self._environment, self, self._idle_seconds)
                self._processes.append(process)
