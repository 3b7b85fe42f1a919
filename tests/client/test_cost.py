"""What a push costs a device does not grow with the number of its person's sessions."""

import asyncio
from pathlib import Path
from typing import NamedTuple

from tests.client.fake_server import FakeServer
from tests.client.support import phone, settled, unread, until
from tests.client.virtual_time import in_virtual_time

SESSION = "p:bob:friend000"


class Cost(NamedTuple):
    """The SQL statements of a device, and the steps that SQLite's machine makes for them."""

    statements: int
    steps: int


async def cost_of_a_push(path: Path, sessions: int) -> Cost:
    """Returns what a push costs until it is saved, acked and cleared."""
    server = FakeServer()
    for number in range(sessions):
        server.say(f"friend{number:03}", "bob", "hello")
    statements: list[str] = []
    steps: list[None] = []
    async with phone(server, path, device=f"phone{sessions}") as bob:
        await bob.catch_up()
        await until(lambda: settled(server, "bob"))
        database = bob._store._database.reading
        database.set_trace_callback(statements.append)
        database.set_progress_handler(lambda: steps.append(None), 1)
        server.say("friend000", "bob", "more")
        await asyncio.sleep(10)
        database.set_trace_callback(None)
        database.set_progress_handler(None, 1)
        assert unread(bob, SESSION) == 2
        assert settled(server, "bob")
    return Cost(len(statements), len(steps))


@in_virtual_time
async def test_a_push_costs_as_much_with_200_sessions_as_with_one(tmp_path: Path) -> None:
    assert await cost_of_a_push(tmp_path, sessions=1) == await cost_of_a_push(tmp_path, sessions=200)
