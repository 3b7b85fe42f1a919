"""The commands, with their arguments and options. Common options may also stand before the command."""

from collections.abc import Awaitable
from typing import Any

import click

from catchup_client.cli import choosing, files, reading, running_groups
from catchup_client.cli.arguments import (
    Place,
    common_options,
    group_name,
    remember,
    text_option,
    timeout_option,
    with_place,
)
from catchup_client.cli.arguments import seconds as _seconds
from catchup_client.cli.arguments import session as _session
from catchup_client.cli.chatting import Chat
from catchup_client.cli.connecting import connected
from catchup_client.cli.declaring import answered_in_time, change_of_group, command
from catchup_client.cli.finding import find_session
from catchup_client.cli.words import printable, status_line
from catchup_client.client import Client
from catchup_client.protocol.groups import Role
from catchup_client.settings import MAX_PAGE_MESSAGES, Settings

_shown = click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=reading.SHOWN,
    metavar="N",
    help=f"Messages to show per session; default: {reading.SHOWN}.",
)
_one_session = click.argument("session", type=_session)
_only = click.option("--session", type=_session, metavar="SESSION", help="Only this session.")
_group = click.argument("group", metavar="GROUP")
_uid = click.argument("uid", metavar="UID")
_uids = click.argument("uids", nargs=-1, required=True, metavar="UID...")


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@common_options
def catchup_client(**given: Any) -> None:
    """Send, fetch and show messages of Catchup in a terminal.

    A SESSION is p:<uid>:<uid> or g:<groupId>, or just the name of the person or the group.
    """
    remember(**given)


@catchup_client.command()
@click.option("--to", required=True, metavar="UID", help="The receiver, or g:GROUP.")
@click.option("--at", multiple=True, metavar="UID", help="Groups: mention this person; may be repeated.")
@click.option("--at-all", is_flag=True, help="Groups: mention everyone.")
@click.option("--json", "as_json", is_flag=True, help='TEXT is the whole content, not {"message": TEXT}.')
@click.option("--no-ack", is_flag=True, help="It waits for the receiver only if no device takes it at once.")
@timeout_option
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@with_place
def chat(
    place: Place,
    *,
    to: str,
    at: tuple[str, ...],
    at_all: bool,
    as_json: bool,
    no_ack: bool,
    seconds: float,
    text: tuple[str, ...],
) -> None:
    """Send a message, and wait until the server has stored it."""
    if not to.strip():
        raise click.UsageError("--to is empty: name a uid, or g:GROUP")
    msg = text_option(" ".join(text), as_json=as_json)
    work = Chat(to, msg, not no_ack, at, at_all, seconds, str(place.store))
    connected(place, lambda client, _: work.send(client))


files.declare(catchup_client)


@catchup_client.command()
@click.option("--all", "also_hidden", is_flag=True, help="Also hidden sessions.")
@with_place
def sessions(place: Place, *, also_hidden: bool) -> None:
    """List your sessions, pinned ones first: what is unread, and the newest message."""
    connected(place, lambda client, _: reading.list_sessions(client, also_hidden=also_hidden))


@catchup_client.command()
@_one_session
@click.option("--before", type=click.IntRange(min=1), metavar="SEQ", help="Only messages before this seq.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=reading.SHOWN,
    metavar="N",
    help=f"Messages to show; default: {reading.SHOWN}.",
)
@with_place
def show(place: Place, *, session: str, before: int | None, limit: int) -> None:
    """Show the newest messages of a session, or those before SEQ."""
    connected(place, lambda client, _: reading.show(client, session, before, limit))


@catchup_client.command()
@_one_session
@with_place
def read(place: Place, *, session: str) -> None:
    """Mark a session as read."""
    connected(place, lambda client, _: reading.read(client, session))


@catchup_client.command("catch-up")
@_only
@click.option(
    "--page",
    type=click.IntRange(1, MAX_PAGE_MESSAGES),
    default=MAX_PAGE_MESSAGES,
    metavar="N",
    help=f"Messages to fetch at once, 1 to {MAX_PAGE_MESSAGES}; default: {MAX_PAGE_MESSAGES}.",
)
@_shown
@with_place
def catch_up(place: Place, *, session: str | None, page: int, limit: int) -> None:
    """Fetch all that this device lacks, and show what is new."""
    connected(place, lambda client, heard: reading.catch_up(client, heard, session, limit), Settings(page_limit=page))


@catchup_client.command()
@_only
@click.option("--for", "seconds", type=_seconds, metavar="SECONDS", help="Stop after this time.")
@_shown
@with_place
def listen(place: Place, *, session: str | None, seconds: float | None, limit: int) -> None:
    """Show what is new, then messages as they come, until Ctrl-C."""
    if place.transport == "http":
        raise click.UsageError("listen needs a WebSocket: use catch-up, or an address that begins with ws")
    connected(place, lambda client, heard: reading.listen(client, heard, session, seconds, limit))


@catchup_client.command("set")
@_one_session
@click.option("--mute", metavar="TIME", help="Mute it for this time, such as 30m, 8h or 7d, or for `ever`.")
@click.option("--unmute", is_flag=True, help="End the mute.")
@click.option("--pin/--unpin", "pinned", default=None, help="Show it first in the list; or no longer.")
@click.option("--hide/--unhide", "hidden", default=None, help="Hide it until something new comes; or show it.")
@click.option("--unread/--no-unread", "marked_unread", default=None, help="Mark it as unread; or take the mark away.")
@timeout_option
@with_place
def set_settings(
    place: Place, *, session: str, mute: str | None, unmute: bool, seconds: float, **chosen: bool | None
) -> None:
    """Choose how a session is shown, on all your devices."""
    if mute is not None and unmute:
        raise click.UsageError("--mute and --unmute: give one of them")
    if mute is None and not unmute and all(value is None for value in chosen.values()):
        raise click.UsageError("nothing to choose: give --mute, --pin, --hide, --unread, or their opposites")
    muted = True if mute is not None else False if unmute else None
    for_ms = choosing.duration(mute) if mute is not None else None

    def work(client: Client) -> Awaitable[None]:
        return choosing.choose(client, session=session, mute=for_ms, is_muted=muted, **chosen)

    answered_in_time(place, "set", work, seconds, look_with="sessions --all")


async def _block(client: Client, *, uid: str) -> None:
    await client.block(uid)
    print(f"blocked: {uid}")


async def _unblock(client: Client, *, uid: str) -> None:
    await client.unblock(uid)
    print(f"unblocked: {uid}")


async def _blocked(client: Client) -> None:
    for uid in await client.blocked():
        print(printable(uid))


for _name, _does, _work, *_takes in (
    ("block", "Refuse private messages from a person.", _block, _uid),
    ("unblock", "Accept private messages from a person again.", _unblock, _uid),
    ("blocked", "Print the people you have blocked, one per line.", _blocked),
):
    command(catchup_client, _name, _does, _work, *_takes, look_with="blocked")


async def _online(client: Client, *, uids: tuple[str, ...]) -> None:
    for uid, status in (await client.online(uids)).items():
        print(status_line(uid, status))


async def _recall(client: Client, *, session: str, seq: int) -> None:
    state = await find_session(client, session)
    done = await client.recall(state.session_id, seq)
    print(f"recall: {done.session_id} #{done.seq}")


async def _edit(client: Client, *, session: str, seq: int, text: tuple[str, ...]) -> None:
    state = await find_session(client, session)
    done = await client.edit(state.session_id, seq, {"message": " ".join(text)})
    print(f"edit: {done.session_id} #{done.seq}")


async def _hide(client: Client, *, session: str, seqs: tuple[int, ...]) -> None:
    state = await find_session(client, session)
    await client.hide(state.session_id, seqs)
    print(f"hidden: {state.session_id} {', '.join(f'#{seq}' for seq in seqs)}")


async def _receipts(client: Client, *, choice: str | None) -> None:
    if choice is not None:
        await client.set_receipts(choice == "on")
    held = client.receipts
    print("receipts: the service has none" if held.off_for_all else f"receipts: {'on' if held.on else 'off'}")


async def _readers(client: Client, *, session: str, seq: int) -> None:
    state = await find_session(client, session)
    for uid in await client.readers(state.session_id, seq):
        print(printable(uid))


_seq = click.argument("seq", type=click.IntRange(min=1), metavar="SEQ")
_seqs = click.argument("seqs", type=click.IntRange(min=1), nargs=-1, required=True, metavar="SEQ...")
_text = click.argument("text", nargs=-1, required=True, metavar="TEXT...")
command(
    catchup_client,
    "recall",
    "Take back a message: the one that `show` lists with this SEQ.",
    _recall,
    _one_session,
    _seq,
    look_with="show SESSION",
)
command(
    catchup_client,
    "edit",
    "Replace the text of a message of yours.",
    _edit,
    _one_session,
    _seq,
    _text,
    look_with="show SESSION",
)
command(
    catchup_client,
    "hide",
    "Hide messages from yourself, on all your devices, for good.",
    _hide,
    _one_session,
    _seqs,
    look_with="show SESSION",
)
command(
    catchup_client,
    "receipts",
    "Tell others how far you have read, and learn it of them: on or off. Without either, print which.",
    _receipts,
    click.argument("choice", type=click.Choice(["on", "off"]), required=False),
    look_with="receipts",
)
command(
    catchup_client,
    "readers",
    "Print who of a group has read a message of yours, one per line.",
    _readers,
    _one_session,
    _seq,
    look_with="readers SESSION SEQ",
)
command(catchup_client, "online", "Print who is online, one per line.", _online, _uids, look_with="online")


@catchup_client.group(no_args_is_help=False)
@common_options
def group(**given: Any) -> None:
    """Create, change and show groups."""
    remember(**given)


async def _members(client: Client, *, group: str) -> None:
    async for member in client.members(group):
        print(f"{printable(member.uid)}: {member.role.name} since #{member.joined}")


change_of_group(
    group,
    "create",
    "Create a group called NAME with these first members. You become its owner.",
    lambda client, name, uids, group_id, **given: client.create_group(name, uids, group=group_id, **given),
    click.argument("name", type=group_name, metavar="NAME"),
    click.argument("uids", nargs=-1, metavar="[UID]..."),
    click.option("--id", "group_id", metavar="GROUP", help="Default: a new UUID."),
    click.option("--open", "is_open", is_flag=True, help="Anyone may join."),
    click.option("--open-history", is_flag=True, help="New members may read earlier messages."),
    click.option("--ask", "by_asking", is_flag=True, help="People ask to join, and you or an admin approves."),
)
change_of_group(group, "join", "Join an open group.", Client.join, _group)
change_of_group(group, "leave", "Leave a group.", Client.leave, _group)
change_of_group(group, "add", "Add members.", Client.add, _group, _uids)
change_of_group(group, "remove", "Remove members.", Client.remove, _group, _uids)
change_of_group(
    group,
    "role",
    "Change a member's role, or hand the group over.",
    lambda client, group, uid, role: client.set_role(group, uid, Role[role.upper()]),
    _group,
    _uid,
    click.argument("role", type=click.Choice([each.name.lower() for each in Role])),
)
command(group, "members", "Print a line per member.", _members, _group, look_with="group members")
running_groups.declare(group)
