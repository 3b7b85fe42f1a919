"""The command `group`."""

import asyncio
from collections.abc import Awaitable, Callable

from catchup_client.cli.output import NotAnsweredInTime
from catchup_client.cli.words import printable
from catchup_client.client import Client
from catchup_client.events import Sent

Change = Callable[[Client], Awaitable[Sent]]


async def change_group(client: Client, action: str, change: Change, seconds: float) -> None:
    """Change a group, and print the message that tells it."""
    try:
        async with asyncio.timeout(seconds):
            done = await change(client)
    except TimeoutError as error:
        raise NotAnsweredInTime(action, seconds, look_with="group members") from error
    print(f"{action}: {done.session_id} #{done.seq}")


async def print_members(client: Client, group: str, seconds: float) -> None:
    """Print a line per member."""
    try:
        async with asyncio.timeout(seconds):
            async for member in client.members(group):
                print(f"{printable(member.uid)}: {member.role.name} since #{member.joined}")
    except TimeoutError as error:
        raise NotAnsweredInTime("members", seconds, look_with="group members") from error
