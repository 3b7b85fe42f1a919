"""A group through a bad network: lost answers, lost, doubled and late pushes, heads, closes at any moment."""

import asyncio
import random
from pathlib import Path

import pytest

from catchup_client import Client, Encoding, LoggedIn, Settings
from tests.client.fake_server import FakeServer
from tests.client.faults import Random
from tests.client.support import assert_nothing_lost, phone, settled, until
from tests.client.virtual_time import in_virtual_time

ROOM = "g:room"


@pytest.mark.parametrize("seed", range(30))
@in_virtual_time
async def test_a_group_through_a_bad_network_ends_complete(tmp_path: Path, seed: int) -> None:
    server = FakeServer()
    server.state.groups.own_listed = 2 + seed % 3
    server.change("alice", "create", "room", uids=["bob"], name="Room")
    for number in range(9):
        server.say("alice" if number % 2 else "bob", ROOM, f"before {number}")
    server.faults = Random(seed)
    chance = random.Random(seed)
    server.latency = lambda: chance.uniform(0, 0.3)  # so that answers and pushes overtake each other
    encoding = list(Encoding)[seed % 2]
    settings = Settings(page_limit=4, answer_timeout=5, internal_errors=50)

    async def talk(client: Client) -> None:
        for number in range(8):
            client.post(ROOM, {"message": f"{client.uid} {number}"})
            server.say(str(client.uid), ROOM, f"{client.uid} from elsewhere {number}")
            await asyncio.sleep(number % 3)
            server.heads = chance.random() < 0.3
            if number == 5:
                server.close_all()

    async with (
        phone(server, tmp_path, "bob", encoding=encoding, settings=settings, seed=seed) as bob,
        phone(server, tmp_path, "alice", settings=settings, seed=seed + 1) as alice,
    ):
        async with asyncio.TaskGroup() as group:
            group.create_task(talk(alice))
            group.create_task(talk(bob))
            group.create_task(bob.catch_up())
        await until(lambda: not alice.outbox() and not bob.outbox(), 3600)
        assert isinstance(server.faults, Random)
        server.faults.calm()
        server.close_all()
        for client in (alice, bob):
            await _after_next_login(client)
            await client.catch_up()
        await until(lambda: settled(server, "bob") and settled(server, "alice"))
        await asyncio.sleep(60)
        assert_nothing_lost(server, bob)
        assert_nothing_lost(server, alice, "alice")


async def _after_next_login(client: Client) -> None:
    async for event in client.events():
        if isinstance(event, LoggedIn):
            return
