"""Who types, who is online, and signals of the application's own; conformance/vectors/signals.json has the rest."""

import asyncio
from pathlib import Path

import pytest

from catchup_client import (
    Client,
    ClientClosed,
    Code,
    Encoding,
    InvalidInput,
    OnlineStatus,
    RequestRefused,
    Signalled,
    TypingChanged,
)
from catchup_client.events import Event, Subscription
from tests.client.fake_server import FakeServer
from tests.client.faults import OnRequest, Scripted
from tests.client.support import both_transports, phone, until
from tests.client.virtual_time import in_virtual_time

SESSION = "p:alice:bob"
FAILURES = {Code.UNAVAILABLE, Code.INTERNAL}
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def heard(events: Subscription) -> list[Event]:
    return [event for event in events.pending() if isinstance(event, Signalled | TypingChanged)]


def sent(server: FakeServer) -> list[tuple[str, str]]:
    """To whom, and of what kind."""
    return [(one["body"]["to"], one["body"]["kind"]) for one in server.requests if one["cmd"] == "signal"]


async def ready(*clients: Client) -> None:
    for client in clients:
        await client.logged_in()


@both_encodings
@in_virtual_time
async def test_a_person_sees_that_another_types_until_the_message_comes(tmp_path: Path, encoding: Encoding) -> None:
    server = FakeServer()
    server.say("alice", "bob", "earlier")
    async with (
        phone(server, tmp_path, encoding=encoding) as bob,
        phone(server, tmp_path, "alice", encoding=encoding) as alice,
    ):
        await ready(alice, bob)
        events = bob.events()
        alice.typing("bob")
        await asyncio.sleep(1)
        assert heard(events) == [Signalled(SESSION, "alice", "typing", ""), TypingChanged(SESSION, ("alice",))]
        await alice.send("bob", {"message": "hello"})
        await asyncio.sleep(1)
        assert heard(events) == [TypingChanged(SESSION, ())]
        await asyncio.sleep(10)
        assert heard(events) == []
        assert sent(server) == [("bob", "typing")]


@both_transports
@in_virtual_time
async def test_a_signal_of_ones_own_tells_whether_it_was_taken(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "earlier")
    async with phone(server, tmp_path, "alice") as alice:
        await ready(alice)
        first = asyncio.create_task(alice.signal("bob", "recording", "1"))
        replaced = asyncio.create_task(alice.signal("bob", "recording", "2"))
        last = asyncio.create_task(alice.signal("bob", "recording", "3"))
        assert [await first, await replaced, await last] == [False, False, True]
        with pytest.raises(RequestRefused) as refused:
            await alice.signal("erin", "recording")
        assert refused.value.code is Code.FAILED_PRECONDITION
        # What nobody waits for may be refused too.
        alice.typing("erin")
        await asyncio.sleep(2)
        assert await alice.signal("bob", "recording")


@in_virtual_time
async def test_without_a_connection_a_signal_is_dropped(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "earlier")
    async with phone(server, tmp_path, "alice") as alice:
        assert not await alice.signal("bob", "recording")
        await ready(alice)
        assert await alice.signal("bob", "recording")
        waiting = asyncio.create_task(alice.signal("bob", "recording"))
        await asyncio.sleep(0)
        server.close_all()
        assert not await waiting
        await asyncio.sleep(60)
        assert len(sent(server)) == 1


@pytest.mark.parametrize("fault", [fault for fault in OnRequest if fault is not OnRequest.ANSWER])
@in_virtual_time
async def test_a_signal_that_fails_is_not_sent_again_and_the_next_is(tmp_path: Path, fault: OnRequest) -> None:
    server = FakeServer(Scripted({"signal": [fault]}))
    server.say("alice", "bob", "earlier")
    async with phone(server, tmp_path, "alice") as alice:
        await ready(alice)
        # A refusal, or false.
        (outcome,) = await asyncio.gather(alice.signal("bob", "recording"), return_exceptions=True)
        assert outcome is False or (isinstance(outcome, RequestRefused) and outcome.code in FAILURES)
        await asyncio.sleep(60)
        assert len(sent(server)) == 1
        await ready(alice)
        assert await alice.signal("bob", "recording")


@in_virtual_time
async def test_a_client_that_is_closed_leaves_nobody_waiting(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "earlier")
    async with phone(server, tmp_path, "alice") as alice:
        await ready(alice)
        assert await alice.signal("bob", "recording")
        waiting = asyncio.create_task(alice.signal("bob", "recording"))
        await asyncio.sleep(0)
    with pytest.raises(ClientClosed):
        await waiting


@pytest.mark.parametrize(
    ("to", "kind", "data", "field"),
    [
        ("alice", "typing", "", "to"),
        ("b b", "typing", "", "to"),
        ("g:", "typing", "", "to"),
        ("bob", "Typing", "", "kind"),
        ("bob", "", "", "kind"),
        ("bob", "x" * 33, "", "kind"),
        ("bob", "typing", "ä" * 129, "data"),
        ("bob", "typing", "\ud800", "data"),
    ],
)
@in_virtual_time
async def test_what_can_not_be_a_signal_is_not_even_sent(
    tmp_path: Path, to: str, kind: str, data: str, field: str
) -> None:
    server = FakeServer()
    async with phone(server, tmp_path, "alice") as alice:
        await ready(alice)
        with pytest.raises(InvalidInput) as invalid:
            await alice.signal(to, kind, data)
        assert invalid.value.field == field
        assert sent(server) == []


@both_transports
@both_encodings
@in_virtual_time
async def test_who_is_online_is_asked_a_hundred_at_a_time(tmp_path: Path, encoding: Encoding) -> None:
    server = FakeServer()
    server.say("alice", "bob", "earlier")
    server.say("alice", "carol", "hello")
    async with phone(server, tmp_path, "alice", encoding=encoding) as alice:
        others = [f"u{number}" for number in range(149)]
        if server.transport == "websocket":
            async with phone(server, tmp_path, encoding=encoding) as bob:
                await ready(bob)
                assert (await alice.online(["bob"]))["bob"] == OnlineStatus(online=True)  # type: ignore[index]
        people = await alice.online(["bob", "carol", "bob", *others])
        assert len(people) == 151
        assert people["carol"] == OnlineStatus(online=False, last_seen_ms=server.state.clock)  # type: ignore[index]
        assert people["u7"] == OnlineStatus(online=False)  # type: ignore[index]
        asked = [len(one["body"]["uids"]) for one in server.requests if one["cmd"] == "online"]
        assert asked[-2:] == [100, 51]
        with pytest.raises(InvalidInput):
            await alice.online(["a b"])
        assert await alice.online([]) == {}


@in_virtual_time
async def test_a_question_that_fails_is_repeated(tmp_path: Path) -> None:
    server = FakeServer(Scripted({"online": [OnRequest.UNAVAILABLE_BEFORE]}))
    async with phone(server, tmp_path, "alice") as alice:
        assert (await alice.online(["bob"]))["bob"] == OnlineStatus(online=False)  # type: ignore[index]


@in_virtual_time
async def test_who_types_is_forgotten_with_the_connection(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "earlier")
    async with phone(server, tmp_path) as bob, phone(server, tmp_path, "alice") as alice:
        await ready(alice, bob)
        events = bob.events()
        alice.typing("bob")
        await until(lambda: any(isinstance(event, TypingChanged) for event in heard(events)))
        server.online["bob", "phone"].drop()
        await asyncio.sleep(1)
        assert heard(events) == [TypingChanged(SESSION, ())]
