"""Groups, with the real clients on the real local stack: queues, a fan-out in its own process, people come and go."""

import contextlib
import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from catchup_client import EndReason, RequestRefused, Role, Settings
from local.options import Options
from local.stack import LocalStack
from tests.libraries.device import Device, Library, eventually

GROUPS = itertools.count(1)
QUICK = Settings(page_limit=3, backoff_base=0.05, backoff_cap=0.2, answer_timeout=5.0)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    """One stack for all tests; each has people and a group of its own."""
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


class People:
    """Devices of one test, by name; their uids are the test's own."""

    def __init__(self, library: Library, stack: LocalStack, number: int, exits: contextlib.AsyncExitStack) -> None:
        self._library = library
        self._stack = stack
        self._number = number
        self._exits = exits
        self.group = f"room-{number}"
        self.session = f"g:{self.group}"

    def uid(self, name: str) -> str:
        return f"{name}-{self._number}"

    async def online(self, name: str, device: str = "phone") -> Device:
        token = self._stack.token(self.uid(name), device)
        started = await self._exits.enter_async_context(self._library.device(self._stack.url, token, settings=QUICK))
        await started.logged_in()
        return started

    async def unread(self, device: Device) -> int:
        return (await device.unread()).get(self.session, 0)

    async def count(self, expected: int, *devices: Device) -> None:
        """Wait until they do: after pushes that overtook one another, a device asks for the counter."""
        for device in devices:
            await eventually(expected, self.unread, device)

    async def texts(self, device: Device) -> list[object]:
        held = await device.messages(self.session)
        return [message.content.get("text", message.content.get("event")) for message in held]

    async def see(self, expected: list[object], *devices: Device) -> None:
        """Wait until they do."""
        for device in devices:
            await eventually(expected, self.texts, device)


@pytest_asyncio.fixture(loop_scope="module")
async def people(library: Library, stack: LocalStack) -> AsyncIterator[People]:
    async with contextlib.AsyncExitStack() as exits:
        yield People(library, stack, next(GROUPS), exits)


async def test_what_is_said_reaches_everyone_online_and_counts_for_all_but_its_author(people: People) -> None:
    alice, bob = await people.online("alice"), await people.online("bob")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    for number in range(5):
        await (alice, bob)[number % 2].send(people.session, {"text": number})
    await people.see(["create", 0, 1, 2, 3, 4], alice, bob)
    await people.count(2, alice)
    await people.count(3, bob)


async def test_whoever_was_away_comes_back_to_a_count_and_pages(people: People) -> None:
    alice = await people.online("alice")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    for number in range(11):
        await alice.send(people.session, {"text": number})
    bob = await people.online("bob")
    assert await people.unread(bob) == 11
    await bob.catch_up(people.session)
    assert await people.texts(bob) == ["create", *range(11)]
    assert await bob.end_reason(people.session) is EndReason.CAUGHT_UP
    assert await people.unread(bob) == 11
    await bob.mark_read(people.session)
    again = await people.online("bob", "tablet")
    await people.count(0, again)


async def test_two_devices_of_an_author_agree(people: People) -> None:
    phone, tablet = await people.online("alice"), await people.online("alice", "tablet")
    bob = await people.online("bob")
    await phone.create_group("Room", [people.uid("bob")], group=people.group)
    await phone.send(people.session, {"text": "from the phone"})
    await bob.send(people.session, {"text": "from bob"})
    await tablet.send(people.session, {"text": "from the tablet"})
    await people.see(["create", "from the phone", "from bob", "from the tablet"], phone, tablet)
    await people.count(1, phone, tablet)


async def test_whoever_joins_sees_what_follows_and_whoever_is_removed_no_more(people: People) -> None:
    alice, carol = await people.online("alice"), await people.online("carol")
    await alice.create_group("Room", group=people.group)
    await alice.send(people.session, {"text": "before"})
    await alice.add(people.group, [people.uid("carol")])
    await alice.send(people.session, {"text": "for carol"})
    await people.see(["add", "for carol"], carol)
    await alice.remove(people.group, [people.uid("carol")])
    await alice.send(people.session, {"text": "not for carol"})
    await people.see(["add", "for carol", "remove"], carol)
    await carol.catch_up(people.session)
    assert await people.texts(carol) == ["add", "for carol", "remove"]
    assert await carol.end_reason(people.session) is EndReason.JOIN_POINT
    with pytest.raises(RequestRefused, match="PERMISSION_DENIED"):
        await carol.send(people.session, {"text": "no more"})


async def test_roles_and_members(people: People) -> None:
    alice, bob = await people.online("alice"), await people.online("bob")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    with pytest.raises(RequestRefused, match="PERMISSION_DENIED"):
        await bob.add(people.group, [people.uid("dave")])
    await alice.set_role(people.group, people.uid("bob"), Role.ADMIN)
    await bob.add(people.group, [people.uid("dave")])
    assert await bob.members(people.group) == [
        (people.uid("alice"), Role.OWNER),
        (people.uid("bob"), Role.ADMIN),
        (people.uid("dave"), Role.MEMBER),
    ]


async def test_mentions_are_told_at_login(people: People) -> None:
    alice = await people.online("alice")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    await alice.send(people.session, {"text": "hello"})
    sent = await alice.send(people.session, {"text": "bob!"}, at=[people.uid("bob")])
    bob = await people.online("bob")
    assert await bob.mentions(people.session) == [sent.seq]


async def test_a_killed_fan_out_loses_nothing(stack: LocalStack, people: People) -> None:
    async def last_of(device: Device) -> object:
        return (await people.texts(device))[-1]

    alice, bob = await people.online("alice"), await people.online("bob")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    await people.see(["create"], bob)
    for number in range(6):
        await alice.send(people.session, {"text": number})
        await stack.functions.kill("FanoutFunction")
    await alice.send(people.session, {"text": "last"})
    await eventually("last", last_of, bob)
    await bob.catch_up(people.session)
    assert await people.texts(bob) == ["create", *range(6), "last"]
    await people.count(7, bob)
