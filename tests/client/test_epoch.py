"""The server has another data set than before: its numbers began again, higher or lower than those that are known."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catchup_client import Client, Code, Encoding, RequestRefused, Settings, StartedAnew, Store, StoreError
from catchup_client.events import Subscription
from tests.client.fake_server import FakeServer, token
from tests.client.faults import Faults, OnRequest, Scripted
from tests.client.killing import Killer, live
from tests.client.support import (
    QuickConnection,
    assert_nothing_lost,
    open_quickly,
    phone,
    quick_store,
    settled,
    texts,
    unread,
    until,
)
from tests.client.virtual_time import in_virtual_time, run

SESSION = "p:alice:bob"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def say(server: FakeServer, count: int, what: str, sender: str = "alice") -> None:
    """Let somebody send bob some messages, private ones and in a group."""
    for number in range(count):
        server.say(sender, "bob", f"{what} {number}")


def a_room(server: FakeServer, count: int, what: str) -> None:
    """Make a group and let alice speak there."""
    server.change("alice", "create", "room", name="Room", uids=["bob"])
    for number in range(count):
        server.say("alice", "g:room", f"{what} in the room {number}")


async def started_anew(events: Subscription) -> StartedAnew:
    """Wait for it."""
    async with asyncio.timeout(60):
        async for event in events:
            if isinstance(event, StartedAnew):
                return event
    raise AssertionError("the client has stopped")


@both_encodings
@pytest.mark.parametrize(("before", "after"), [(5, 2), (2, 9), (3, 3), (4, 0)])
@pytest.mark.parametrize("connected", [True, False], ids=["connected", "away"])
@in_virtual_time
async def test_numbers_that_began_again_are_counted_anew_and_the_old_store_is_kept(
    tmp_path: Path, before: int, after: int, connected: bool, encoding: Encoding
) -> None:
    server = FakeServer()
    say(server, before, "old")
    a_room(server, before, "old")

    async def again() -> None:
        server.begin_again()
        say(server, after, "new", "alice" if after != 3 else "carol")
        a_room(server, after, "new")

    async with phone(server, tmp_path, encoding=encoding) as bob:
        await bob.catch_up()
        assert_nothing_lost(server, bob)
        if connected:
            events = bob.events()
            await again()
            event = await started_anew(events)
            await bob.catch_up()
            assert_nothing_lost(server, bob)
            assert unread(bob, SESSION) == (after if after != 3 else 0)
            assert [state.session_id for state in bob.sessions() if "alice" in state.session_id] == (
                [SESSION] if after not in {0, 3} else []
            )
    if not connected:
        await again()
        async with phone(server, tmp_path, encoding=encoding) as bob:
            event = await started_anew(bob.events())
            await bob.catch_up()
            assert_nothing_lost(server, bob)
    assert event == StartedAnew("second", str(tmp_path / "bob-phone.sqlite.old-1"))
    kept = quick_store(event.set_aside)
    held = [message.content["message"] for message in kept.messages(SESSION, None, 100)]  # type: ignore[arg-type]
    assert held == [f"old {number}" for number in reversed(range(before))]
    assert kept.owner == "bob"
    kept.close()


@in_virtual_time
async def test_the_same_data_set_never_starts_anew(tmp_path: Path) -> None:
    server = FakeServer()
    say(server, 3, "old")
    for _ in range(2):
        async with phone(server, tmp_path) as bob:
            events = bob.events()
            await bob.catch_up()
            server.close_all()
            await bob.catch_up()
            assert_nothing_lost(server, bob)
        assert [event async for event in events if isinstance(event, StartedAnew)] == []
    assert [path.name for path in tmp_path.iterdir()] == ["bob-phone.sqlite"]


@in_virtual_time
async def test_a_server_without_an_epoch_changes_nothing(tmp_path: Path) -> None:
    server = FakeServer()
    say(server, 3, "old")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.state.epoch = ""
        server.close_all()
        await bob.catch_up()
        assert_nothing_lost(server, bob)


@in_virtual_time
async def test_each_data_set_is_kept_in_a_file_of_its_own(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        for number in range(1, 4):
            say(server, number, "old")
            await bob.catch_up()
            events = bob.events()
            server.begin_again(f"epoch-{number}")
            event = await started_anew(events)
            assert event.set_aside.endswith(f".old-{number}")
            kept = quick_store(event.set_aside)
            assert kept.saved_messages(SESSION) == number  # type: ignore[arg-type]
            kept.close()


@in_virtual_time
async def test_what_was_not_sent_yet_is_sent_to_the_new_data_set(tmp_path: Path) -> None:
    server = FakeServer(Scripted({"chat": [OnRequest.ANSWER, *[OnRequest.LOSE_REQUEST] * 2]}))
    server.state.rules.words = {"casino": "HELD", "bomb": "REJECTED"}
    async with phone(server, tmp_path) as bob:
        await bob.send("alice", {"message": "was sent"}, msg_id="sent")
        bob.post("alice", {"message": "casino"}, msg_id="held")
        bob.post("alice", {"message": "bomb"}, msg_id="refused")
        await until(lambda: [queued.refused for queued in bob.outbox()] == [Code.HELD, Code.REJECTED])
        waiting = asyncio.create_task(bob.send("alice", {"message": "waits"}, msg_id="waits"))
        server.faults = Scripted({"chat": [OnRequest.LOSE_REQUEST]})
        await until(lambda: server.requests[-1]["body"].get("msgId") == "waits")
        events = bob.events()
        server.begin_again()
        bob.post("carol", {"message": "written offline"}, msg_id="offline")
        await started_anew(events)
        await waiting
        await until(lambda: len(bob.outbox()) == 1)
        assert sorted(texts(bob, SESSION)) == ["casino", "waits"]
        assert ("bob", "offline") in server.state.by_msg_id
        assert ("bob", "sent") not in server.state.by_msg_id, "what the old data set had is not said again"
        assert [(queued.message.msg_id, queued.refused) for queued in bob.outbox()] == [("refused", Code.REJECTED)]


class BeginAgain(Faults):
    """At the n-th request the server begins again; it is never worked on."""

    def __init__(self, at: int | None, begin: Callable[[], None]) -> None:
        self.requests = 0
        self._at = at
        self._begin = begin

    def on_request(self, cmd: str) -> OnRequest:
        self.requests += 1
        if self.requests != self._at:
            return OnRequest.ANSWER
        self._begin()
        return OnRequest.CLOSE_BEFORE


@both_encodings
def test_whatever_is_under_way_names_nothing_of_the_old_data_set_to_the_new_one(
    tmp_path: Path, encoding: Encoding
) -> None:
    """A catch-up of two sessions and a group, pushes, gaps, acks and clears; the server begins again at each request
    of it, with as many messages as before: an ack of an old one would delete a new one that nobody has."""

    async def day(at: int | None, path: Path) -> int:
        server = FakeServer()

        def begin() -> None:
            server.begin_again()
            fill("new")

        def fill(what: str) -> None:
            server.state.last_messages = 1
            say(server, 7, what)
            say(server, 5, what, "carol")
            server.say("bob", "alice", f"{what}, from another device of mine")
            a_room(server, 6, what)

        fill("old")
        server.faults = faults = BeginAgain(at, begin)
        async with phone(server, path, encoding=encoding, settings=Settings(page_limit=2)) as bob:
            await bob.catch_up()
            say(server, 2, "live")
            server.say("alice", "g:room", "live in the room")
            await asyncio.sleep(5)
            await bob.catch_up()
            await until(lambda: settled(server, "bob"))
            assert_nothing_lost(server, bob)
            assert bob.gaps(SESSION) == []
        return faults.requests

    def lived(at: int | None) -> int:
        path = tmp_path / str(at)
        path.mkdir()
        return run(day(at, path))

    requests = lived(None)
    assert requests > 15
    for at in range(1, requests + 1):
        try:
            lived(at)
        except BaseException as error:
            error.add_note(f"began again at request {at} of {requests}")
            raise


@in_virtual_time
async def test_a_push_that_overtakes_the_answer_of_the_login_is_no_part_of_the_old_store(tmp_path: Path) -> None:
    server = FakeServer(Scripted({"login": [OnRequest.ANSWER, OnRequest.LOSE_ANSWER]}))
    say(server, 3, "old")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        events = bob.events()
        server.begin_again()
        await until(lambda: ("bob", "phone") in server.online)
        say(server, 2, "new")
        event = await started_anew(events)
        await bob.catch_up()
        assert_nothing_lost(server, bob)
    kept = quick_store(event.set_aside)
    assert kept.saved_messages(SESSION) == 3  # type: ignore[arg-type]
    kept.close()


class FullDisk(QuickConnection):
    """Has no room for a copy."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql.startswith("VACUUM"):
            Path(parameters[0]).write_text("half of it")
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, parameters)


@in_virtual_time
async def test_a_store_that_can_t_be_set_aside_is_left_as_it_is(tmp_path: Path) -> None:
    server = FakeServer()
    say(server, 3, "old")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    server.begin_again()
    path = tmp_path / "bob-phone.sqlite"
    store = Store(path, lambda name: sqlite3.connect(name, isolation_level=None, factory=FullDisk))
    with pytest.raises(StoreError, match=r"could not be copied to .*bob-phone.sqlite.old-1: database or disk is full"):
        async with Client("ws://fake", token("bob"), store, dial=server.dialer()) as bob:
            await bob.logged_in()
    assert store.saved_messages(SESSION) == 3  # type: ignore[arg-type]
    store.close()
    assert [found.name for found in tmp_path.iterdir()] == ["bob-phone.sqlite"]


@in_virtual_time
async def test_a_store_in_memory_starts_anew_and_keeps_nothing(tmp_path: Path) -> None:
    server = FakeServer()
    say(server, 3, "old")
    store = Store(":memory:", open_quickly)
    async with Client("ws://fake", token("bob"), store, dial=server.dialer()) as bob:
        await bob.catch_up()
        events = bob.events()
        server.begin_again()
        say(server, 1, "new")
        assert await started_anew(events) == StartedAnew("second", "")
        await bob.catch_up()
        assert texts(bob, SESSION) == ["new 0"]
    store.close()


def test_a_kill_at_any_moment_of_starting_anew_loses_neither_the_old_store_nor_the_outbox(tmp_path: Path) -> None:
    async def day(at: int | None, path: Path) -> int:
        server = FakeServer()
        server.latency = lambda: 0.001
        say(server, 3, "old")
        async with phone(server, path) as bob:
            await bob.catch_up()
        server.faults = Scripted({"chat": [OnRequest.LOSE_REQUEST] * 3})
        async with phone(server, path) as bob:
            bob.post("alice", {"message": "mine"}, msg_id="mine")
        server.faults = Faults()
        server.begin_again()
        say(server, 2, "new")
        killer = Killer(at)

        async def starts(client: Client, _: FakeServer) -> None:
            await client.logged_in()

        await live(server, path / "bob-phone.sqlite", killer, starts, Encoding.JSON)
        async with phone(server, path) as bob:
            await bob.catch_up()
            await until(lambda: not bob.outbox() and settled(server, "bob"))
            assert sorted(texts(bob, SESSION)) == ["mine", "new 0", "new 1"]
            assert unread(bob, SESSION) == 2
        kept = [quick_store(found) for found in sorted(path.glob("*.old-*"))]
        assert kept[0].saved_messages(SESSION) == 3  # type: ignore[arg-type]
        for store in kept:
            store.close()
        return killer.contacts

    def lived(at: int | None) -> int:
        path = tmp_path / str(at)
        path.mkdir()
        return run(day(at, path), expected=BaseException)

    contacts = lived(None)
    assert contacts > 20
    for at in range(1, contacts + 1):
        lived(at)


@in_virtual_time
async def test_a_request_of_the_application_gets_the_answer_of_the_new_data_set(tmp_path: Path) -> None:
    server = FakeServer()
    a_room(server, 1, "old")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        events = bob.events()
        server.begin_again()
        with pytest.raises(RequestRefused):
            await bob.leave("room")
        await started_anew(events)
