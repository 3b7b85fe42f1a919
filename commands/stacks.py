"""Finds the stacks that run on this machine. Each writes a file, named by its port, for other commands.

A file has the stack's address, the secret of its tokens, and the environment of its functions. With these a program
reaches the same tables, queues and connections.
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(__file__).resolve().parent.parent / ".local"
# On the same machine a listening socket answers at once.
LOOK_SECONDS = 1.0


class StackNotFound(Exception):
    """No stack runs, or several run. The text is one line that says what to do."""


@dataclass(frozen=True)
class State:
    """A running stack.

    `pid` is its process. If `jwt_secret` is empty, an issuer signs the tokens. `functions` has the environment
    variables of each function, by logical id.
    """

    url: str
    jwt_secret: str
    pid: int
    functions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """The port of the gateway."""
        return urlsplit(self.url).port or 0

    @property
    def runs(self) -> bool:
        """Whether its process exists and answers on the port. The port is checked because process ids are reused."""
        try:
            os.kill(self.pid, 0)
            socket.create_connection((urlsplit(self.url).hostname or "", self.port), LOOK_SECONDS).close()
        except (OSError, OverflowError):
            return False
        return True


def file_of(port: int, folder: Path = FOLDER) -> Path:
    """The file with the state of the stack on this port."""
    return folder / f"stack-{port}.json"


def write_state(state: State, path: Path) -> None:
    """Writes the stack's file, readable only by its user. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(state), file)


def remove_state(path: Path, pid: int) -> None:
    """Removes the file of this process's stack. A file that another stack has written since then stays."""
    state = _read(path)
    if state is not None and state.pid == pid:
        path.unlink(missing_ok=True)


def find_stack(*, path: Path | None = None, port: int | None = None, folder: Path = FOLDER) -> State:
    """Finds a running stack: by the name of its file, or by its port, or the only one.

    Raises StackNotFound.
    """
    if path is not None:
        state = _read(path)
        if state is None or not state.runs:
            raise StackNotFound(f"no local stack is running that wrote {path}: start one with `make run`")
        return state
    running = running_stacks(folder)
    if not running:
        raise StackNotFound("no local stack is running: start one with `make run`")
    ports = " and ".join(str(each.port) for each in running)
    if port is not None:
        for each in running:
            if each.port == port:
                return each
        raise StackNotFound(f"no local stack is running on port {port}, only on {ports}: say --port")
    if len(running) > 1:
        raise StackNotFound(f"{len(running)} local stacks are running, on ports {ports}: say which with --port")
    return running[0]


def running_stacks(folder: Path = FOLDER) -> list[State]:
    """All running stacks, by port."""
    states = [state for path in folder.glob("stack-*.json") if (state := _read(path)) is not None]
    return sorted((state for state in states if state.runs), key=lambda state: state.port)


def _read(path: Path) -> State | None:
    """Reads a state; None if the file is missing or unreadable."""
    try:
        state = State(**json.loads(path.read_text(encoding="utf-8")))
        return state if isinstance(state.pid, int) and state.port else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None
