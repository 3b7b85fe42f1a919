"""Runs a function in AWS's own runtime interface emulator, as `sam local invoke` does, but without a container.

The emulator comes with the SAM CLI (`make .tools/sam/bin/sam`), and runs on Linux.
"""

import contextlib
import http.client
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from local.json_types import Json
from local.ports import free_ports

SAM_TOOL = Path(__file__).parents[1] / ".tools" / "sam"
# Source: the emulator's README, "Test an image without adding RIE to the image".
INVOCATIONS = "/2015-03-31/functions/function/invocations"
# Long, for a busy machine. An emulator that fails ends at once, which is noticed.
START_SECONDS = 60.0
# Another program may take a free port before the emulator does.
STARTS = 3
READY_SECONDS = 5.0
STOP_SECONDS = 5.0


class EmulatorFailed(Exception):
    """The emulator is missing, did not start, or gave no answer. The text has its output."""


def emulator_binary() -> Path:
    """The emulator for this machine's architecture. Raises EmulatorFailed if the SAM CLI is not there."""
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    found = sorted(SAM_TOOL.glob(f"lib/python3*/site-packages/samcli/local/rapid/aws-lambda-rie-{architecture}"))
    if not found:
        raise EmulatorFailed(f"no runtime interface emulator in {SAM_TOOL}: run make .tools/sam/bin/sam")
    return found[-1]


class RuntimeEmulator:
    """One sandbox of one function: `with RuntimeEmulator("app.handler", folder, environment) as sandbox`.

    As on Lambda, its runtime process imports the handler once, but here it does so at the first invocation.

    Args:
        handler: `module.function`, as in the template.
        code_dir: the folder that is /var/task on Lambda, where `module` is.
        environment: all variables of the function, except those that the emulator sets. PYTHONPATH has the layers'
            folders; the interpreter must find awslambdaric.
        python: the interpreter.
    """

    def __init__(
        self, handler: str, code_dir: Path, environment: Mapping[str, str], *, python: str = sys.executable
    ) -> None:
        self._handler = handler
        self._code_dir = code_dir
        self._environment = environment
        self._python = python
        self._exits = contextlib.ExitStack()

    def __enter__(self) -> "RuntimeEmulator":
        for start in range(1, STARTS + 1):
            try:
                return self._started()
            except EmulatorFailed:
                if start == STARTS:
                    raise
        raise AssertionError("unreachable")

    def _started(self) -> "RuntimeEmulator":
        # Its Runtime API needs a separate port too, or two emulators could not run at once.
        self._port, runtime_port = free_ports(2)
        self._output = self._exits.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        self._process = subprocess.Popen(
            [
                *(emulator_binary(), "--log-level", "error"),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"),
                *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
                *(self._python, "-m", "awslambdaric", self._handler),
            ],
            cwd=self._code_dir,
            env=dict(self._environment),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            # The runtime has its own process group; they share only the session.
            start_new_session=True,
        )
        self._exits.callback(self._stop)
        try:
            self._wait_until_it_answers()
        except BaseException:
            self._exits.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()

    def invoke(self, event: Json, timeout_seconds: float = 60.0) -> Json:
        """Invokes the function and returns the handler's answer; if it raised, {"errorMessage", "errorType", …}.

        Raises EmulatorFailed if there is no answer within `timeout_seconds`, or if the answer is not JSON.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout_seconds)
        with contextlib.closing(connection):
            try:
                connection.request("POST", INVOCATIONS, json.dumps(event), {"Content-Type": "application/json"})
                return json.loads(connection.getresponse().read())
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise EmulatorFailed(f"{self._handler}: no answer: {error!r}\n{self.output()}") from error

    @property
    def runtime_pid(self) -> int:
        """The id of the process that imports and runs the handler. It exists from the first invocation on.

        Raises EmulatorFailed if there is none.
        """
        for pid in self._session():
            if pid != self._process.pid and _parent_and_session(pid)[0] == self._process.pid:
                return pid
        raise EmulatorFailed(f"{self._handler} has no runtime process\n{self.output()}")

    def output(self) -> str:
        """The output of the emulator and the function so far: logs, and a REPORT line for each invocation."""
        # Not read(): the processes write at the same offset.
        return os.pread(self._output.fileno(), 1_000_000, 0).decode(errors="replace")

    def _wait_until_it_answers(self) -> None:
        """Waits until the emulator answers. It opens its port earlier, and may reset early connections."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=READY_SECONDS)
            with contextlib.closing(connection):
                try:
                    # This path does not exist in the emulator, so it starts no runtime.
                    connection.request("GET", "/")
                    connection.getresponse().read()
                except (OSError, http.client.HTTPException):
                    time.sleep(0.01)
                else:
                    return
        raise EmulatorFailed(f"the runtime interface emulator did not start\n{self.output()}")

    def _stop(self) -> None:
        """Ends the emulator, which ends its runtime, and then all other processes of the session."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        for pid in self._session():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def _session(self) -> list[int]:
        """The processes of the emulator's session."""
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if _parent_and_session(pid)[1] == self._process.pid]


def _parent_and_session(pid: int) -> tuple[int, int]:
    """Parent and session of a process; (0, 0) if it has ended or is a zombie. Source: proc(5), /proc/pid/stat."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return (0, 0) if fields[0] == "Z" else (int(fields[1]), int(fields[3]))
