"""What a person hides from themselves is gone on all their devices, whatever fails; and no count changes by it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from catchup_client import ConnectionLost, Encoding, InvalidInput, MessagesRevised, RequestRefused, StartedAnew
from catchup_client.client import Client
from tests.client.fake_server import FakeServer
from tests.client.faults import OnRequest, Scripted
from tests.client.support import both_transports, hear, phone, unread, until
from tests.client.virtual_time import in_virtual_time

CHAT = "p:alice:bob"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def server_with_chat(count: int = 3, *faults: OnRequest) -> FakeServer:
    """Alice has written to Bob."""
    server = FakeServer(Scripted({"hide": list(faults)}))
    for number in range(1, count + 1):
        server.say("alice", "bob", f"secret {number}")
    return server


def texts(client: Client, session_id: str = CHAT) -> list[object]:
    """The texts of the saved messages in their order, None where one is hidden."""
    saved = client.messages(session_id, limit=500)
    assert all(not message.content for message in saved if message.hidden)
    return [None if message.hidden else message.content["message"] for message in reversed(saved)]


def frames(server: FakeServer, cmd: str) -> list[dict[str, object]]:
    return [request["body"] for request in server.requests if request["cmd"] == cmd]


@both_transports
@both_encodings
@in_virtual_time
async def test_what_one_device_hides_is_gone_on_the_others(tmp_path: Path, encoding: Encoding) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path, encoding=encoding) as bob:
        await bob.catch_up()
        async with phone(server, tmp_path, device="tablet", encoding=encoding) as tablet:
            await tablet.catch_up()
            heard, counts = tablet.events(), (unread(bob, CHAT), unread(tablet, CHAT))
            await bob.hide(CHAT, [3, 1])
            await hear(server, tablet)
            await until(lambda: texts(tablet) == [None, "secret 2", None])
            assert texts(bob) == texts(tablet)
            assert (unread(bob, CHAT), unread(tablet, CHAT)) == counts
            revised = [event for event in heard.pending() if isinstance(event, MessagesRevised)]
            assert sorted(message.seq for event in revised for message in event.messages) == [1, 3]
    assert b"secret 1" not in (tmp_path / "bob-tablet.sqlite").read_bytes().replace(b"alice-secret 1", b"")


@both_transports
@in_virtual_time
async def test_a_device_that_was_away_learns_of_it_when_it_logs_in(tmp_path: Path) -> None:
    server = server_with_chat()
    server.state.hidden.page = 1
    async with phone(server, tmp_path, device="tablet") as tablet:
        await tablet.catch_up()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        bob.mark_read(CHAT)
        await bob.hide(CHAT, [1, 2])
    for asks in (1, 0):
        asked = len(server.requests)
        async with phone(server, tmp_path, device="tablet") as tablet:
            await until(lambda tablet=tablet: texts(tablet) == [None, None, "secret 3"])
            await asyncio.sleep(60)
        assert [request["cmd"] for request in server.requests[asked:]].count("sessions") == asks


@both_transports
@in_virtual_time
async def test_a_new_device_never_has_what_is_hidden(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await bob.hide(CHAT, [2])
    async with phone(server, tmp_path, device="new") as tablet:
        await tablet.catch_up()
        assert texts(tablet) == ["secret 1", None, "secret 3"]
        assert tablet.gaps(CHAT) == []


@both_transports
@pytest.mark.parametrize("fault", [fault for fault in OnRequest if fault is not OnRequest.ANSWER])
@in_virtual_time
async def test_what_is_hidden_is_told_until_it_is_answered(tmp_path: Path, fault: OnRequest) -> None:
    server = server_with_chat(3, fault)
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await bob.hide(CHAT, [2])
        assert server.state.hidden.seqs["bob", CHAT] == {2}
        assert server.state.hidden.versions["bob", CHAT] == 1


@both_transports
@in_virtual_time
async def test_what_is_hidden_without_a_connection_is_gone_at_once_and_told_later(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
    server.refuse_dials = [ConnectionLost("away")] * 1_000
    async with phone(server, tmp_path) as bob:
        hiding = asyncio.create_task(bob.hide(CHAT, [2]))
        await asyncio.sleep(0)
        assert texts(bob) == ["secret 1", None, "secret 3"]
        hiding.cancel()
    server.refuse_dials = []
    async with phone(server, tmp_path):
        await until(lambda: server.state.hidden.seqs.get(("bob", CHAT)) == {2})


@in_virtual_time
async def test_a_frame_names_at_most_a_hundred_messages(tmp_path: Path) -> None:
    server = server_with_chat(150)
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await bob.hide(CHAT, range(1, 151))
        assert texts(bob) == [None] * 150
    assert [len(body["seqs"]) for body in frames(server, "hide")] == [100, 50]  # type: ignore[arg-type]


@in_virtual_time
async def test_what_the_server_refuses_is_told_no_more(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        with pytest.raises(RequestRefused, match="PERMISSION_DENIED"):
            await bob.hide("p:alice:carol", [1])
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await asyncio.sleep(60)
    assert len(frames(server, "hide")) == 1


@in_virtual_time
async def test_what_the_server_can_not_take_now_is_hidden_here_and_told_after_the_next_login(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        assert isinstance(server.faults, Scripted)
        server.faults.requests["hide"] = [OnRequest.INTERNAL] * 9
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(600):
                await bob.hide(CHAT, [1])
        assert (texts(bob), server.state.hidden.seqs) == ([None, "secret 2", "secret 3"], {})
        server.faults.requests["hide"] = []
        server.close_all()
        await until(lambda: server.state.hidden.seqs.get(("bob", CHAT)) == {1})


@pytest.mark.parametrize("seqs", [[], [0], [1, -1], ["1"]])
@in_virtual_time
async def test_hiding_needs_seqs(tmp_path: Path, seqs: Sequence[int]) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        with pytest.raises(InvalidInput, match="seqs"):
            await bob.hide(CHAT, seqs)
        with pytest.raises(InvalidInput, match="session_id"):
            await bob.hide("alice", [1])


@in_virtual_time
async def test_another_data_set_forgets_what_is_hidden_in_the_old_one(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        await bob.hide(CHAT, [1])
        heard = bob.events()
        server.begin_again()
        server.say("alice", "bob", "another")
        await until(lambda: any(isinstance(event, StartedAnew) for event in heard.pending()))
        await bob.catch_up()
        assert texts(bob) == ["another"]


@in_virtual_time
async def test_a_call_that_waits_ends_when_the_data_set_is_another(tmp_path: Path) -> None:
    server = server_with_chat(3, *[OnRequest.LOSE_REQUEST] * 9)
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        hiding = asyncio.create_task(bob.hide(CHAT, [1]))
        await asyncio.sleep(1)
        server.begin_again()
        async with asyncio.timeout(600):
            await hiding
    assert server.state.hidden.seqs == {}
