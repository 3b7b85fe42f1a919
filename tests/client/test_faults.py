"""Lost answers, lost, doubled and late pushes, error frames, closes at any moment: nothing lost or counted twice."""

import asyncio
import random
from pathlib import Path

import pytest

from catchup_client import Client, Code, Encoding, LoggedIn, MessageRefused, RequestRefused, Settings
from tests.client.fake_server import FakeServer
from tests.client.faults import Faults, OnPush, OnRequest, Random, Scripted
from tests.client.support import (
    assert_nothing_lost,
    both_transports,
    hear,
    phone,
    quick_store,
    settled,
    texts,
    unread,
    until,
)
from tests.client.virtual_time import in_virtual_time

SESSION = "p:alice:bob"
every_fault = pytest.mark.parametrize("fault", [fault for fault in OnRequest if fault is not OnRequest.ANSWER])


@both_transports
@pytest.mark.parametrize("cmd", ["login", "counters", "clear", "ack", "pull", "history", "sessions"])
@every_fault
@in_virtual_time
async def test_a_request_that_fails_is_repeated_and_changes_nothing_twice(
    tmp_path: Path, cmd: str, fault: OnRequest
) -> None:
    server = FakeServer()
    server.state.counters_per_frame = 1
    for number in range(8):
        server.say("alice", "bob", str(number))
        server.say("carol", "bob", str(number))
    server.say("bob", "alice", "own, from elsewhere")
    server.say("alice", "bob", "last")
    server.faults = faults = Scripted({cmd: [fault, OnRequest.ANSWER, fault]})
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        server.say("alice", "bob", "live")
        await hear(server, bob)
        await until(lambda: settled(server, "bob"))
        assert_nothing_lost(server, bob)
    if cmd != "clear":  # a clear may travel with an ack instead
        assert len(faults.requests[cmd]) < 3, f"the test never sent a {cmd}"


@every_fault
@in_virtual_time
async def test_a_ping_that_fails_never_stops_the_client(tmp_path: Path, fault: OnRequest) -> None:
    server = FakeServer(Scripted({"ping": [fault, fault]}))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await asyncio.sleep(1800)
        assert (await bob.send("alice", {"message": "still here"})).seq == 1


@both_transports
@every_fault
@in_virtual_time
async def test_a_message_is_sent_until_the_server_holds_it_and_arrives_once(tmp_path: Path, fault: OnRequest) -> None:
    server = FakeServer(Scripted({"chat": [fault, fault, OnRequest.ANSWER, fault]}))
    async with phone(server, tmp_path, "alice") as alice:
        first = await alice.send("bob", {"message": "1"})
        second = await alice.send("bob", {"message": "2"})
        assert (first.seq, second.seq) == (1, 2)
        assert alice.outbox() == []
        assert_nothing_lost(server, alice, "alice")


@pytest.mark.parametrize("fate", [OnPush.LOSE, OnPush.TWICE, OnPush.LATE])
@in_virtual_time
async def test_pushes_that_are_lost_doubled_or_late_leave_neither_gap_nor_wrong_count(
    tmp_path: Path, fate: OnPush
) -> None:
    server = FakeServer(Scripted(pushes=[OnPush.DELIVER, fate, OnPush.DELIVER, fate]))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        for number in range(5):
            server.say("alice", "bob", str(number))
        await until(lambda: settled(server, "bob") and len(texts(bob, SESSION)) == 5)
        assert_nothing_lost(server, bob)
        assert not any(state.waiting for state in bob.sessions())


@in_virtual_time
async def test_a_gap_that_closes_by_itself_does_not_hide_what_a_counter_announced_meanwhile(tmp_path: Path) -> None:
    server = FakeServer()
    server.state.last_messages = 0
    async with phone(server, tmp_path, settings=Settings(backoff_base=0.01)) as bob:
        await bob.logged_in()
        server.say("alice", "bob", "1")
        await until(lambda: settled(server, "bob"))
        server.faults = Scripted(pushes=[OnPush.LATE, OnPush.DELIVER, OnPush.LOSE])
        server.say("bob", "alice", "2 own, from elsewhere, comes after 3")
        server.say("alice", "bob", "3")
        server.say("alice", "bob", "4 waits, as its push is lost")
        await asyncio.sleep(0.05)
        server.close_all()
        await asyncio.sleep(2)
        await bob.catch_up()
        await until(lambda: settled(server, "bob"))
        await asyncio.sleep(10)
        assert_nothing_lost(server, bob)


@in_virtual_time
async def test_a_push_during_catch_up_hides_no_older_message(tmp_path: Path) -> None:
    server = FakeServer()
    for number in range(40):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        catching_up = asyncio.create_task(bob.catch_up())
        await until(lambda: len(texts(bob, SESSION)) > 10)
        server.say("alice", "bob", "live")
        await catching_up
        await until(lambda: settled(server, "bob"))
        assert_nothing_lost(server, bob)


@in_virtual_time
async def test_a_message_that_only_a_page_brings_is_counted_without_a_new_login(tmp_path: Path) -> None:
    server = FakeServer(Scripted(pushes=[OnPush.LOSE]))
    server.state.last_messages = 0
    for number in range(20):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        catching_up = asyncio.create_task(bob.catch_up())
        await until(lambda: len(texts(bob, SESSION)) > 4)
        server.say("alice", "bob", "its push is lost")
        await catching_up
        await until(lambda: settled(server, "bob"))
        assert server.dials == 1
        assert_nothing_lost(server, bob)


@in_virtual_time
async def test_a_message_that_history_brought_first_is_counted_once(tmp_path: Path) -> None:
    server = FakeServer(Scripted(pushes=[OnPush.DELIVER, OnPush.LATE, OnPush.LOSE]))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.say("alice", "bob", "1")
        server.say("alice", "bob", "2 comes late", ack=0)
        server.say("alice", "bob", "3 is lost")
        await bob.catch_up(SESSION)
        assert texts(bob, SESSION) == ["1", "2 comes late", "3 is lost"]
        assert unread(bob, SESSION) == 3
        server.deliver_late()
        await asyncio.sleep(5)
        assert_nothing_lost(server, bob)


@both_transports
@in_virtual_time
async def test_a_message_that_is_placed_and_not_raised_is_saved_and_counted_once_the_counter_has_it(
    tmp_path: Path,
) -> None:
    server = FakeServer()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.say("alice", "bob", "1")
        body = {"v": 1, "msgId": "m2", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {"message": "2"}}
        message, _ = server.state.accept("alice", body)  # and then the sender's function dies
        server.state.store_offline("bob", message)
        await bob.catch_up(SESSION)
        assert texts(bob, SESSION) == ["1", "2"]
        await asyncio.sleep(60)
        assert unread(bob, SESSION) == 1
        cmds = [request["cmd"] for request in server.requests]
        assert cmds.count("counters") == 1, "it is asked once for what a page has shown"
        server.say("alice", "bob", "3")
        await hear(server, bob)
        await until(lambda: unread(bob, SESSION) == 3)
        assert_nothing_lost(server, bob)


@both_transports
@in_virtual_time
async def test_acks_that_the_server_did_not_finish_are_named_again_even_if_no_page_brings_them(tmp_path: Path) -> None:
    class SlowOnce(Faults):
        left = 1

        def may_leave_remaining(self) -> bool:
            self.left -= 1
            return self.left >= 0

    server = FakeServer(SlowOnce())
    server.state.last_messages = 0
    server.state.early_stop_after = 2  # so the pulls that follow are bounded, below what remains
    for number in range(12):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        assert settled(server, "bob")


@both_transports
@in_virtual_time
async def test_acks_that_the_server_could_not_finish_are_named_again(tmp_path: Path) -> None:
    class Slow(Faults):
        left = 2

        def may_leave_remaining(self) -> bool:
            self.left -= 1
            return self.left >= 0

    server = FakeServer(Slow())
    server.state.last_messages = 0
    for number in range(12):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path) as bob:
        report = await bob.catch_up()
        assert settled(server, "bob")
        pulls = [request["body"]["ack"] for request in server.requests if request["cmd"] == "pull"]
        assert pulls == [[], [12, 11, 10, 9, 8], [8, 7, 6, 5, 4]]
        assert report.sessions[SESSION].duplicates == 2, "each page still held what couldn't be deleted"


@in_virtual_time
async def test_a_push_into_a_backlog_does_not_fetch_the_backlog(tmp_path: Path) -> None:
    server = FakeServer()
    server.state.last_messages = 0
    server.say("alice", "bob", "0")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    for number in range(1, 40):
        server.say("alice", "bob", str(number))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        server.requests.clear()
        server.say("alice", "bob", "live")
        await until(lambda: unread(bob, SESSION) == 41)
        await asyncio.sleep(60)
        assert {request["cmd"] for request in server.requests} <= {"ack", "clear", "counters"}
        await bob.catch_up()
        assert_nothing_lost(server, bob)


@in_virtual_time
async def test_pushes_that_overtake_the_logins_answer_are_counted_once(tmp_path: Path) -> None:
    server = FakeServer()
    for number in range(3):
        server.say("alice", "bob", str(number))
    answer = server._answer

    def answer_late(connection, request):  # type: ignore[no-untyped-def]
        reply = answer(connection, request)
        if request["cmd"] == "login":
            server.say("alice", "bob", "between")  # its push comes first
        return reply

    server._answer = answer_late  # type: ignore[method-assign]
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await until(lambda: settled(server, "bob") and unread(bob, SESSION) == 4)
        await bob.catch_up()
        assert_nothing_lost(server, bob)


@both_transports
@in_virtual_time
async def test_a_refused_message_stays_in_the_outbox_as_refused_and_the_next_one_goes_out(tmp_path: Path) -> None:
    server = FakeServer()
    async with phone(server, tmp_path, "alice") as alice:
        await alice.send("bob", {"message": "1"}, msg_id="same")
        events = alice.events()
        with pytest.raises(RequestRefused) as error:
            await alice.send("bob", {"message": "another"}, msg_id="same")
        assert error.value.code is Code.ALREADY_EXISTS
        assert [event async for event in _until_refused(events)][-1].code is Code.ALREADY_EXISTS  # type: ignore[union-attr]
        assert (await alice.send("bob", {"message": "2"})).seq == 2
        (queued,) = alice.outbox()
        assert queued.refused is Code.ALREADY_EXISTS
        assert alice.discard("same")
        assert alice.outbox() == []


async def _until_refused(events):  # type: ignore[no-untyped-def]
    async for event in events:
        yield event
        if isinstance(event, MessageRefused):
            return


@in_virtual_time
async def test_a_message_that_meets_only_internal_errors_rests_until_the_next_login(tmp_path: Path) -> None:
    server = FakeServer(Scripted({"chat": [OnRequest.INTERNAL] * 5}))
    async with phone(server, tmp_path, "alice") as alice:
        with pytest.raises(RequestRefused):
            await alice.send("bob", {"message": "1"})
        assert [queued.refused for queued in alice.outbox()] == [None]
        server.close_all()
        await until(lambda: alice.outbox() == [])
        assert_nothing_lost(server, alice, "alice")


@both_transports
@in_virtual_time
async def test_a_clear_of_more_than_was_ever_sent_does_not_repeat_itself_without_end(tmp_path: Path) -> None:
    server = FakeServer()
    server.say("alice", "bob", "1")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    server.state.boxes["bob", SESSION].received = server.state.boxes["bob", SESSION].cleared = 0
    store = quick_store(tmp_path / "bob-phone.sqlite")
    with store._database.transaction() as db:
        db.execute("UPDATE session SET cleared = 0")
    store.close()
    server.requests.clear()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await asyncio.sleep(300)
        assert [request["cmd"] for request in server.requests if request["cmd"] != "ping"].count("clear") == 1


@in_virtual_time
async def test_a_refused_clear_is_sent_again_when_the_server_has_come_so_far(tmp_path: Path) -> None:
    server = FakeServer()
    message = server.say("alice", "bob", "1")
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    box = server.state.boxes["bob", SESSION]
    box.received = box.cleared = 0
    store = quick_store(tmp_path / "bob-phone.sqlite")
    with store._database.transaction() as db:
        db.execute("UPDATE session SET cleared = 0")
    store.close()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await asyncio.sleep(300)
        assert (box.cleared, unread(bob, SESSION)) == (0, 1)
        # Its send was under way: now the counter is raised, and the message pushed.
        server.state.raise_counter("bob", message)
        server._fan_out(message, from_device="elsewhere")
        await until(lambda: box.cleared == 1)
        assert unread(bob, SESSION) == 1


@pytest.mark.parametrize("seed", range(40))
@in_virtual_time
async def test_a_conversation_through_a_bad_network_ends_complete(tmp_path: Path, seed: int) -> None:
    server = FakeServer(Random(seed))
    server.state.counters_per_frame = 2
    server.live_attempts_in_doubt = seed % 2 == 0
    chance = random.Random(seed)
    server.latency = lambda: chance.uniform(0, 0.3)  # so that answers and pushes overtake each other
    encoding = list(Encoding)[seed % 2]
    settings = Settings(page_limit=4, answer_timeout=5, internal_errors=50)

    async def talk(client: Client, to: str) -> None:
        for number in range(8):
            client.post(to, {"message": f"{client.uid} {number}"}, ack=number % 3 != 0)
            await asyncio.sleep(number % 3)
            if number == 5:
                server.close_all()

    for number in range(9):
        server.say("alice", "bob", f"before {number}")
        server.say("carol", "bob", f"before {number}")
    async with (
        phone(server, tmp_path, "bob", encoding=encoding, settings=settings, seed=seed) as bob,
        phone(server, tmp_path, "alice", settings=settings, seed=seed + 1) as alice,
    ):
        async with asyncio.TaskGroup() as group:
            group.create_task(talk(alice, "bob"))
            group.create_task(talk(bob, "alice"))
            group.create_task(bob.catch_up())
        await until(lambda: not alice.outbox() and not bob.outbox(), 3600)
        assert isinstance(server.faults, Random)
        server.faults.calm()
        server.close_all()
        for client in (alice, bob):
            await _after_next_login(client)
            await client.catch_up()
            await client.catch_up(SESSION)
            await client.fetch_older(SESSION)
        await until(lambda: settled(server, "bob") and settled(server, "alice"))
        assert not any(box.offline for box in server.state.boxes.values())
        assert_nothing_lost(server, bob)
        assert_nothing_lost(server, alice, "alice")


async def _after_next_login(client: Client) -> None:
    async for event in client.events():
        if isinstance(event, LoggedIn):
            return
