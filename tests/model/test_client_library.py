"""The real client library against the real handlers: some people, a bad network, and at rest nothing is wrong."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from catchup.observability import FunctionTelemetry
from catchup_client import Client, Encoding, Settings
from tests.client.fake_server import token
from tests.client.support import quick_store, unread, until
from tests.client.virtual_time import run, timing
from tests.faults.stage import InTurn
from tests.model.expected import session_of
from tests.model.network import Network
from tests.races.replay import Mortal
from tests.support import tally
from tests.support.engines import fresh_tables, moto_engine
from tests.support.world import World

DEVICES = (("alice", "phone"), ("bob", "phone"), ("bob", "tablet"), ("carl", "phone"))
UIDS = ("alice", "bob", "carl")
SECONDS_OF_TROUBLE = 90.0


class Town:
    """People, their devices, and the network between them and one deployment."""

    def __init__(self, dynamodb: Any, seed: int) -> None:
        mortal = Mortal(dynamodb)
        self.world = World(mortal, fresh_tables(dynamodb), concurrency=InTurn())
        self.network = Network(self.world, mortal, seed)
        self._stores = {device: quick_store(":memory:") for device in DEVICES}
        self._seed = seed

    @asynccontextmanager
    async def device(self, uid: str, device: str) -> AsyncIterator[Client]:
        """A process that runs the client, until it ends; the database stays."""
        async with Client(
            "ws://in-process",
            token=token(uid, device),
            store=self._stores[uid, device],
            encoding=Encoding.PROTOBUF if device == "tablet" else Encoding.JSON,
            settings=Settings(page_limit=3),
            timing=timing(self._seed),
            dial=self.network.dialer(uid, device),
        ) as client:
            yield client

    async def live(self, uid: str, device: str) -> None:
        """Someone writes, catches up, and starts the process anew now and then, until the trouble is over."""
        chance = random.Random(f"{self._seed} {uid} {device}")
        loop = asyncio.get_running_loop()
        while loop.time() < SECONDS_OF_TROUBLE:
            async with self.device(uid, device) as client:
                for _ in range(chance.randrange(1, 12)):
                    await asyncio.sleep(chance.uniform(0, 3))
                    if chance.random() < 0.7:
                        client.post(chance.choice([other for other in UIDS if other != uid]), {"message": "…"})
                    else:
                        await self._catch_up_for_a_while(client)

    @staticmethod
    async def _catch_up_for_a_while(client: Client) -> None:
        try:
            async with asyncio.timeout(5):
                await client.catch_up()
        except TimeoutError:
            return

    def said(self, session: str) -> dict[int, tuple[str, str]]:
        """History as it is stored: by seq, sender and msgId."""
        rows = [row for row in self.world.rows("Message") if row["sessionId"]["S"] == session]
        return {int(row["seq"]["N"]): (row["sender"]["S"], row["msgId"]["S"]) for row in rows}


async def _rests(client: Client) -> None:
    await until(lambda: not client.outbox())
    await client.catch_up()


def _wrong(town: Town, client: Client, alone: bool) -> list[str]:
    """What is wrong with what a device shows."""
    found = []
    for session in (session_of(client.uid, other) for other in UIDS if other != client.uid):
        said = town.said(session)
        held = {message.seq: (message.sender, message.msg_id) for message in client.messages(session, limit=10_000)}
        # What another device has taken before this one held anything is history: it is fetched when someone scrolls.
        oldest = 1 if alone else min(held, default=1)
        if held != {seq: message for seq, message in said.items() if seq >= oldest}:
            found.append(f"{client.uid}: {session} shows {sorted(held)} of {sorted(said)}")
        from_others = sum(sender != client.uid for sender, _ in said.values())
        dot = unread(client, session)
        if dot > from_others or (alone and dot < from_others):
            found.append(f"{client.uid}: {session} has {dot} unread of {from_others}")
    return found


async def _life(town: Town) -> list[str]:
    async with asyncio.TaskGroup() as group:
        for uid, device in DEVICES:
            group.create_task(town.live(uid, device))
    town.network.heal()
    found = []
    async with (
        town.device("alice", "phone") as alice,
        town.device("bob", "phone") as bob,
        town.device("bob", "tablet") as tablet,
        town.device("carl", "phone") as carl,
    ):
        for _ in range(2):
            for client in (alice, bob, tablet, carl):
                await _rests(client)
        await asyncio.sleep(30)
        for client in (alice, bob, tablet, carl):
            found += _wrong(town, client, alone=client.uid != "bob")
    return found


@pytest.mark.parametrize("seed", range(4))
def test_after_all_trouble_every_phone_shows_everything_once(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(FunctionTelemetry, "count", lambda *_: None)
    monkeypatch.setattr(FunctionTelemetry, "flush", lambda _: None)
    with moto_engine() as dynamodb:
        town = Town(dynamodb, seed)
        assert run(_life(town)) == []
        assert town.world.rows("Inbox") == []
    tally.record("model", f"client library, seed {seed}", model_steps=town.network.requests)
