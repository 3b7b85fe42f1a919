"""The commands of those who run a group: what it says of itself, who may speak, who joins, and its end."""

import time

import click

from catchup_client.cli.declaring import change_of_group, command
from catchup_client.cli.words import printable
from catchup_client.client import Client
from catchup_client.events import Sent

_group = click.argument("group", metavar="GROUP")
_uids = click.argument("uids", nargs=-1, required=True, metavar="UID...")
MINUTE_MS = 60_000
FOREVER_MS = 2**53 - 1


async def _mute(client: Client, *, group: str, uid: str | None, minutes: int | None) -> Sent:
    until_ms = FOREVER_MS if minutes is None else minutes and int(time.time() * 1_000) + minutes * MINUTE_MS
    return await (client.mute_all(group, until_ms) if uid is None else client.mute_member(group, uid, until_ms))


async def _about(client: Client, *, group: str) -> None:
    described = await client.description(group)
    if described is None:
        return
    print(f"{printable(described.group.name) or group}: {described.group.members} members")
    if described.announcement is not None:
        print(f"announced by {printable(described.announcement.uid)}: {printable(described.announcement.text)}")


async def _ask(client: Client, *, group: str, note: str) -> None:
    request = await client.ask_to_join(group, note)
    print(f"asked to join: {group}" + (f": {printable(request.note)}" if request.note else ""))


async def _withdraw(client: Client, *, group: str) -> None:
    await client.withdraw(group)
    print(f"asks no more: {group}")


async def _requests(client: Client, *, group: str) -> None:
    async for each in client.join_requests(group):
        print(f"{printable(each.uid)}: {printable(each.note)}")


async def _refuse(client: Client, *, group: str, uids: tuple[str, ...]) -> None:
    await client.refuse(group, uids)
    print(f"refused: {', '.join(map(printable, uids))}")


def declare(group: click.Group) -> None:
    """Add the commands."""
    change_of_group(
        group,
        "describe",
        "Change a group's name or announcement; an empty text takes it back.",
        Client.describe,
        _group,
        click.option("--name", metavar="TEXT"),
        click.option("--announcement", metavar="TEXT"),
    )
    change_of_group(
        group,
        "mute",
        "Let UID, or all but the owner and admins, not speak.",
        _mute,
        _group,
        click.argument("uid", required=False, metavar="[UID]"),
        click.option("--minutes", type=click.IntRange(0), help="0: they may speak again. Default: for ever."),
    )
    change_of_group(group, "dissolve", "End a group for good.", Client.dissolve, _group)
    command(group, "about", "Print a group's name and announcement.", _about, _group, look_with="group about")
    note = click.option("--note", default="", metavar="TEXT", help="To those who decide.")
    command(group, "ask", "Ask to join a group.", _ask, _group, note, look_with="group ask")
    command(group, "withdraw", "Take back that you asked.", _withdraw, _group, look_with="group withdraw")
    command(group, "requests", "Print a line per person who asks.", _requests, _group, look_with="group requests")
    change_of_group(group, "approve", "Admit people who ask to join.", Client.approve, _group, _uids)
    command(group, "refuse", "Refuse people who ask to join.", _refuse, _group, _uids, look_with="group requests")
