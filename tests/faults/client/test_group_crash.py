"""The client of a group is killed at every single contact with its database or its socket, and started again."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from catchup_client import Client, Encoding
from tests.client.fake_server import FakeServer
from tests.client.faults import Faults, OnPush, OnRequest, Scripted
from tests.client.killing import PARTS, Killer, kill_at_every_contact, live
from tests.client.support import assert_nothing_lost, phone, settled, until

ROOM = "g:room"
OUTGOING = ("first", "second")


def _a_server_with_a_group(faults: Faults) -> FakeServer:
    server = FakeServer()
    server.state.last_messages = 1
    server.state.groups.own_listed = 1
    server.change("alice", "create", "room", uids=["bob"], name="Room")
    for number in range(4):
        server.say("alice", ROOM, f"waits {number}", at=["bob"])
        server.say("bob", ROOM, f"own, from elsewhere {number}")
    server.faults = faults
    return server


def _post(client: Client, server: FakeServer, text: str) -> None:
    kept = {queued.message.msg_id for queued in client.outbox()}
    if text not in kept and ("bob", text) not in server.state.by_msg_id:
        client.post(ROOM, {"message": text}, msg_id=text)


async def _day(client: Client, server: FakeServer) -> None:
    """Catch up, listen, send and change a group; as often as it is interrupted."""
    await client.catch_up()
    server.say("alice", ROOM, "live 1")
    server.say("bob", ROOM, "live, own, from elsewhere")
    _post(client, server, OUTGOING[0])
    server.say("alice", ROOM, "live 2")
    _post(client, server, OUTGOING[1])
    server.heads = True
    server.say("alice", ROOM, "only its head is pushed")
    await client.create_group("Own", ["alice"], group="own", msg_id="own")
    await until(lambda: not client.outbox())
    server.heads = False
    await client.catch_up()
    await until(lambda: settled(server, "bob"))
    await asyncio.sleep(5)
    await client.catch_up()


def _smooth() -> Faults:
    return Faults()


def _rough() -> Faults:
    return Scripted(
        {
            "pull": [OnRequest.LOSE_ANSWER, OnRequest.ANSWER, OnRequest.CLOSE_AFTER],
            "counters": [OnRequest.UNAVAILABLE_AFTER],
            "chat": [OnRequest.CLOSE_AFTER],
            "create": [OnRequest.LOSE_ANSWER],
            "clear": [OnRequest.LOSE_ANSWER],
        },
        pushes=[OnPush.LOSE, OnPush.LATE, OnPush.TWICE],
    )


async def _killed_at(at: int | None, path: Path, faults: Faults, encoding: Encoding) -> int:
    server = _a_server_with_a_group(faults)
    killer = Killer(at)
    await live(server, path / "bob-phone.sqlite", killer, _day, encoding)
    async with phone(server, path, encoding=encoding) as bob:
        await _day(bob, server)
        assert all(("bob", text) in server.state.by_msg_id for text in OUTGOING)
        assert_nothing_lost(server, bob)
        others = [message for message in server.state.talks[ROOM].messages if message.get("at")]
        assert bob.mentions(ROOM) == [message["seq"] for message in others]
    return killer.contacts


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("faults", "encoding"), [(_smooth, Encoding.JSON), (_rough, Encoding.PROTOBUF)])
def test_a_kill_at_any_contact_loses_nothing_of_a_group_and_counts_nothing_twice(
    tmp_path: Path, faults: Callable[[], Faults], encoding: Encoding, part: int
) -> None:
    kill_at_every_contact(lambda at, path: _killed_at(at, path, faults(), encoding), tmp_path, 200, part)
