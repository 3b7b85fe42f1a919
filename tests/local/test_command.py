"""`python -m local`: what a person sees, and what is left when it ends."""

import asyncio
import json
import logging
import re
import signal
import socket as sockets
import stat
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import jwt
import pytest
import websockets

from commands.stacks import file_of, find_stack
from local.banner import HTTP_LINES, SESSIONS
from local.command_line import main
from local.engine import running_engine
from local.errors import LocalStackError
from local.options import ROOT, Options
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
def running(folder: Path, name: str = "stack.json") -> Iterator[Running]:
    """`make run` of the small template; its state is in `folder`, or, without a name, where it is by default."""
    state_file = folder / name
    arguments = ("--port", "0", "--template", str(MINI), "--state-file", str(state_file) if name else "")
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
        line = f'npx -y wscat -c {address[1]} -s catchup.json.v1 -H "Authorization: Bearer {token[1]}"'
        assert line in made.printed.splitlines()
        for step in session.steps:
            assert step.frame in made.printed.splitlines()
            json.loads(step.frame)


def test_the_address_of_the_page_comes_first(made: Running) -> None:
    (printed,) = re.findall(r"^open (http://127\.0\.0\.1:\d+/) in a browser", made.printed.strip().splitlines()[0])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    assert b"<title>Catchup" in opener.open(printed).read()


def test_it_prints_five_requests_to_paste_with_their_address_and_token(made: Running) -> None:
    lines = made.printed.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("URL="))
    assert re.fullmatch(r"URL=http://127\.0\.0\.1:\d+", lines[start])
    assert re.search(rf"^ +and at  {lines[start].removeprefix('URL=')}$", made.printed, re.MULTILINE)
    secret = find_stack(path=made.state_file).jwt_secret
    assert jwt.decode(lines[start + 1].removeprefix("T="), secret, algorithms=["HS256"])["sub"] == "alice"
    assert tuple(lines[start + 2 : start + 7]) == HTTP_LINES


def test_it_prints_where_a_browser_finds_the_descriptions_of_both_apis(made: Running) -> None:
    (printed,) = re.findall(r"^described at     (\S+)  (\S+)$", made.printed, re.MULTILINE)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    titles = [re.findall(b"<title>(.*)</title>", opener.open(page).read()) for page in printed]
    assert titles == [[b"Catchup over HTTP"], [b"Catchup over WebSocket"]]


def test_a_token_can_be_had_for_a_running_stack(made: Running) -> None:
    """`python -m local token`; the secret can be read by its owner only."""
    assert stat.S_IMODE(made.state_file.stat().st_mode) == 0o600
    arguments = ("--uid", "carol", "--device", "laptop", "--state-file", str(made.state_file))
    token = subprocess.run(command("token", *arguments), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    claims = jwt.decode(token.strip(), find_stack(path=made.state_file).jwt_secret, algorithms=["HS256"])
    assert (claims["sub"], claims["deviceId"]) == ("carol", "laptop")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_everything_it_has_started(sent: signal.Signals, tmp_path: Path) -> None:
    """With status 0, and no state file."""
    with running(tmp_path) as stack:
        state = find_stack(path=stack.state_file)
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
        ((), {"IN_PROCESS": "maybe"}, "error: IN_PROCESS=maybe: must be yes or no"),
        ((), {"PORT": "99999"}, "error: PORT=99999: must be a number from 0 to 65535"),
        ((), {"PORT": "0", "HOST": "nowhere.invalid"}, "error: can't listen on nowhere.invalid:0: Name or service not"),
        (
            (),
            {"PORT": "0", "ENGINE": "http://127.0.0.1:9"},
            "error: ENGINE=http://127.0.0.1:9: no DynamoDB answers there",
        ),
        ((), {"PORT": "0", "TEMPLATE": "none.yaml"}, "error: there is no template none.yaml; name one with TEMPLATE="),
        ((), {"PORT": "0", "TEMPLATE": "README.md"}, "error: the template README.md is not"),
        ((), {"PORT": "0", "TEMPLATE": "LICENSE"}, "error: the template LICENSE is n"),
        ((), {"PORT": "0", "WORD_LISTS": "/"}, "error: WORD_LISTS=/: Is a directory"),
        (
            (),
            {"PORT": "0", "TEMPLATE": str(MINI), "STATE_FILE": "/proc/stack.json"},
            "error: can't write /proc/stack.json: ",
        ),
        (("token", "--uid", "a", "--ttl", "10"), {"PORT": "1"}, "error: no local stack is running"),
        ((), {"PORT": "0", "WORD_LISTS": "none.json"}, "error: WORD_LISTS=none.json: No such file or directory"),
        (
            ("token", "--uid", "a"),
            {"STATE_FILE": "none"},
            "error: no local stack is running that wrote none: start one with",
        ),
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
    ],
)
def test_what_is_wrong_is_one_line_and_status_1(
    arguments: tuple[str, ...],
    environment: dict[str, str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It says what to change."""
    monkeypatch.chdir(ROOT)
    for name in ("local", "local.function", "local.requests"):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])
    with sockets.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for name, value in environment.items():
            monkeypatch.setenv(name, value.format(taken=port))
        assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(says.format(taken=port))
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--bogus",), "error: No such option '--bogus'."),
        (("tokn",), "error: No such command 'tokn'. Did you mean 'token'?"),
        (("token",), "error: Missing option '--uid'."),
        (("token", "--uid", ""), "error: --uid and --device must not be empty"),
        (
            ("token", "--uid", "a", "--ttl", "nan"),
            "error: Invalid value for '--ttl': must be a number of seconds up to",
        ),
        (
            ("token", "--uid", "a", "--ttl", "1e300"),
            "error: Invalid value for '--ttl': must be a number of seconds up to",
        ),
        (("token", "--uid", "a", "--ttl", "long"), "error: Invalid value for '--ttl': 'long' is not a number"),
        (("token", "--uid", "a", "--port", "0"), "error: Invalid value for '--port': 0 is not in the range"),
        (("--port", "x", "token", "--uid", "a"), "error: --port x: must be a number"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_status_2(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the usage."""
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith(says)
    assert err.count("\n") == 1


def test_an_address_that_answers_and_is_no_dynamodb_is_told(tmp_path: Path) -> None:
    """A web server, for example."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with (
            pytest.raises(LocalStackError, match=r"ENGINE=http://.*: no DynamoDB answers there: "),
            running_engine(Options(engine=f"http://127.0.0.1:{server.server_port}")),
        ):
            pass
        server.shutdown()


def test_two_stacks_at_once_are_told_apart_by_their_ports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each leaves a file of its own, where nobody has named one."""

    def printed_by(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        return (status, *capsys.readouterr())

    with running(tmp_path, "") as one, running(tmp_path, "") as two:
        ports = sorted(int(re.findall(r"ws://127\.0\.0\.1:(\d+)/", stack.printed)[0]) for stack in (one, two))

        listed = printed_by("stacks")[1]
        assert {f"ws://127.0.0.1:{port}/v1" for port in ports} <= set(listed.splitlines())
        status, printed, error = printed_by("token", "--uid", "carol")
        assert (status, printed, error.count("\n")) == (1, "", 1)
        assert re.match(r"error: \d+ local stacks are running, on ports .*: say which with --port", error)
        for port in ports:
            for arguments in (("token", "--port", str(port)), ("--port", str(port), "token")):
                token = printed_by(*arguments, "--uid", "carol")[1].strip()
                secret = find_stack(port=port).jwt_secret
                assert jwt.decode(token, secret, algorithms=["HS256"])["sub"] == "carol"
        for stack in (one, two):
            stack.process.send_signal(signal.SIGINT)
            assert stack.process.wait(20) == 0
    assert not any(file_of(port).exists() for port in ports)
