"""The stacks that run on this machine: each leaves a file, by its port, in which other commands find it.

A file has the stack's address, the secret of tokens, and what its functions see: with that, a program reaches the same
tables, queues and connections.
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(__file__).resolve().parent.parent / ".local"
# On this machine a listening socket answers at once.
LOOK_SECONDS = 1.0


class StackNotFound(Exception):
    """No stack runs, or several do; the text is one line and says what to do."""


@dataclass(frozen=True)
class State:
    """A running stack.

    `pid` is its process; without `jwt_secret` an issuer signs tokens; `functions` are the variables that each function
    sees, by logical id.
    """

    url: str
    jwt_secret: str
    pid: int
    functions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """The gateway's."""
        return urlsplit(self.url).port or 0

    @property
    def runs(self) -> bool:
        """Whether its process is there, and answers on its port: another process may have got its number since."""
        try:
            os.kill(self.pid, 0)
            socket.create_connection((urlsplit(self.url).hostname or "", self.port), LOOK_SECONDS).close()
        except (OSError, OverflowError):
            return False
        return True


def file_of(port: int, folder: Path = FOLDER) -> Path:
    """Where the stack on this port leaves its state."""
    return folder / f"stack-{port}.json"


def write_state(state: State, path: Path) -> None:
    """Only the person who runs the stack can read it. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(state), file)


def remove_state(path: Path, pid: int) -> None:
    """The stack of this process has ended. A file that another one has written since stays."""
    state = _read(path)
    if state is not None and state.pid == pid:
        path.unlink(missing_ok=True)


def find_stack(*, path: Path | None = None, port: int | None = None, folder: Path = FOLDER) -> State:
    """The stack that runs: the one whose file is named, or the one on this port, or the only one.

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
    """All that run, by port."""
    states = [state for path in folder.glob("stack-*.json") if (state := _read(path)) is not None]
    return sorted((state for state in states if state.runs), key=lambda state: state.port)


def _read(path: Path) -> State | None:
    """A state; None if there is none, or it can't be read."""
    try:
        state = State(**json.loads(path.read_text(encoding="utf-8")))
        return state if isinstance(state.pid, int) and state.port else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None
