"""The commands `block`, `unblock` and `blocked`."""

import asyncio

from catchup_client.cli.output import NotAnsweredInTime
from catchup_client.cli.words import printable
from catchup_client.client import Client


async def run_block(client: Client, command: str, uid: str, seconds: float) -> None:
    """Change or print the block list; `uid` is "" for `blocked`."""
    try:
        async with asyncio.timeout(seconds):
            match command:
                case "block":
                    await client.block(uid)
                case "unblock":
                    await client.unblock(uid)
                case _:
                    for one in await client.blocked():
                        print(printable(one))
                    return
    except TimeoutError as error:
        raise NotAnsweredInTime(command, seconds, look_with="blocked") from error
    print(f"{command}ed: {uid}")
