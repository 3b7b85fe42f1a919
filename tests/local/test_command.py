"""`python -m local`: what a person sees, and what is left when it ends."""

import asyncio
import json
import os
import re
import signal
import socket as sockets
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
import websockets

from local.banner import SESSIONS
from local.errors import LocalStackError
from local.options import ROOT
from local.state import State, read_state, remove_state, write_state
from tests.local.support import MINI, gone, told


def command(*arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "local", *arguments]


@dataclass(frozen=True)
class Running:
    """A running `make run`, and what it has printed until it was ready."""

    process: "subprocess.Popen[str]"
    printed: str
    state_file: Path


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """`make run` of the small template; its state is in `folder`."""
    state_file = folder / "stack.json"
    arguments = ("--port", "0", "--template", str(MINI), "--state-file", str(state_file))
    with subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            lines: list[str] = []
            while not (lines and lines[-1].startswith("Ctrl-C")) and process.poll() is None:
                lines.append(process.stdout.readline())
            yield Running(process, "".join(lines), state_file)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A stack for the tests that only look."""
    with running(tmp_path_factory.mktemp("state")) as stack:
        yield stack


def test_it_prints_address_tokens_and_two_sessions_to_paste(made: Running) -> None:
    """Each connection is one line."""
    address = re.search(r"^Catchup runs at  (ws://127\.0\.0\.1:\d+/v1)$", made.printed, re.MULTILINE)
    assert address is not None
    for session in SESSIONS:
        token = re.search(rf"^token of {session.uid}: (\S+)$", made.printed, re.MULTILINE)
        assert token is not None
        line = f'npx wscat -c {address[1]} -s catchup.json.v1 -H "Authorization: Bearer {token[1]}"'
        assert line in made.printed.splitlines()
        for step in session.steps:
            assert step.frame in made.printed.splitlines()
            json.loads(step.frame)


def test_a_token_can_be_had_for_a_running_stack(made: Running) -> None:
    """`python -m local token`; the secret can be read by its owner only."""
    assert stat.S_IMODE(made.state_file.stat().st_mode) == 0o600
    arguments = ("--uid", "carol", "--device", "laptop", "--state-file", str(made.state_file))
    token = subprocess.run(command("token", *arguments), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    claims = jwt.decode(token.strip(), read_state(made.state_file).jwt_secret, algorithms=["HS256"])
    assert (claims["sub"], claims["deviceId"]) == ("carol", "laptop")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_everything_it_has_started(sent: signal.Signals, tmp_path: Path) -> None:
    """With status 0, and no state file."""
    with running(tmp_path) as stack:
        state = read_state(stack.state_file)
        headers = {"Authorization": f"Bearer {jwt.encode({'sub': 'a'}, state.jwt_secret)}"}
        async with websockets.connect(state.url, additional_headers=headers, proxy=None) as client:
            pid = await told(client, "pid", seconds=0)
            stack.process.send_signal(sent)
            assert await asyncio.to_thread(stack.process.wait, 10) == 0
            assert await gone(pid)
        assert not stack.state_file.exists()


def test_a_signal_during_the_start_ends_it(tmp_path: Path) -> None:
    """Without a trace."""
    arguments = ("--port", "0", "--template", str(MINI), "--state-file", str(tmp_path / "stack.json"))
    with subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.8)
        process.send_signal(signal.SIGTERM)
        printed, errors = process.communicate(timeout=15)
    assert (printed, errors) == ("", "")
    # On a busy machine the signal may come before anyone listens for it; then the system ends the process.
    assert process.returncode in (0, -signal.SIGTERM)


@pytest.mark.parametrize(
    ("arguments", "environment", "says"),
    [
        ((), {"PORT": "{taken}"}, "error: port {taken} is taken: stop what uses it, or choose another one"),
        (("--port", "0", "--log-level", "LOUD"), {}, "error: LOG_LEVEL=LOUD: must be DEBUG, INFO, WARNING or ERROR"),
        ((), {"IN_PROCESS": "maybe"}, "error: IN_PROCESS=maybe: must be of type bool"),
        ((), {"PORT": "0", "WORD_LISTS": "none.json"}, "error: WORD_LISTS=none.json: No such file or directory"),
        (
            ("--port", "0"),
            {"PARAMETER_OVERRIDES": "Stage=prod"},
            "error: template rule ProdIsGuarded: In prod, somebody must hear of alarms; give AlarmEmail",
        ),
        (
            ("--port", "0"),
            {"PARAMETER_OVERRIDES": "SendRate=0"},
            "error: template parameter SendRate=0: must be a number",
        ),
        (("token", "--uid", "a"), {"STATE_FILE": "none"}, "error: no local stack is running: start one with"),
    ],
)
def test_what_is_wrong_is_one_line_and_status_1(
    arguments: tuple[str, ...], environment: dict[str, str], says: str
) -> None:
    """It says what to change."""
    with sockets.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        variables = {name: value.format(taken=port) for name, value in environment.items()}
        ended = subprocess.run(
            command(*arguments),
            cwd=ROOT,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith(says.format(taken=port))
    assert ended.stderr.count("\n") == 1


def test_a_state_file_of_a_stack_that_has_died_counts_for_nothing(tmp_path: Path) -> None:
    """Its process is gone."""
    file = tmp_path / "state" / "stack.json"
    with pytest.raises(LocalStackError, match="no local stack is running: start one with `make run`"):
        read_state(file)
    write_state(State("ws://127.0.0.1:1/v1", "secret", os.getpid()), file)
    assert read_state(file).jwt_secret == "secret"
    write_state(State("ws://127.0.0.1:1/v1", "secret", 2**22 + 1), file)
    with pytest.raises(LocalStackError):
        read_state(file)
    remove_state(file)
    assert not file.exists()
