"""A catch-up is interrupted anywhere, goes on, and ends with everything once: the real client on the real local stack.

Each test interrupts at *every* page in turn (a page is the unit in which a catch-up makes progress), or kills the
client's process at moments spread over its whole run.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from catchup_client import Client, Progress, Settings
from local.options import Options
from local.stack import LocalStack
from tests.support.world import ROOT

FRIENDS = ("alice", "carl")
MESSAGES = 12
PAGE = 3
# For the client that is killed: enough to be killed several times in the midst of them.
KILLED_MESSAGES = 30
PAGES = len(FRIENDS) * MESSAGES // PAGE
# A test should not wait for the backoff of real life.
QUICK = Settings(page_limit=PAGE, parallel_sessions=2, backoff_base=0.05, backoff_cap=0.2, answer_timeout=5.0)
PEOPLE = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    """One stack for all tests; each has a Bob of its own."""
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def bob_with_mail(stack: LocalStack, messages: int = MESSAGES) -> str:
    """A new person, for whom every friend has left messages; returns the uid."""
    bob = f"bob-{next(PEOPLE)}"
    for friend in FRIENDS:
        async with Client(stack.url, stack.token(friend), ":memory:") as client:
            for number in range(messages):
                await client.send(bob, {"number": number})
    return bob


def numbers(client: Client) -> dict[str, list[object]]:
    """What a device holds, by session, oldest first."""
    held = {session.session_id: client.messages(session.session_id, limit=999) for session in client.sessions()}
    return {name: [message.content["number"] for message in reversed(messages)] for name, messages in held.items()}


def red_dots(client: Client) -> list[int]:
    return [session.unread for session in client.sessions()]


def assert_complete(client: Client, messages: int = MESSAGES) -> None:
    assert list(numbers(client).values()) == [list(range(messages))] * len(FRIENDS)
    assert red_dots(client) == [messages] * len(FRIENDS)


async def assert_nothing_waits(stack: LocalStack, bob: str, folder: Path) -> None:
    """A device that never saw anything is told of nothing, and has all of it in history."""
    async with Client(stack.url, stack.token(bob, "another"), folder / "another.sqlite") as client:
        assert (await client.logged_in()).unread == 0


async def interrupted(
    stack: LocalStack, folder: Path, interrupt: Callable[[str], Awaitable[object]], page: int
) -> None:
    """Catches up, with one interruption after this page."""
    bob = await bob_with_mail(stack)
    interruptions: list[asyncio.Task[object]] = []
    seen = itertools.count(1)

    def on_progress(_: Progress) -> None:
        if next(seen) == page:
            interruptions.append(asyncio.ensure_future(interrupt(bob)))

    async with (
        asyncio.timeout(30),
        Client(stack.url, stack.token(bob), folder / "bob.sqlite", settings=QUICK) as client,
    ):
        await client.catch_up(on_progress=on_progress)
        await asyncio.gather(*interruptions)
        await client.catch_up()
        assert_complete(client)
    await assert_nothing_waits(stack, bob, folder)


@pytest.mark.parametrize("page", range(1, PAGES))
async def test_a_killed_function_process_costs_nothing(stack: LocalStack, tmp_path: Path, page: int) -> None:
    await interrupted(stack, tmp_path, lambda _: stack.functions.kill("SyncFunction"), page)


@pytest.mark.parametrize("page", range(1, PAGES))
@pytest.mark.parametrize("notice", [True, False], ids=["with $disconnect", "without $disconnect"])
async def test_a_lost_connection_costs_nothing(stack: LocalStack, tmp_path: Path, page: int, notice: bool) -> None:
    await interrupted(stack, tmp_path, lambda bob: stack.drop_connection(uid=bob, tells_disconnect=notice), page)


async def test_a_client_that_is_killed_again_and_again_loses_and_doubles_nothing(
    stack: LocalStack, tmp_path: Path
) -> None:
    bob = await bob_with_mail(stack, KILLED_MESSAGES)
    store = tmp_path / "bob.sqlite"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "clients/python"),
        "CATCHUP_URL": stack.url,
        "CATCHUP_TOKEN": stack.token(bob),
    }
    command = ("-m", "catchup_client", "catch-up", "--store", str(store), "--page", "1")
    for step in range(60):
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            # From before the first byte is read to the end of the run, in steps of a few milliseconds.
            await asyncio.wait_for(process.wait(), 0.1 + step * 0.05)
        except TimeoutError:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        else:
            assert process.returncode == 0
            break
    else:
        pytest.fail("no run came to its end")
    assert step > 2
    with contextlib.closing(sqlite3.connect(store)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    async with Client(stack.url, stack.token(bob), store) as client:
        await client.logged_in()
        assert_complete(client, KILLED_MESSAGES)
    await assert_nothing_waits(stack, bob, tmp_path)
