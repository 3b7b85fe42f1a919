"""Bad networks between the real clients and the real local stack: nothing is lost, and nothing comes twice."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from catchup_client import Settings
from local.options import Options
from local.stack import LocalStack
from tests.libraries.device import Device, Library, contents, eventually
from tests.support.fault_proxy import FaultProxy

MESSAGES = 12
QUICK = Settings(page_limit=2, backoff_base=0.05, backoff_cap=0.2)
PEOPLE = itertools.count(1)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def proxy(stack: LocalStack) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(stack.url) as between:
        yield between


@pytest.fixture
def bob() -> str:
    """A person of this test's own. Alice's session with any of them has her name first."""
    return f"bob-{next(PEOPLE)}"


async def leave_mail(library: Library, stack: LocalStack, bob: str) -> list[dict[str, Any]]:
    mail = [{"number": number} for number in range(MESSAGES)]
    async with library.device(stack.url, stack.token("alice")) as alice:
        for message in mail:
            await alice.send(bob, message)
    return mail


async def assert_whole(device: Device, bob: str, mail: list[dict[str, Any]]) -> None:
    session = f"p:alice:{bob}"
    assert await contents(device, session) == mail
    await eventually({session: len(mail)}, device.unread)
    assert await device.gaps(session) == []


async def test_a_connection_that_ends_in_the_midst_of_a_frame_costs_nothing(
    library: Library, stack: LocalStack, proxy: FaultProxy, bob: str
) -> None:
    """Each connection gets some bytes further than the one before."""
    mail = await leave_mail(library, stack, bob)
    async with library.device(proxy.url, stack.token(bob), settings=QUICK) as device:
        catching_up = asyncio.create_task(device.catch_up())
        for received in itertools.count(100, 120):
            proxy.cut_after(received)
            before = proxy.connections
            while proxy.connections == before and not catching_up.done():
                await asyncio.sleep(0.01)
            if catching_up.done():
                break
        await catching_up
        assert proxy.connections > 10
        await assert_whole(device, bob, mail)


async def test_a_half_open_connection_is_noticed_and_replaced(
    library: Library, stack: LocalStack, proxy: FaultProxy, bob: str
) -> None:
    mail = await leave_mail(library, stack, bob)
    pages = itertools.count(1)

    def on_page() -> None:
        if next(pages) == 2:
            proxy.freeze()

    async with library.device(proxy.url, stack.token(bob), settings=replace(QUICK, answer_timeout=2.0)) as device:
        await device.catch_up(on_page=on_page)
        assert proxy.connections == 2
        await assert_whole(device, bob, mail)


async def test_a_message_whose_answer_is_lost_is_stored_once(
    library: Library, stack: LocalStack, proxy: FaultProxy, bob: str
) -> None:
    said = [{"number": number} for number in range(4)]
    async with (
        library.device(proxy.url, stack.token("alice", bob), settings=QUICK) as alice,
        library.device(stack.url, stack.token(bob)) as device,
    ):
        await device.logged_in()
        for number, message in enumerate(said):
            await alice.logged_in()
            lost = asyncio.create_task(proxy.cut_at_the_next_answer())
            await asyncio.sleep(0)
            assert (await alice.send(bob, message)).seq == number + 1
            await lost
        assert await contents(alice, f"p:alice:{bob}") == said
        await eventually(said, contents, device, f"p:alice:{bob}")
        await assert_whole(device, bob, said)


async def test_pushes_that_are_lost_with_their_connection_are_told_at_the_next_login(
    library: Library, stack: LocalStack, proxy: FaultProxy, bob: str
) -> None:
    said = [{"number": number} for number in range(6)]
    session = f"p:alice:{bob}"
    async with (
        library.device(proxy.url, stack.token(bob), settings=QUICK) as device,
        library.device(stack.url, stack.token("alice", bob)) as alice,
    ):
        for message in said:
            await device.logged_in()
            lost = asyncio.create_task(proxy.cut_at_the_next_answer())
            await asyncio.sleep(0)
            await alice.send(bob, message)
            await lost
            await eventually(said[: said.index(message) + 1], contents, device, session)
        await assert_whole(device, bob, said)


async def test_what_is_written_offline_is_sent_in_order_when_the_network_is_back(
    library: Library, stack: LocalStack, proxy: FaultProxy, bob: str
) -> None:
    said = [{"number": number} for number in range(5)]
    session = f"p:alice:{bob}"
    async with library.device(proxy.url, stack.token("alice", bob), settings=QUICK) as alice:
        await alice.logged_in()
        proxy.cut_after(0)
        proxy.cut()
        for message in said:
            await alice.post(bob, message)
        assert [message for message, _ in await alice.outbox()] == said
        proxy.cut_after(None)
        await eventually(said, contents, alice, session)
        assert await alice.outbox() == []
    async with library.device(stack.url, stack.token(bob)) as device:
        await device.catch_up()
        await assert_whole(device, bob, said)
