"""Whose messages a phone does not take, in both encodings."""

from pathlib import Path

import pytest

from catchup_client import Code, Encoding, InvalidInput, RequestRefused
from tests.client.fake_server import FakeServer
from tests.client.faults import OnRequest, Scripted
from tests.client.support import both_transports, phone, texts
from tests.client.virtual_time import in_virtual_time

SESSION = "p:alice:bob"
both_encodings = pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)


@both_transports
@both_encodings
@in_virtual_time
async def test_who_is_blocked_is_refused_until_unblocked_and_the_list_is_the_accounts(
    tmp_path: Path, encoding: Encoding
) -> None:
    server = FakeServer()
    async with (
        phone(server, tmp_path, encoding=encoding) as bob,
        phone(server, tmp_path, device="laptop", encoding=encoding) as laptop,
        phone(server, tmp_path, "alice", encoding=encoding) as alice,
    ):
        for uid in ("carol", "alice", "alice"):
            await bob.block(uid)
        assert await laptop.blocked() == ("alice", "carol")
        with pytest.raises(RequestRefused) as refused:
            await alice.send("bob", {"message": "hello"}, msg_id="m1")
        assert (refused.value.code, refused.value.field) == (Code.PERMISSION_DENIED, "body.to")
        assert [queued.refused for queued in alice.outbox()] == [Code.PERMISSION_DENIED]
        for _ in range(2):
            await laptop.unblock("alice")
        assert await bob.blocked() == ("carol",)
        alice.discard("m1")
        await alice.send("bob", {"message": "hello"}, msg_id="m1")
        await bob.catch_up()
        assert texts(bob, SESSION) == ["hello"]


@both_transports
@pytest.mark.parametrize("cmd", ["block", "unblock", "blocked"])
@pytest.mark.parametrize("fault", [fault for fault in OnRequest if fault is not OnRequest.ANSWER])
@in_virtual_time
async def test_a_request_about_blocks_that_fails_is_repeated(tmp_path: Path, fault: OnRequest, cmd: str) -> None:
    server = FakeServer(Scripted({cmd: [fault]}))
    async with phone(server, tmp_path) as bob:
        await bob.block("carol")
        assert await bob.blocked() == ("carol",)
        await bob.unblock("carol")
        assert server.state.rules.blocks["bob"] == set()
    assert len([request for request in server.requests if request["cmd"] == cmd]) == 2


@in_virtual_time
async def test_a_list_that_is_full_is_told_and_a_malformed_uid_is_not_even_sent(tmp_path: Path) -> None:
    server = FakeServer()
    server.state.rules.blocks["bob"] = {f"spammer-{number}" for number in range(300)}
    async with phone(server, tmp_path) as bob:
        with pytest.raises(RequestRefused) as refused:
            await bob.block("carol")
        assert refused.value.code is Code.FAILED_PRECONDITION
        server.requests.clear()
        for call in (bob.block, bob.unblock):
            with pytest.raises(InvalidInput) as invalid:
                await call("carol smith")
            assert invalid.value.field == "uid"
        assert server.requests == []
