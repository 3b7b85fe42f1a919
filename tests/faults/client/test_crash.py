"""The client is killed at every single contact with its database or its socket, and started again on the same file.

A kill between two statements of one transaction, before and after each commit, before, amid and after each frame:
in the end nothing is lost, nothing is there twice, the red dot is exact, and nothing was acked before it was saved.
"""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from catchup_client import Client, Encoding
from tests.client.fake_server import FakeServer
from tests.client.faults import Faults, OnPush, OnRequest, Random, Scripted
from tests.client.killing import PARTS, Killed, Killer, kill_at_every_contact, live
from tests.client.support import assert_nothing_lost, phone, settled, until
from tests.client.virtual_time import run


def _a_server_with_a_backlog(faults: Faults) -> FakeServer:
    server = FakeServer()
    server.state.last_messages = 1
    server.state.counters_per_frame = 1
    for number in range(4):
        server.say("alice", "bob", f"waits {number}")
    server.say("bob", "alice", "own, from elsewhere")
    server.say("carol", "bob", "waits")
    server.faults = faults
    return server


OUTGOING = [("first", "alice"), ("second", "alice"), ("third", "carol")]


class Day:
    """What bob does, and what he can rely on having done when his phone dies."""

    def __init__(self) -> None:
        self.posted: set[str] = set()

    def _post(self, client: Client, server: FakeServer, text: str, to: str) -> None:
        kept = {queued.message.msg_id for queued in client.outbox()}
        if text not in self.posted | kept and ("bob", text) not in server.state.by_msg_id:
            client.post(to, {"message": text}, msg_id=text)
            self.posted.add(text)

    async def live(self, client: Client, server: FakeServer) -> None:
        """Catch up, listen and send."""
        await client.catch_up()
        server.say("alice", "bob", "live 1")
        self._post(client, server, *OUTGOING[0])
        server.say("alice", "bob", "without ack", ack=0)
        server.say("alice", "bob", "live 2")
        self._post(client, server, *OUTGOING[1])
        self._post(client, server, *OUTGOING[2])
        await until(lambda: not client.outbox())
        await client.catch_up()
        await until(lambda: settled(server, "bob"))
        await asyncio.sleep(5)

    async def finish(self, client: Client, server: FakeServer) -> None:
        """Do what the killed day hadn't come to; nothing that it had come to is done again."""
        for text in ("live 1", "live 2"):
            server.say("alice", "bob", text)
        for text, to in OUTGOING:
            self._post(client, server, text, to)
        await client.catch_up()
        await until(lambda: not client.outbox() and settled(server, "bob"))
        await asyncio.sleep(5)
        await client.catch_up()
        assert all(("bob", text) in server.state.by_msg_id for text, _ in OUTGOING)
        assert_nothing_lost(server, client)


def _smooth() -> Faults:
    return Faults()


def _rough() -> Faults:
    return Scripted(
        {
            "pull": [OnRequest.LOSE_ANSWER, OnRequest.ANSWER, OnRequest.CLOSE_AFTER],
            "ack": [OnRequest.ANSWER, OnRequest.UNAVAILABLE_AFTER],
            "chat": [OnRequest.CLOSE_AFTER],
            "clear": [OnRequest.LOSE_ANSWER],
        },
        pushes=[OnPush.DELIVER, OnPush.TWICE, OnPush.LOSE],
    )


async def _killed_at(at: int | None, path: Path, faults: Faults, encoding: Encoding) -> int:
    """Live through the day with a kill, then start again; return how many contacts there were."""
    server = _a_server_with_a_backlog(faults)
    server.live_attempts_in_doubt = True
    killer, day = Killer(at), Day()
    await live(server, path / "bob-phone.sqlite", killer, day.live, encoding)
    async with phone(server, path, encoding=encoding) as bob:
        await day.finish(bob, server)
    return killer.contacts


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("faults", "encoding"), [(_smooth, Encoding.JSON), (_rough, Encoding.PROTOBUF)])
def test_a_kill_at_any_contact_loses_nothing_and_counts_nothing_twice(
    tmp_path: Path, faults: Callable[[], Faults], encoding: Encoding, part: int
) -> None:
    kill_at_every_contact(lambda at, path: _killed_at(at, path, faults(), encoding), tmp_path, 300, part)


@pytest.mark.parametrize("seed", range(25))
def test_kills_again_and_again_in_a_bad_network_lose_nothing_and_count_nothing_twice(tmp_path: Path, seed: int) -> None:
    async def days() -> None:
        chance = random.Random(seed)
        faults = Random(seed)
        server = _a_server_with_a_backlog(faults)
        server.live_attempts_in_doubt = True
        day = Day()
        for _ in range(6):
            killer = Killer(chance.randrange(1, 500))
            await live(server, tmp_path / "bob-phone.sqlite", killer, day.live, list(Encoding)[seed % 2])
        faults.calm()
        async with phone(server, tmp_path) as bob:
            await day.finish(bob, server)

    run(days(), expected=Killed)
