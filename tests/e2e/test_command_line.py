"""The client's command line against the real local stack."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from local.options import Options
from local.stack import LocalStack
from tests.support.world import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


async def start(
    stack: LocalStack, uid: str, folder: Path, *arguments: str, **changes: str
) -> asyncio.subprocess.Process:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT / "clients/python"),
        "CATCHUP_URL": stack.url,
        "CATCHUP_TOKEN": stack.token(uid),
        **changes,
    }
    store = ("--store", str(folder / f"{uid}.sqlite"))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "catchup_client", arguments[0], *store, *arguments[1:]),
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Whoever runs the tests in the background ignores Ctrl-C on their behalf.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


async def run(stack: LocalStack, uid: str, folder: Path, *arguments: str, **changes: str) -> tuple[int, str, str]:
    """Exit status, what was printed, and what was complained about."""
    process = await start(stack, uid, folder, *arguments, **changes)
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_a_message_is_sent_and_caught_up_with(stack: LocalStack, tmp_path: Path) -> None:
    status, out, _ = await run(stack, "ann", tmp_path, "chat", "--to", "ben", "hello there")
    assert (status, out) == (0, "sent: p:ann:ben #1\n")
    status, out, _ = await run(stack, "ben", tmp_path, "catch-up")
    assert status == 0
    assert "1 new" in out
    assert "CAUGHT_UP" in out


async def test_who_is_blocked_is_refused_until_unblocked(stack: LocalStack, tmp_path: Path) -> None:
    assert await run(stack, "ida", tmp_path, "block", "max") == (0, "blocked: max\n", "")
    assert await run(stack, "ida", tmp_path, "blocked", "--encoding", "pb") == (0, "max\n", "")
    status, out, err = await run(stack, "max", tmp_path, "chat", "--to", "ida", "hello")
    assert (status, out) == (1, "")
    assert err.startswith("error: chat was answered PERMISSION_DENIED: body.to ")
    assert await run(stack, "ida", tmp_path, "unblock", "max", "--encoding", "pb") == (0, "unblocked: max\n", "")
    assert await run(stack, "ida", tmp_path, "blocked") == (0, "", "")
    assert await run(stack, "max", tmp_path, "chat", "--to", "ida", "hello") == (0, "sent: p:ida:max #1\n", "")


async def test_listen_prints_what_comes_until_ctrl_c(stack: LocalStack, tmp_path: Path) -> None:
    listening = await start(stack, "dan", tmp_path, "listen")
    assert listening.stdout is not None
    assert listening.stderr is not None
    await asyncio.wait_for(listening.stderr.readline(), 20)
    await run(stack, "cleo", tmp_path, "chat", "--to", "dan", "are you listening?")
    heard = ""
    while "are you listening?" not in heard:
        heard = (await asyncio.wait_for(listening.stdout.readline(), 10)).decode()
        assert heard
    listening.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(listening.wait(), 10) == 0


@pytest.mark.parametrize(
    ("arguments", "changes", "status", "complaint"),
    [
        (("chat", "--to", "ben", "x"), {"CATCHUP_TOKEN": "nonsense"}, 2, r"--token can't be used"),
        (("chat", "--to", "ben", "x"), {"CATCHUP_URL": ""}, 2, r"--url"),
        (("chat", "--to", "b b", "x"), {}, 1, r"error: .*A-Za-z0-9_-"),
        (("catch-up", "--page", "0"), {}, 2, r"--page"),
    ],
)
async def test_what_is_wrong_is_one_line_and_a_status(
    stack: LocalStack,
    tmp_path: Path,
    arguments: tuple[str, ...],
    changes: dict[str, str],
    status: int,
    complaint: str,
) -> None:
    code, out, err = await run(stack, "ann", tmp_path, *arguments, **changes)
    assert (code, out) == (status, "")
    assert re.search(complaint, err), err
    assert "Traceback" not in err


async def test_a_token_that_the_server_refuses_is_told_and_status_1(stack: LocalStack, tmp_path: Path) -> None:
    expired = stack.token("ann", ttl_seconds=-10)
    code, _, err = await run(stack, "ann", tmp_path, "chat", "--to", "ben", "x", CATCHUP_TOKEN=expired)
    assert code in (1, 2)
    assert "Traceback" not in err
    assert err.count("\n") == 1
