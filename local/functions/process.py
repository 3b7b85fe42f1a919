"""One process of a function: AWS's own Python runtime, started as Lambda starts it."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from local.functions.invocation import Invocation
from local.functions.runtime_api import RuntimeApi
from local.specs import FunctionSpec

if TYPE_CHECKING:
    from local.functions.pool import FunctionPool

logger = logging.getLogger(__name__)
# The output of functions. Its log level is separate from the level of the stack's own messages.
function_output = logging.getLogger("local.function")

# Lambda's limit is 256 KB a line in CloudWatch.
MAX_LOG_LINE_BYTES = 1024 * 1024


class FunctionProcess:
    """A process that works on one invocation at a time.

    Attributes:
        ready: whether it has ever asked for work, which shows that its handler is imported.
        invocation: the current invocation, if there is one.
        killed: whether it is being ended; then it takes no more work.
        init_error: type and message of the error if the handler could not be imported.
    """

    def __init__(
        self, spec: FunctionSpec, environment: Mapping[str, str], pool: "FunctionPool", idle_seconds: float
    ) -> None:
        self.ready = False
        self.invocation: Invocation | None = None
        self.init_error: tuple[str, str] = ("Runtime.ExitError", "the process ended before its handler was imported")
        self._spec = spec
        self._environment = environment
        self._pool = pool
        self._idle_seconds = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._assigned: asyncio.Future[Invocation] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.killed = False
        self._task = asyncio.create_task(self._run(), name=f"{spec.logical_id} process")

    def assign(self, invocation: Invocation) -> None:
        """Gives the waiting process its next invocation, which has to end within the function's timeout."""
        assert self._assigned is not None
        self.invocation = invocation
        self._set_timer(self._spec.timeout_seconds, self._time_is_up)
        self._assigned.set_result(invocation)
        self._assigned = None

    async def next_invocation(self) -> Invocation:
        """Waits for work and returns it. The call also shows that the process is ready."""
        self.ready = True
        self._assigned = asyncio.get_running_loop().create_future()
        assigned = self._assigned
        self._set_timer(self._idle_seconds, self.kill)
        self._pool.is_ready(self)
        return await assigned

    def ended(self, request_id: str) -> Invocation | None:
        """Takes the current invocation away from the process; None if `request_id` is not the current one."""
        invocation = self.invocation
        if invocation is None or invocation.request_id != request_id:
            return None
        self.invocation = None
        self._stop_timer()
        return invocation

    def kill(self) -> None:
        """Ends the process and all that it has started, at once."""
        self.killed = True
        if self._process is not None and self._process.returncode is None:
            self._kill_group(self._process.pid)

    async def wait(self) -> None:
        """Waits until the process has ended."""
        await asyncio.shield(self._task)

    async def _run(self) -> None:
        api = RuntimeApi(self)
        try:
            await api.start()
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "awslambdaric", self._spec.handler),
                cwd=self._spec.code_dir,
                env={**self._environment, "AWS_LAMBDA_RUNTIME_API": api.address},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                limit=MAX_LOG_LINE_BYTES,
                # Ctrl-C in the terminal must reach only the stack, which ends its processes itself.
                start_new_session=True,
            )
            if self.killed:  # while it was being started
                self.kill()
            assert self._process.stdout is not None
            printing = asyncio.create_task(self._print(self._process.stdout))
            status = await self._process.wait()
            self._kill_group(self._process.pid)  # child processes that it left, which could keep its output open
            await printing
            if self.invocation is not None:
                self.invocation.fail("Runtime.ExitError", f"Runtime exited with status {status}")
        except OSError as error:
            self.init_error = ("Runtime.InvalidEntrypoint", str(error))
        finally:
            self._stop_timer()
            if self._assigned is not None:
                self._assigned.cancel()
            await api.close()
            self._pool.has_ended(self)

    async def _print(self, output: asyncio.StreamReader) -> None:
        """Logs the function's output, with the function's name before each line."""
        while True:
            try:
                line = await output.readline()
            except ValueError:
                continue  # longer than MAX_LOG_LINE_BYTES: readline has dropped it
            if not line:
                return
            # The runtime joins the lines of a stack trace with \r, indented by no-break spaces, into one log event.
            for part in line.decode(errors="replace").rstrip("\n").replace("\xa0", " ").split("\r"):
                function_output.info("%s | %s", self._spec.logical_id, part)

    def _time_is_up(self) -> None:
        if self.invocation is not None:
            text = f"Task timed out after {self._spec.timeout_seconds:.2f} seconds"
            function_output.info("%s | %s %s", self._spec.logical_id, self.invocation.request_id, text)
            self.invocation.fail("Sandbox.Timedout", text)
            self.kill()

    def _set_timer(self, seconds: float, action: Callable[[], None]) -> None:
        self._stop_timer()
        self._timer = asyncio.get_running_loop().call_later(seconds, action)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    @staticmethod
    def _kill_group(leader: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)
