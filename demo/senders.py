"""The friends, each with a client of their own."""

import asyncio
import time
from collections.abc import Callable

from catchup_client import Client
from demo.plan import Plan

# More senders at once than the machine has cores only make each wait longer.
SENDERS_AT_ONCE = 8


async def send_all(plan: Plan, url: str, token: Callable[[str], str], advance: Callable[[int], None]) -> float:
    """Sends everything, each friend in order, several friends at once. Returns the seconds that it took."""
    places = asyncio.Semaphore(SENDERS_AT_ONCE)
    sent = 0

    async def write(friend: str) -> None:
        nonlocal sent
        async with places, Client(url, token(friend), ":memory:") as client:
            for text in plan.texts(friend):
                await client.send("bob", {"message": text})
                sent += 1
                advance(sent)

    start = time.perf_counter()
    async with asyncio.TaskGroup() as friends:
        for friend in plan.friends:
            friends.create_task(write(friend))
    return time.perf_counter() - start
