"""A device that was away while another one took everything, notes to oneself, and what retention has removed."""

import asyncio
from pathlib import Path

import pytest

from catchup_client import Encoding, MessagesSaved, Settings, Source, UnreadChanged
from tests.client.fake_server import FakeServer
from tests.client.support import assert_nothing_lost, both_transports, hear, phone, settled, texts, unread, until
from tests.client.virtual_time import in_virtual_time

SESSION, NOTES, ROOM = "p:alice:bob", "p:bob:bob", "g:room"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def a_talk(server: FakeServer, rounds: int = 12) -> list[str]:
    """Bob and Alice talk; what is said, the oldest first."""
    said = []
    for number in range(rounds):
        said += [f"question {number}", f"answer {number}"]
        server.say("alice", "bob", said[-2])
        server.say("bob", "alice", said[-1])
    return said


@both_encodings
@pytest.mark.parametrize("session", [None, SESSION], ids=["all", "by its name"])
@in_virtual_time
async def test_catching_up_brings_what_another_device_has_taken(
    tmp_path: Path, encoding: Encoding, session: str | None
) -> None:
    server = FakeServer()
    said = a_talk(server)
    server.say("carol", "bob", "hi")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await until(lambda: settled(server, "bob"))
    async with phone(server, tmp_path, device="tablet", encoding=encoding) as tablet:
        report = await tablet.catch_up(session)
        assert texts(tablet, SESSION) == said
        assert tablet.gaps(SESSION) == []
        assert unread(tablet, SESSION) == 0, "the phone has shown it already"
        assert report.saved == len(said) + (session is None)
        assert (await tablet.catch_up(session)).saved == 0
        if session is None:
            assert texts(tablet, "p:bob:carol") == ["hi"]


@in_virtual_time
async def test_a_device_that_holds_only_the_newest_gets_what_is_older_when_somebody_catches_up(tmp_path: Path) -> None:
    server = FakeServer()
    said = a_talk(server)
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    async with phone(server, tmp_path, device="tablet") as tablet:
        await tablet.logged_in()
        said += ["live"]
        server.say("alice", "bob", "live")
        await asyncio.sleep(10)
        assert texts(tablet, SESSION) == ["live"], "a push is no reason to fetch a whole history"
        await tablet.catch_up()
        assert texts(tablet, SESSION) == said
        assert unread(tablet, SESSION) == 1


@both_transports
@in_virtual_time
async def test_a_catch_up_that_was_cut_off_goes_on_with_what_is_older(tmp_path: Path) -> None:
    server = FakeServer()
    said = a_talk(server)
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    for _ in range(20):
        async with phone(server, tmp_path, device="tablet", settings=Settings(page_limit=2)) as tablet:
            await tablet.logged_in()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.15):
                    await tablet.catch_up()
                raise TimeoutError
    async with phone(server, tmp_path, device="tablet") as tablet:
        assert len(texts(tablet, SESSION)) > 2
        await tablet.catch_up()
        assert texts(tablet, SESSION) == said


@both_encodings
@in_virtual_time
async def test_a_note_to_oneself_comes_to_all_own_devices_and_is_never_unread(
    tmp_path: Path, encoding: Encoding
) -> None:
    server = FakeServer()
    async with (
        phone(server, tmp_path, encoding=encoding) as bob,
        phone(server, tmp_path, device="tablet", encoding=encoding) as tablet,
    ):
        await tablet.logged_in()
        events = tablet.events()
        assert (await bob.send("bob", {"message": "buy milk"})).session_id == NOTES
        assert (await bob.send("bob", {"message": "and bread"}, ack=False)).seq == 2
        async for event in events:
            if isinstance(event, MessagesSaved):
                assert event.source is Source.PUSH
                break
        await until(lambda: len(texts(tablet, NOTES)) == 2)
        for device in (bob, tablet):
            assert texts(device, NOTES) == ["buy milk", "and bread"]
            assert unread(device, NOTES) == 0
    async with phone(server, tmp_path, device="laptop", encoding=encoding) as laptop:
        await laptop.catch_up()
        assert texts(laptop, NOTES) == ["buy milk", "and bread"]
        assert unread(laptop, NOTES) == 0
        await laptop.catch_up()
        assert laptop.gaps(NOTES) == []


@both_transports
@both_encodings
@pytest.mark.parametrize(("removed", "left"), [(1, 4), (3, 2), (5, 0)])
@in_virtual_time
async def test_what_retention_has_removed_is_unread_no_longer(
    tmp_path: Path, encoding: Encoding, removed: int, left: int
) -> None:
    server = FakeServer()
    server.change("alice", "create", "room", name="Room", uids=["bob"])
    for number in range(5):
        server.say("alice", "bob", f"message {number}")
        server.say("bob", "alice", f"own {number}")
        server.say("alice", "g:room", f"in the room {number}")
    box = server.state.box("bob", SESSION)
    box.offline.clear()
    server.state.talks[SESSION].removed_below = 2 * removed + 1
    server.state.talks[ROOM].removed_below = removed + 2
    async with phone(server, tmp_path, encoding=encoding) as bob:
        await bob.logged_in()
        assert (unread(bob, SESSION), unread(bob, ROOM)) == (5, 5), "nobody has looked so far"
        events = bob.events()
        await bob.catch_up()
        assert (unread(bob, SESSION), unread(bob, ROOM)) == (left, left)
        server.say("alice", "bob", "new")
        server.say("alice", "g:room", "new in the room")
        await hear(server, bob)
        await asyncio.sleep(5)
        assert (unread(bob, SESSION), unread(bob, ROOM)) == (left + 1, left + 1)
        server.close_all()
        await asyncio.sleep(5)
        await bob.catch_up()
        assert (unread(bob, SESSION), unread(bob, ROOM)) == (left + 1, left + 1)
    told = {event.session_id: event.unread async for event in events if isinstance(event, UnreadChanged)}
    assert told == {SESSION: left + 1, ROOM: left + 1}


@both_transports
@in_virtual_time
async def test_what_this_device_holds_stays_unread_though_the_server_has_removed_it(tmp_path: Path) -> None:
    server = FakeServer()
    server.change("alice", "create", "room", name="Room", uids=["bob"])
    for number in range(5):
        server.say("alice", "bob", f"message {number}")
        server.say("alice", "g:room", f"in the room {number}")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        assert_nothing_lost(server, bob)
    for number in range(3):
        server.say("alice", "bob", f"lost {number}")
        server.say("alice", "g:room", f"lost in the room {number}")
    server.state.box("bob", SESSION).offline.clear()
    for session in (SESSION, ROOM):
        server.state.talks[session].removed_below = len(server.state.talks[session].messages) + 1
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await bob.catch_up()
        assert (unread(bob, SESSION), unread(bob, ROOM)) == (5, 5)


@both_transports
@in_virtual_time
async def test_scrolling_back_to_what_is_removed_tells_the_count_too(tmp_path: Path) -> None:
    server = FakeServer()
    server.state.last_messages = 0
    for number in range(5):
        server.say("alice", "bob", f"message {number}")
    server.state.talks[SESSION].removed_below = 4
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        while await bob.fetch_older(SESSION, limit=1):
            pass
        assert unread(bob, SESSION) == 2
