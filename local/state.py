"""What a running stack leaves for other commands: its address, the secret of tokens, what its functions see."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local.errors import LocalStackError


@dataclass(frozen=True)
class State:
    """A running stack.

    `pid` is its process; without `jwt_secret` an issuer signs tokens; `functions` are the variables that each function
    sees, by logical id: with them another program reaches the same tables, queues and connections.
    """

    url: str
    jwt_secret: str
    pid: int
    functions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def write_state(state: State, path: Path) -> None:
    """Only the person who runs the stack can read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(state), file)


def read_state(path: Path) -> State:
    """The running stack. Raises LocalStackError if there is none."""
    try:
        state = State(**json.loads(path.read_text(encoding="utf-8")))
        os.kill(state.pid, 0)
    except (OSError, ValueError, TypeError):
        raise LocalStackError("no local stack is running: start one with `make run`") from None
    return state


def remove_state(path: Path) -> None:
    """The stack has ended."""
    path.unlink(missing_ok=True)
