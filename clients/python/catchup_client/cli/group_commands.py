"""The command `group`."""

import asyncio

from catchup_client.cli.arguments import Options
from catchup_client.cli.output import NotAnsweredInTime, printable
from catchup_client.client import Client
from catchup_client.errors import InvalidInput
from catchup_client.events import Sent


async def run_group(client: Client, options: Options) -> None:
    """Do what is asked with a group, and print where it is told, or the members."""
    try:
        async with asyncio.timeout(options.seconds):
            if options.group.action == "members":
                await _members(client, options.group.group or "")
                return
            done = await _change(client, options)
    except TimeoutError as error:
        raise NotAnsweredInTime(options.group.action, options.seconds or 0, look_with="members") from error
    print(f"{options.group.action}: {done.session_id} #{done.seq}")


async def _members(client: Client, group: str) -> None:
    async for member in client.members(group):
        print(f"{printable(member.uid)}: {member.role.name} since #{member.joined}")


async def _change(client: Client, options: Options) -> Sent:
    given = options.group
    group = given.group or ""
    match given.action:
        case "create":
            return await client.create_group(
                given.name, given.uids, group=given.group, is_open=given.is_open, open_history=given.open_history
            )
        case "join":
            return await client.join(group)
        case "leave":
            return await client.leave(group)
        case "add":
            return await client.add(group, given.uids)
        case "remove":
            return await client.remove(group, given.uids)
        case "role":
            return await client.set_role(group, given.uids[0], given.role)
        case _:
            raise InvalidInput("action", "is unknown")
