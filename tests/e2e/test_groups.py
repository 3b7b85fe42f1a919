"""Groups, with the real client on the real local stack: queues, a fan-out in its own process, people come and go."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from catchup_client import Client, EndReason, RequestRefused, Role, Settings
from local.options import Options
from local.stack import LocalStack

GROUPS = itertools.count(1)
QUICK = Settings(page_limit=3, backoff_base=0.05, backoff_cap=0.2, answer_timeout=5.0)
SOON_SECONDS = 10

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    """One stack for all tests; each has people and a group of its own."""
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


class People:
    """Clients of one test, by name; their uids are the test's own."""

    def __init__(self, stack: LocalStack, number: int, exits: contextlib.AsyncExitStack) -> None:
        self._stack = stack
        self._number = number
        self._exits = exits
        self.group = f"room-{number}"
        self.session = f"g:{self.group}"

    def uid(self, name: str) -> str:
        return f"{name}-{self._number}"

    async def online(self, name: str, device: str = "phone") -> Client:
        token = self._stack.token(self.uid(name), device)
        client = await self._exits.enter_async_context(Client(self._stack.url, token, ":memory:", settings=QUICK))
        await client.logged_in()
        return client

    def unread(self, client: Client) -> int:
        return sum(session.unread for session in client.sessions() if session.session_id == self.session)

    def texts(self, client: Client) -> list[object]:
        held = reversed(client.messages(self.session, limit=999))
        return [message.content.get("text", message.content.get("event")) for message in held]


@pytest_asyncio.fixture(loop_scope="module")
async def people(stack: LocalStack) -> AsyncIterator[People]:
    async with contextlib.AsyncExitStack() as exits:
        yield People(stack, next(GROUPS), exits)


async def soon(holds: Callable[[], bool]) -> None:
    """Waits until this holds."""
    async with asyncio.timeout(SOON_SECONDS):
        while not holds():
            await asyncio.sleep(0.02)


async def test_what_is_said_reaches_everyone_online_and_counts_for_all_but_its_author(people: People) -> None:
    alice, bob = await people.online("alice"), await people.online("bob")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    for number in range(5):
        await (alice, bob)[number % 2].send(people.session, {"text": number})
    await soon(lambda: people.texts(bob) == ["create", 0, 1, 2, 3, 4] == people.texts(alice))
    assert (people.unread(alice), people.unread(bob)) == (2, 3)


async def test_whoever_was_away_comes_back_to_a_count_and_pages(people: People) -> None:
    alice = await people.online("alice")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    for number in range(11):
        await alice.send(people.session, {"text": number})
    bob = await people.online("bob")
    assert people.unread(bob) == 11
    report = await bob.catch_up(people.session)
    assert people.texts(bob) == ["create", *range(11)]
    assert {session.end_reason for session in report.sessions.values()} == {EndReason.CAUGHT_UP}
    assert people.unread(bob) == 11
    bob.mark_read(people.session)
    again = await people.online("bob", "tablet")
    assert people.unread(again) == 0


async def test_two_devices_of_an_author_agree(people: People) -> None:
    phone, tablet = await people.online("alice"), await people.online("alice", "tablet")
    bob = await people.online("bob")
    await phone.create_group("Room", [people.uid("bob")], group=people.group)
    await phone.send(people.session, {"text": "from the phone"})
    await bob.send(people.session, {"text": "from bob"})
    await tablet.send(people.session, {"text": "from the tablet"})
    expected = ["create", "from the phone", "from bob", "from the tablet"]
    await soon(lambda: people.texts(phone) == expected == people.texts(tablet))
    assert (people.unread(phone), people.unread(tablet)) == (1, 1)


async def test_whoever_joins_sees_what_follows_and_whoever_is_removed_no_more(people: People) -> None:
    alice, carol = await people.online("alice"), await people.online("carol")
    await alice.create_group("Room", group=people.group)
    await alice.send(people.session, {"text": "before"})
    await alice.add(people.group, [people.uid("carol")])
    await alice.send(people.session, {"text": "for carol"})
    await soon(lambda: people.texts(carol) == ["add", "for carol"])
    await alice.remove(people.group, [people.uid("carol")])
    await alice.send(people.session, {"text": "not for carol"})
    await soon(lambda: people.texts(carol)[-1:] == ["remove"])
    report = await carol.catch_up(people.session)
    assert people.texts(carol) == ["add", "for carol", "remove"]
    assert {session.end_reason for session in report.sessions.values()} == {EndReason.JOIN_POINT}
    with pytest.raises(RequestRefused, match="PERMISSION_DENIED"):
        await carol.send(people.session, {"text": "no more"})


async def test_roles_and_members(people: People) -> None:
    alice, bob = await people.online("alice"), await people.online("bob")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    with pytest.raises(RequestRefused, match="PERMISSION_DENIED"):
        await bob.add(people.group, [people.uid("dave")])
    await alice.set_role(people.group, people.uid("bob"), Role.ADMIN)
    await bob.add(people.group, [people.uid("dave")])
    found = [(member.uid, member.role) async for member in bob.members(people.group)]
    assert found == [
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
    assert bob.mentions(people.session) == [sent.seq]


async def test_a_killed_fan_out_loses_nothing(stack: LocalStack, people: People) -> None:
    alice, bob = await people.online("alice"), await people.online("bob")
    await alice.create_group("Room", [people.uid("bob")], group=people.group)
    await soon(lambda: people.texts(bob) == ["create"])
    for number in range(6):
        await alice.send(people.session, {"text": number})
        await stack.functions.kill("FanoutFunction")
    await alice.send(people.session, {"text": "last"})
    await soon(lambda: people.texts(bob)[-1:] == ["last"])
    await bob.catch_up(people.session)
    assert people.texts(bob) == ["create", *range(6), "last"]
    assert people.unread(bob) == 7
