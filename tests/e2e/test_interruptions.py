"""A catch-up is interrupted anywhere, goes on, and ends with everything once: the real clients on the real local stack.

Each test interrupts at *every* page in turn (a page is the unit in which a catch-up makes progress), or kills the
client's process at moments spread over its whole run.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from catchup_client import Settings
from local.options import Options
from local.stack import LocalStack
from tests.libraries.device import Device, Library

FRIENDS = ("alice", "carl")
MESSAGES = 12
PAGE = 3
# For the client that is killed: enough to be killed several times in the midst of them.
KILLED_MESSAGES = 30
# A test should not wait for the backoff of real life.
QUICK = Settings(page_limit=PAGE, parallel_sessions=2, backoff_base=0.05, backoff_cap=0.2, answer_timeout=5.0)
PEOPLE = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    """One stack for all tests; each has a Bob of its own."""
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def bob_with_mail(library: Library, stack: LocalStack, messages: int = MESSAGES) -> str:
    """A new person, for whom every friend has left messages; returns the uid."""
    bob = f"bob-{next(PEOPLE)}"
    for friend in FRIENDS:
        async with library.device(stack.url, stack.token(friend)) as device:
            for number in range(messages):
                await device.send(bob, {"number": number})
    return bob


async def assert_complete(device: Device, messages: int = MESSAGES) -> None:
    red_dots = await device.unread()
    assert list(red_dots.values()) == [messages] * len(FRIENDS)
    for session in red_dots:
        assert [message.content["number"] for message in await device.messages(session)] == list(range(messages))


async def assert_nothing_waits(library: Library, stack: LocalStack, bob: str, messages: int = MESSAGES) -> None:
    """A device that never saw anything is told of what the person has not read, once, and has all of it in history."""
    async with library.device(stack.url, stack.token(bob, "another")) as device:
        assert await device.logged_in() == messages * len(FRIENDS)


Interrupt = Callable[[str], Awaitable[object]]


async def interrupted_at_every_page(library: Library, stack: LocalStack, interrupt: Interrupt) -> None:
    """Catch up again and again, each time with an interruption one page later, until there is no such page."""
    for page in itertools.count(1):
        if not await interrupted(library, stack, interrupt, page):
            assert page > 5
            return


async def interrupted(library: Library, stack: LocalStack, interrupt: Interrupt, page: int) -> bool:
    """Catch up, with one interruption after this page; tell whether there was such a page."""
    bob = await bob_with_mail(library, stack)
    interruptions: list[asyncio.Task[object]] = []
    seen = itertools.count(1)

    def on_page() -> None:
        if next(seen) == page:
            interruptions.append(asyncio.ensure_future(interrupt(bob)))

    async with asyncio.timeout(30), library.device(stack.url, stack.token(bob), settings=QUICK) as device:
        await device.catch_up(on_page=on_page)
        await asyncio.gather(*interruptions)
        await device.catch_up()
        await assert_complete(device)
    await assert_nothing_waits(library, stack, bob)
    return bool(interruptions)


async def test_a_killed_function_process_costs_nothing(library: Library, stack: LocalStack) -> None:
    await interrupted_at_every_page(library, stack, lambda _: stack.functions.kill("SyncFunction"))


@pytest.mark.parametrize("notice", [True, False], ids=["with $disconnect", "without $disconnect"])
async def test_a_lost_connection_costs_nothing(library: Library, stack: LocalStack, notice: bool) -> None:
    await interrupted_at_every_page(library, stack, lambda bob: stack.drop_connection(uid=bob, tells_disconnect=notice))


async def test_a_client_that_is_killed_again_and_again_loses_and_doubles_nothing(
    library: Library, stack: LocalStack, tmp_path: Path
) -> None:
    bob = await bob_with_mail(library, stack, KILLED_MESSAGES)
    store = tmp_path / "bob"
    for step in range(60):
        # From before the first byte is read to the end of the run, in steps of a few milliseconds.
        if await library.killed_catch_up(stack.url, stack.token(bob), store, after=0.1 + step * 0.05):
            break
    else:
        pytest.fail("no run came to its end")
    assert step > 2
    await library.check(store)
    async with library.device(stack.url, stack.token(bob), store) as device:
        await device.logged_in()
        await assert_complete(device, KILLED_MESSAGES)
    await assert_nothing_waits(library, stack, bob, KILLED_MESSAGES)
