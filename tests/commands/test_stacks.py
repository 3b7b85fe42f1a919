"""Commands find the stacks that run on this machine, and no others."""

import json
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands.stacks import StackNotFound, State, file_of, find_stack, remove_state, running_stacks, write_state

GONE = 2**22 + 1
"""More than any process's number."""


@contextmanager
def stack(folder: Path, pid: int | None = None) -> Iterator[State]:
    """What a stack is to others: a process that listens, and a file."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        state = State(f"ws://127.0.0.1:{port}/v1", f"secret of {port}", os.getpid() if pid is None else pid)
        write_state(state, file_of(port, folder))
        yield state


def test_the_only_one_needs_no_name(tmp_path: Path) -> None:
    with pytest.raises(StackNotFound, match="no local stack is running: start one with `make run`"):
        find_stack(folder=tmp_path / "none")
    with stack(tmp_path) as state:
        assert find_stack(folder=tmp_path) == state
        assert stat.S_IMODE(file_of(state.port, tmp_path).stat().st_mode) == 0o600


def test_one_of_several_is_found_by_its_port(tmp_path: Path) -> None:
    with stack(tmp_path) as one, stack(tmp_path) as two:
        first, second = sorted((one, two), key=lambda state: state.port)
        assert running_stacks(tmp_path) == [first, second]
        said = f"2 local stacks are running, on ports {first.port} and {second.port}: say which with --port"
        with pytest.raises(StackNotFound, match=said):
            find_stack(folder=tmp_path)
        for state in (one, two):
            assert find_stack(folder=tmp_path, port=state.port) == state
        with pytest.raises(StackNotFound, match=f"no local stack is running on port 1, only on {first.port} and "):
            find_stack(folder=tmp_path, port=1)
        assert find_stack(path=file_of(two.port, tmp_path), folder=tmp_path) == two


def test_what_a_stack_left_that_has_died_counts_for_nothing(tmp_path: Path) -> None:
    """Its process is gone, or another one has its number by now and does not listen."""
    with stack(tmp_path, pid=GONE):
        assert running_stacks(tmp_path) == []
    with stack(tmp_path) as state:
        pass
    assert running_stacks(tmp_path) == []
    with pytest.raises(StackNotFound, match=r"no local stack is running that wrote .*json: start one"):
        find_stack(path=file_of(state.port, tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"url": 3, "jwt_secret": "", "pid": 1}',
        '{"url": "ws://x:1/v1", "jwt_secret": "", "pid": "1"}',
    ],
)
def test_a_file_that_is_none_counts_for_nothing(tmp_path: Path, text: str) -> None:
    file_of(1, tmp_path).write_text(text)
    with stack(tmp_path) as state:
        assert find_stack(folder=tmp_path) == state


def test_a_number_of_a_process_that_cannot_be_counts_for_nothing(tmp_path: Path) -> None:
    file_of(1, tmp_path).write_text(json.dumps({"url": "ws://127.0.0.1:1/v1", "jwt_secret": "", "pid": 10**30}))
    assert running_stacks(tmp_path) == []


def test_a_stack_removes_its_own_file_only(tmp_path: Path) -> None:
    """Two that were given one file: the later one stays."""
    path = tmp_path / "stack.json"
    write_state(State("ws://127.0.0.1:1/v1", "", 2), path)
    remove_state(path, 1)
    assert path.exists()
    remove_state(path, 2)
    assert not path.exists()
