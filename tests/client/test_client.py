"""What a phone sees when nothing goes wrong, in both encodings."""

import asyncio
from pathlib import Path

import pytest

from catchup_client import (
    Encoding,
    EndReason,
    InvalidInput,
    LoggedIn,
    MessageSent,
    MessagesSaved,
    Progress,
    Source,
    UnreadChanged,
)
from tests.client.fake_server import FakeServer
from tests.client.support import assert_nothing_lost, both_transports, hear, phone, settled, texts, unread, until
from tests.client.virtual_time import in_virtual_time

SESSION = "p:alice:bob"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


@both_transports
@both_encodings
@in_virtual_time
async def test_a_backlog_is_counted_at_login_and_pulled_to_its_end(tmp_path: Path, encoding: Encoding) -> None:
    server = FakeServer()
    for number in range(23):
        server.say("alice", "bob", f"hello {number}")
    async with phone(server, tmp_path, encoding=encoding) as bob:
        login = await bob.logged_in()
        assert (login.frames, login.sessions, login.unread) == (1, 1, 23)
        assert login.bytes > 0
        assert unread(bob, SESSION) == 23
        assert texts(bob, SESSION) == ["hello 20", "hello 21", "hello 22"], "page zero came with the counter"

        report = await bob.catch_up()

        assert texts(bob, SESSION) == [f"hello {number}" for number in range(23)]
        assert report.sessions[SESSION].end_reason is EndReason.CAUGHT_UP
        assert (report.saved, report.duplicates, len(report.pages)) == (20, 0, 4)
        assert report.login == login
        assert report.bytes > 0
        assert 0 < report.page_seconds(0.5) <= report.page_seconds(0.99)
        assert unread(bob, SESSION) == 23, "catching up is not reading"
        assert settled(server, "bob")
        assert_nothing_lost(server, bob)


@both_encodings
@in_virtual_time
async def test_a_live_message_is_saved_counted_and_acked(tmp_path: Path, encoding: Encoding) -> None:
    server = FakeServer()
    async with phone(server, tmp_path, encoding=encoding) as bob, phone(server, tmp_path, "alice") as alice:
        await bob.logged_in()
        events = bob.events()
        sent = await alice.send("bob", {"message": "hello", "numbers": [1, 2.5, None, True, {"deep": "ünïcode"}]})
        assert (sent.seq, sent.session_id) == (1, SESSION)
        await until(lambda: settled(server, "bob"))
        saved = await anext(events)
        assert isinstance(saved, MessagesSaved)
        assert saved.source is Source.PUSH
        assert saved.messages[0].content == {"message": "hello", "numbers": [1, 2.5, None, True, {"deep": "ünïcode"}]}
        assert await anext(events) == UnreadChanged(saved.session_id, 1)
        assert_nothing_lost(server, bob)
        assert_nothing_lost(server, alice, "alice")
        assert unread(alice, SESSION) == 0, "own messages never count"


@both_transports
@in_virtual_time
async def test_reading_sets_the_red_dot_to_zero_and_a_new_message_to_one(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "one")
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        bob.mark_read(SESSION)
        assert unread(bob, SESSION) == 0
        server.say("alice", "bob", "two")
        await hear(server, bob)
        await until(lambda: unread(bob, SESSION) == 1)
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        assert unread(bob, SESSION) == 1, "the count survives a restart and isn't added again"


@both_transports
@in_virtual_time
async def test_counters_that_do_not_fit_one_frame_are_all_added(tmp_path: Path) -> None:
    server = FakeServer()
    server.state.counters_per_frame = 2
    for sender in ("alice", "carol", "dave", "erin", "frank"):
        server.say(sender, "bob", "hello")
    async with phone(server, tmp_path) as bob:
        login = await bob.logged_in()
        assert (login.frames, login.sessions, login.unread) == (3, 5, 5)
        await bob.catch_up()
        assert_nothing_lost(server, bob)
        assert settled(server, "bob")


@both_transports
@in_virtual_time
async def test_a_saved_page_is_named_in_the_next_pull_and_the_last_one_in_an_ack(tmp_path: Path) -> None:
    server = FakeServer()
    server.state.last_messages = 0
    for number in range(12):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    pulls = [request["body"]["ack"] for request in server.requests if request["cmd"] == "pull"]
    acks = [request["body"]["sessions"][SESSION]["seqs"] for request in server.requests if request["cmd"] == "ack"]
    assert pulls == [[], [12, 11, 10, 9, 8], [7, 6, 5, 4, 3]]
    assert acks == [[2, 1]]


@in_virtual_time
async def test_messages_of_another_own_device_and_unread_ones_it_took_are_filled_from_history(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "1")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    async with phone(server, tmp_path, device="laptop") as laptop:
        await laptop.logged_in()
        server.say("alice", "bob", "2 taken by the laptop", ack=0)
        await laptop.send("alice", {"message": "3 own"})
        server.say("alice", "bob", "4 acked by the laptop")
        await until(lambda: settled(server, "bob"))
    server.say("alice", "bob", "5 waits")
    async with phone(server, tmp_path) as bob:
        report = await bob.catch_up()
        assert texts(bob, SESSION) == ["1", "2 taken by the laptop", "3 own", "4 acked by the laptop", "5 waits"]
        assert report.sessions[SESSION].filled == 3
        assert report.sessions[SESSION].duplicates == 0


@both_transports
@in_virtual_time
async def test_what_another_device_said_last_is_found_although_no_counter_tells(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "1")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    async with phone(server, tmp_path, device="laptop") as laptop:
        await laptop.send("alice", {"message": "2"})
    async with phone(server, tmp_path) as bob:
        await bob.catch_up(SESSION)
        assert texts(bob, SESSION) == ["1", "2"]
    async with phone(server, tmp_path, device="laptop") as laptop:
        await laptop.send("alice", {"message": "3"})
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        assert texts(bob, SESSION) == ["1", "2", "3"]


@both_transports
@in_virtual_time
async def test_a_new_device_scrolls_back_to_the_first_message_without_a_catch_up(tmp_path: Path) -> None:
    server = FakeServer()
    for number in range(12):
        server.say("alice", "bob", str(number))
    server.say("carol", "bob", "hi")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    async with phone(server, tmp_path, device="tablet") as tablet:
        assert texts(tablet, SESSION) == []
        assert [message.seq for message in await tablet.fetch_older(SESSION, limit=5)] == [12, 11, 10, 9, 8]
        while await tablet.fetch_older(SESSION, limit=5):
            pass
        assert texts(tablet, SESSION) == [str(number) for number in range(12)]
        assert unread(tablet, SESSION) == 0


@both_transports
@in_virtual_time
async def test_retention_is_told_and_what_it_removed_is_not_asked_for_again(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "1")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    for number in range(2, 12):
        server.say("alice", "bob", str(number))
    box = server.state.boxes["bob", SESSION]
    box.offline = {seq: message for seq, message in box.offline.items() if seq > 8}
    box.trimmed = True
    server.state.talks[SESSION].removed_below = 6
    async with phone(server, tmp_path) as bob:
        report = await bob.catch_up()
        assert report.sessions[SESSION].end_reason is EndReason.RETENTION
        assert texts(bob, SESSION) == ["1", "6", "7", "8", "9", "10", "11"]
        assert bob.gaps(SESSION) == []
        server.requests.clear()
        await bob.catch_up()
        assert [request["cmd"] for request in server.requests] == ["sessions"]


@in_virtual_time
async def test_a_message_that_the_server_cannot_read_stays_a_hole_and_is_looked_for_twice(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "1")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        for number in range(2, 9):
            server.say("bob", "alice", str(number), msg_id=f"own-{number}")
            server.close_all()  # the push of an own message is lost
        server.state.talks[SESSION].unreadable = {3, 7, 8}
        report = await bob.catch_up()
        assert texts(bob, SESSION) == ["1", "2", "4", "5", "6"]
        assert report.sessions[SESSION].unreadable == 3
        assert bob.gaps(SESSION) == []


@both_transports
@in_virtual_time
async def test_a_pull_that_the_server_stopped_early_goes_on_below(tmp_path: Path) -> None:
    server = FakeServer()
    server.state.last_messages = 0
    server.state.early_stop_after = 2
    for number in range(9):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        assert_nothing_lost(server, bob)
        assert settled(server, "bob")


@both_transports
@in_virtual_time
async def test_progress_is_told_after_each_page_and_never_exceeds_what_is_expected(tmp_path: Path) -> None:
    server = FakeServer()
    for number in range(30):
        server.say("alice", "bob", str(number))
        server.say("carol", "bob", str(number))
    seen: list[Progress] = []
    async with phone(server, tmp_path) as bob:
        await bob.catch_up(on_progress=seen.append)
    assert seen[-1].saved == seen[-1].expected == 54, "three of each came with the counters"
    assert (seen[-1].sessions_done, seen[-1].sessions) == (2, 2)
    assert all(earlier.saved <= later.saved <= later.expected for earlier, later in zip(seen, seen[1:], strict=False))


@both_transports
@in_virtual_time
async def test_messages_sent_offline_go_out_in_order_one_at_a_time(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path, "alice") as alice:
        events = alice.events()
        ids = [alice.post("bob", {"message": str(number)}) for number in range(5)]
        assert [queued.message.msg_id for queued in alice.outbox()] == ids
        sent = [event async for event in _take(events, 6) if isinstance(event, MessageSent)]
        assert [(event.msg_id, event.sent.seq) for event in sent] == [(msg_id, i + 1) for i, msg_id in enumerate(ids)]
        assert alice.outbox() == []
        assert texts(alice, SESSION) == ["0", "1", "2", "3", "4"]


async def _take(events, count):  # type: ignore[no-untyped-def]
    for _ in range(count):
        event = await anext(events)
        if not isinstance(event, LoggedIn):
            yield event


@in_virtual_time
async def test_a_message_of_an_unacked_kind_is_counted_once_and_not_acked(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.say("alice", "bob", "typing…", ack=0)
        await until(lambda: unread(bob, SESSION) == 1)
        await asyncio.sleep(5)
        assert not [request for request in server.requests if request["cmd"] == "ack"]
        assert_nothing_lost(server, bob)


@in_virtual_time
async def test_an_unacked_kind_that_was_pushed_and_stored_is_counted_once_in_the_end(tmp_path: Path) -> None:
    server = FakeServer()
    server.live_attempts_in_doubt = True
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.say("alice", "bob", "1", ack=0)
        await until(lambda: unread(bob, SESSION) == 1)
    async with phone(server, tmp_path) as bob:
        assert server.state.box("bob", SESSION).offline
        await bob.catch_up(SESSION)
        assert_nothing_lost(server, bob)
        assert not server.state.box("bob", SESSION).offline


@pytest.mark.parametrize(
    ("to", "msg", "field"),
    [
        ("bob smith", {"message": "hi"}, "to"),
        ("bob", {"n": 2**53 + 1}, "msg"),
        ("bob", {"n": float("nan")}, "msg"),
        ("bob", {"text": "ü" * 9000}, "msg"),
        ("bob", {"bytes": b"no JSON"}, "msg"),
    ],
)
@in_virtual_time
async def test_what_could_never_be_sent_is_refused_before_it_is_stored(
    tmp_path: Path, to: str, msg: dict[str, object], field: str
) -> None:
    async with phone(FakeServer(), tmp_path, "alice") as alice:
        with pytest.raises(InvalidInput) as error:
            await alice.send(to, msg)
        assert error.value.field == field
        assert alice.outbox() == []
