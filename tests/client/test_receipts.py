"""Receipts on a device: own messages that were read, what the person has chosen, and who has read in a group."""

from pathlib import Path

import pytest

from catchup_client import Encoding, InvalidInput, ReadToChanged, ReceiptsChanged, RequestRefused
from catchup_client.client import Client
from tests.client.fake_receipts import push_to, read
from tests.client.fake_server import FakeServer
from tests.client.faults import OnRequest, Scripted
from tests.client.support import both_transports, phone, until
from tests.client.virtual_time import in_virtual_time

CHAT = "p:alice:bob"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


def server_with_chat() -> FakeServer:
    """Alice and Bob have each written to the other."""
    server = FakeServer()
    for number in range(1, 4):
        server.say("bob", "alice", f"from bob {number}")
        server.say("alice", "bob", f"from alice {number}")
    return server


def read_to(client: Client) -> tuple[int, int]:
    """The number and the seq."""
    (state,) = (each for each in client.sessions() if each.session_id == CHAT)
    return state.read_to.number, state.read_to.seq


@both_encodings
@in_virtual_time
async def test_a_push_tells_how_far_the_other_has_read_and_it_never_goes_back(
    tmp_path: Path, encoding: Encoding
) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path, encoding=encoding) as bob:
        await bob.catch_up()
        heard = bob.events()
        for number, seq in ((1, 1), (3, 5), (2, 3), (3, 5)):
            read(server, "alice", "bob", number, seq)
        await until(lambda: read_to(bob) == (3, 5))
        assert [
            (event.session_id, event.read_to.number) for event in heard.pending() if isinstance(event, ReadToChanged)
        ] == [
            (CHAT, 1),
            (CHAT, 3),
        ]
    async with phone(server, tmp_path, encoding=encoding) as bob:
        assert read_to(bob) == (3, 5), "it is kept"


@in_virtual_time
async def test_a_push_about_a_session_of_others_is_ignored(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        for connection in server.online.values():
            body = {"sessions": {CHAT: {"seq": 5, "received": 3}, "g:room": {"seq": 1, "received": 1}}}
            server.push(connection, {"cmd": "readTo", "time": 1, "uid": "carol", "body": body})
        read(server, "alice", "bob", 1, 1)
        await until(lambda: read_to(bob) == (1, 1))
        assert [state.session_id for state in bob.sessions()] == [CHAT]


@in_virtual_time
async def test_a_push_that_was_lost_is_made_up_for_by_the_list(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        read(server, "alice", "bob", 2, 3, push=False)
        assert read_to(bob) == (0, 0)
        await bob.refresh_sessions()
        assert read_to(bob) == (2, 3)


@in_virtual_time
async def test_what_one_device_chooses_holds_on_the_others(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.catch_up()
        read(server, "alice", "bob", 1, 1)
        await until(lambda: read_to(bob) == (1, 1))
        assert (bob.receipts.on, bob.receipts.changed_at_ms) == (True, 0)
        async with phone(server, tmp_path, device="tablet") as tablet:
            await tablet.logged_in()
            heard = tablet.events()
            await bob.set_receipts(on=False)
            await until(lambda: not tablet.receipts.on)
            assert [event.choice for event in heard.pending() if isinstance(event, ReceiptsChanged)] == [bob.receipts]
        assert read_to(bob) == (0, 0), "off is off for both ways"
        async with phone(server, tmp_path, device="laptop") as laptop:
            await laptop.logged_in()
            assert laptop.receipts == bob.receipts
        await bob.set_receipts(on=True)
        assert read_to(bob) == (1, 1)


@in_virtual_time
async def test_a_push_that_comes_late_takes_no_later_choice_back(tmp_path: Path) -> None:
    server = server_with_chat()
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await bob.set_receipts(on=False)
        older = dict(server.state.receipts.choices["bob"])
        await bob.set_receipts(on=True)
        push_to(server, "bob", {"cmd": "receipts", "time": server.state.clock, "body": older})
        read(server, "alice", "bob", 1, 1)
        await until(lambda: read_to(bob) == (1, 1))
        assert bob.receipts.on


@in_virtual_time
async def test_a_choice_survives_lost_answers_and_is_sent_with_its_time(tmp_path: Path) -> None:
    server = FakeServer(Scripted({"receipts": [OnRequest.INTERNAL, OnRequest.INTERNAL]}))
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        await bob.set_receipts(on=False)
    sent = [request["body"] for request in server.requests if request["cmd"] == "receipts"]
    assert len(sent) == 3
    assert sent[0] == sent[1] == sent[2]
    assert server.state.receipts.choices["bob"]["on"] is False


@in_virtual_time
async def test_a_deployment_without_receipts_refuses_and_says_so_at_login(tmp_path: Path) -> None:
    server = server_with_chat()
    server.state.receipts.offered = False
    async with phone(server, tmp_path) as bob:
        await bob.logged_in()
        assert bob.receipts.off_for_all
        with pytest.raises(RequestRefused):
            await bob.set_receipts(on=True)
        assert not bob.receipts.on


@both_transports
@both_encodings
@in_virtual_time
async def test_an_author_asks_who_has_read(tmp_path: Path, encoding: Encoding) -> None:
    server = server_with_chat()
    server.state.receipts.readers["g:room", 2] = ["alice", "carol"]
    async with phone(server, tmp_path, encoding=encoding) as bob:
        assert list(await bob.readers("g:room", 2)) == ["alice", "carol"]
        with pytest.raises(InvalidInput):
            await bob.readers(CHAT, 2)


@in_virtual_time
async def test_nobody_is_asked_who_has_read_while_receipts_are_off(tmp_path: Path) -> None:
    server = server_with_chat()
    server.state.receipts.choices["bob"] = {"on": False, "changedAt": 5}
    async with phone(server, tmp_path) as bob:
        with pytest.raises(RequestRefused, match="receipts are off"):
            await bob.readers("g:room", 2)
    assert "readers" not in {request["cmd"] for request in server.requests}
