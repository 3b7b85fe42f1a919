"""Private conversations: sending, coming back, paging, acks and blocks, with the real clients and local stack."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from catchup_client import Code, EndReason, InvalidInput, RequestRefused, Settings
from local.options import Options
from local.stack import LocalStack
from tests.e2e.operating import Operator
from tests.libraries.device import Device, Library, contents, eventually

CASES = itertools.count(1)
QUICK = Settings(page_limit=4, backoff_base=0.05, backoff_cap=0.2, answer_timeout=5.0)
MESSAGES = 23

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


class Couple:
    """Alice and Bob of one test, and their session."""

    def __init__(self, library: Library, stack: LocalStack, number: int, exits: contextlib.AsyncExitStack) -> None:
        self.alice, self.bob = f"alice-{number}", f"bob-{number}"
        self.session = f"p:{self.alice}:{self.bob}"
        self._library = library
        self._stack = stack
        self._exits = exits

    async def online(self, uid: str, device: str = "phone", store: Path | None = None) -> Device:
        """A device that runs until the end of the test."""
        started = await self._exits.enter_async_context(self.started(uid, device, store))
        await started.logged_in()
        return started

    def started(
        self, uid: str, device: str = "phone", store: Path | None = None
    ) -> contextlib.AbstractAsyncContextManager[Device]:
        return self._library.device(self._stack.url, self._stack.token(uid, device), store, settings=QUICK)


@pytest_asyncio.fixture(loop_scope="module")
async def couple(library: Library, stack: LocalStack) -> AsyncIterator[Couple]:
    async with contextlib.AsyncExitStack() as exits:
        yield Couple(library, stack, next(CASES), exits)


async def heard_unread(device: Device) -> dict[str, int]:
    return device.heard.unread


def numbered(*numbers: int) -> list[dict[str, int]]:
    return [{"number": number} for number in numbers]


async def test_what_is_said_online_comes_at_once_and_counts_for_the_other(
    couple: Couple, stack: LocalStack, tmp_path: Path
) -> None:
    alice, bob = await couple.online(couple.alice), await couple.online(couple.bob)
    for number in range(6):
        await (alice, bob)[number % 2].send((couple.bob, couple.alice)[number % 2], {"number": number}, ack=number < 3)
    for device in (alice, bob):
        await eventually(numbered(*range(6)), contents, device, couple.session)
        await eventually({couple.session: 3}, device.unread)
        await eventually({couple.session: 3}, heard_unread, device)
    operator = Operator(stack, tmp_path / "stack.json")

    async def waiting() -> tuple[int, int]:
        _, person, _ = await operator.run("person", couple.bob)
        return sum(each["count"] for each in person["waiting"]), sum(each["unread"] for each in person["sessions"])

    await eventually((0, 0), waiting)
    tablet = await couple.online(couple.bob, "tablet")
    assert await tablet.unread() == {couple.session: 3}, "what was pushed is cleared, but nobody has read it"
    await bob.mark_read(couple.session)
    await eventually({couple.session: 0}, tablet.unread)


async def test_whoever_comes_back_sees_the_count_and_the_newest_and_pulls_the_rest(couple: Couple) -> None:
    alice = await couple.online(couple.alice)
    for number in range(MESSAGES):
        await alice.send(couple.bob, {"number": number})
    bob = await couple.online(couple.bob)
    assert await bob.unread() == {couple.session: MESSAGES}
    preview = await contents(bob, couple.session)
    assert 0 < len(preview) < MESSAGES
    assert preview == numbered(*range(MESSAGES))[-len(preview) :]
    await bob.catch_up()
    assert await contents(bob, couple.session) == numbered(*range(MESSAGES))
    assert await bob.end_reason(couple.session) is EndReason.CAUGHT_UP
    assert sorted(message.content["number"] for message in bob.heard.messages) == list(range(MESSAGES))
    assert await bob.unread() == {couple.session: MESSAGES}, "caught up is not read"
    await bob.mark_read(couple.session)
    assert await bob.unread() == {couple.session: 0}


async def test_a_new_device_scrolls_through_history_a_page_at_a_time(couple: Couple) -> None:
    alice, bob = await couple.online(couple.alice), await couple.online(couple.bob)
    for number in range(MESSAGES):
        await (alice if number % 3 else bob).send(couple.bob if number % 3 else couple.alice, {"number": number})
    await eventually(numbered(*range(MESSAGES)), contents, bob, couple.session)
    tablet = await couple.online(couple.bob, "tablet")
    seen: list[object] = []
    async for page in tablet.pages(couple.session, 5):
        assert len(page) <= 5
        seen += [message.content["number"] for message in page]
    assert seen == list(reversed(range(MESSAGES)))
    assert await tablet.gaps(couple.session) == []


async def test_red_dots_outlive_the_process_and_grow_by_what_comes_while_it_is_away(
    couple: Couple, tmp_path: Path
) -> None:
    alice = await couple.online(couple.alice)
    for turn in range(3):
        for number in range(4):
            await alice.send(couple.bob, {"number": 4 * turn + number})
        async with couple.started(couple.bob, store=tmp_path / "bob") as bob:
            await bob.logged_in()
            assert await bob.unread() == {couple.session: 4 * (turn + 1)}
            if turn == 1:
                await bob.catch_up()
                assert await contents(bob, couple.session) == numbered(*range(8))
    async with couple.started(couple.bob, store=tmp_path / "bob") as bob:
        assert await bob.logged_in() == 0
        assert await bob.unread() == {couple.session: 12}
        await bob.catch_up()
        assert await contents(bob, couple.session) == numbered(*range(12))
        await bob.mark_read(couple.session)
    async with couple.started(couple.bob, store=tmp_path / "bob") as bob:
        assert await bob.unread() == {couple.session: 0}


async def test_own_messages_of_another_device_are_shown_and_never_counted(couple: Couple) -> None:
    phone, tablet = await couple.online(couple.alice), await couple.online(couple.alice, "tablet")
    await phone.send(couple.bob, {"number": 0})
    await tablet.send(couple.bob, {"number": 1})
    for device in (phone, tablet):
        await eventually(numbered(0, 1), contents, device, couple.session)
        assert set((await device.unread()).values()) == {0}
    laptop = await couple.online(couple.alice, "laptop")
    await laptop.catch_up()
    assert await contents(laptop, couple.session) == numbered(0, 1)
    assert await laptop.unread() == {couple.session: 0}


async def test_a_message_that_is_sent_again_by_a_device_that_forgot_it_is_stored_once(couple: Couple) -> None:
    places = []
    for _ in range(3):
        async with couple.started(couple.alice) as alice:
            places.append(await alice.send(couple.bob, {"number": 1}, msg_id="m1"))
    assert {(place.session_id, place.seq) for place in places} == {(couple.session, 1)}
    bob = await couple.online(couple.bob)
    assert await bob.unread() == {couple.session: 1}


async def test_a_note_to_oneself_is_kept_and_is_not_unread(couple: Couple) -> None:
    phone = await couple.online(couple.alice)
    sent = await phone.send(couple.alice, {"number": 7})
    tablet = await couple.online(couple.alice, "tablet")
    await tablet.catch_up()
    for device in (phone, tablet):
        assert await contents(device, sent.session_id) == numbered(7)
        assert await device.unread() == {sent.session_id: 0}


async def test_whoever_is_blocked_is_refused_until_unblocked(couple: Couple) -> None:
    alice, bob = await couple.online(couple.alice), await couple.online(couple.bob)
    await bob.block(couple.alice)
    assert await bob.blocked() == [couple.alice]
    with pytest.raises(RequestRefused, match="PERMISSION_DENIED"):
        await alice.send(couple.bob, {"number": 1})
    assert await alice.outbox() == [({"number": 1}, Code.PERMISSION_DENIED)]
    await bob.unblock(couple.alice)
    assert await bob.blocked() == []
    await alice.send(couple.bob, {"number": 2})
    await eventually(numbered(2), contents, bob, couple.session)


async def test_what_could_never_be_sent_is_refused_before_it_is_stored(couple: Couple) -> None:
    alice = await couple.online(couple.alice)
    for to, message in (("no such: uid", {"number": 1}), (couple.bob, {"text": "x" * 20_000})):
        with pytest.raises(InvalidInput):
            await alice.send(to, message)
    assert await alice.outbox() == []
