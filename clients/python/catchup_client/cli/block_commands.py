"""The commands `block`, `unblock` and `blocked`."""

import asyncio

from catchup_client.cli.arguments import Options
from catchup_client.cli.output import NotAnsweredInTime, printable
from catchup_client.client import Client


async def run_block(client: Client, options: Options) -> None:
    """Change or print the block list."""
    try:
        async with asyncio.timeout(options.seconds):
            match options.command:
                case "block":
                    await client.block(options.uid)
                case "unblock":
                    await client.unblock(options.uid)
                case _:
                    for uid in await client.blocked():
                        print(printable(uid))
                    return
    except TimeoutError as error:
        raise NotAnsweredInTime(options.command, options.seconds or 0, look_with="blocked") from error
    print(f"{options.command}ed: {options.uid}")
