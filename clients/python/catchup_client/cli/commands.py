"""The commands and what each takes: options may stand anywhere, also before the command."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from catchup_client.cli import reading
from catchup_client.cli.arguments import Place, common_options, remember, text_option, with_place
from catchup_client.cli.arguments import seconds as _seconds
from catchup_client.cli.arguments import session as _session
from catchup_client.cli.block_commands import run_block
from catchup_client.cli.chatting import Chat
from catchup_client.cli.connecting import connected
from catchup_client.cli.group_commands import Change, change_group, print_members
from catchup_client.client import Client
from catchup_client.events import Sent
from catchup_client.protocol.groups import Role
from catchup_client.settings import MAX_PAGE_MESSAGES, Settings

R = TypeVar("R")

_timeout = click.option(
    "--timeout", "seconds", type=_seconds, default=60.0, metavar="SECONDS", help="How long to wait; default: 60."
)
_shown = click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=reading.SHOWN,
    metavar="N",
    help=f"So many messages of a session are shown; default: {reading.SHOWN}.",
)
_group_argument = click.argument("group", metavar="GROUP")
_uids = click.argument("uids", nargs=-1, required=True, metavar="UID...")


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@common_options
def catchup_client(**given: Any) -> None:
    """Talk over Catchup, in a terminal.

    A SESSION is p:<uid>:<uid> or g:<groupId>, or just the name of the person or the group.
    """
    remember(**given)


@catchup_client.command()
@click.option("--to", required=True, metavar="UID", help="The receiver, or g:GROUP.")
@click.option("--at", multiple=True, metavar="UID", help="Groups: mention somebody; may be given often.")
@click.option("--at-all", is_flag=True, help="Groups: mention everyone.")
@click.option("--json", "as_json", is_flag=True, help='TEXT is the whole content, not {"message": TEXT}.')
@click.option("--no-ack", is_flag=True, help="One live attempt is enough if the receiver is online.")
@_timeout
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
    """Send a message, and wait until the server holds it."""
    if not to.strip():
        raise click.UsageError("--to is empty: name a uid, or g:GROUP")
    msg = text_option(" ".join(text), as_json=as_json)
    work = Chat(to, msg, not no_ack, at, at_all, seconds, str(place.store))
    connected(place, lambda client, _: work.send(client))


@catchup_client.command()
@with_place
def sessions(place: Place) -> None:
    """List your sessions: what is unread, and the newest message."""
    connected(place, lambda client, _: reading.list_sessions(client))


@catchup_client.command()
@click.argument("session", type=_session)
@click.option("--before", type=click.IntRange(min=1), metavar="SEQ", help="Only messages before this number.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=reading.SHOWN, metavar="N", help=f"Default: {reading.SHOWN}."
)
@with_place
def show(place: Place, *, session: str, before: int | None, limit: int) -> None:
    """Show a page of a session, the newest one or the one before SEQ."""
    connected(place, lambda client, _: reading.show(client, session, before, limit))


@catchup_client.command()
@click.argument("session", type=_session)
@with_place
def read(place: Place, *, session: str) -> None:
    """Mark a session as read."""
    connected(place, lambda client, _: reading.read(client, session))


@catchup_client.command("catch-up")
@click.option("--session", type=_session, metavar="SESSION", help="Only this one.")
@click.option(
    "--page",
    type=click.IntRange(1, MAX_PAGE_MESSAGES),
    default=MAX_PAGE_MESSAGES,
    metavar="N",
    help=f"So many messages are fetched at once, 1 to {MAX_PAGE_MESSAGES}; default: {MAX_PAGE_MESSAGES}.",
)
@_shown
@with_place
def catch_up(place: Place, *, session: str | None, page: int, limit: int) -> None:
    """Fetch all that this device lacks, and show what is new."""
    connected(place, lambda client, heard: reading.catch_up(client, heard, session, limit), Settings(page_limit=page))


@catchup_client.command()
@click.option("--session", type=_session, metavar="SESSION", help="Only this one.")
@click.option("--for", "seconds", type=_seconds, metavar="SECONDS", help="Stop after that long.")
@_shown
@with_place
def listen(place: Place, *, session: str | None, seconds: float | None, limit: int) -> None:
    """Show what is new, then messages as they come, until Ctrl-C."""
    connected(place, lambda client, heard: reading.listen(client, heard, session, seconds, limit))


@catchup_client.command()
@click.argument("uid", metavar="UID")
@_timeout
@with_place
def block(place: Place, *, uid: str, seconds: float) -> None:
    """Take no more private messages from somebody."""
    connected(place, lambda client, _: run_block(client, "block", uid, seconds))


@catchup_client.command()
@click.argument("uid", metavar="UID")
@_timeout
@with_place
def unblock(place: Place, *, uid: str, seconds: float) -> None:
    """Take them again."""
    connected(place, lambda client, _: run_block(client, "unblock", uid, seconds))


@catchup_client.command()
@_timeout
@with_place
def blocked(place: Place, *, seconds: float) -> None:
    """Print whom you block, a line each."""
    connected(place, lambda client, _: run_block(client, "blocked", "", seconds))


@catchup_client.group(no_args_is_help=False)
@common_options
def group(**given: Any) -> None:
    """Make, change and show groups."""
    remember(**{name: value for name, value in given.items() if value is not None})


def _change(place: Place, action: str, change: Change, seconds: float) -> None:
    connected(place, lambda client, _: change_group(client, action, change, seconds))


def _action(name: str) -> Callable[[Callable[..., R]], click.Command]:
    """Make a command of `group`; each waits for an answer."""

    def decorate(command: Callable[..., R]) -> click.Command:
        return group.command(name)(_timeout(with_place(command)))

    return decorate


@_action("create")
@click.argument("name", metavar="NAME")
@click.argument("uids", nargs=-1, metavar="[UID]...")
@click.option("--id", "group_id", metavar="GROUP", help="Default: a new UUID.")
@click.option("--open", "is_open", is_flag=True, help="Anyone may join.")
@click.option("--open-history", is_flag=True, help="New members may read what was said before.")
def create(
    place: Place,
    *,
    name: str,
    uids: tuple[str, ...],
    group_id: str | None,
    is_open: bool,
    open_history: bool,
    seconds: float,
) -> None:
    """Make a group called NAME with these first members, and become its owner."""
    if not name.strip():
        raise click.UsageError("the group's name is empty")

    def make(client: Client) -> Awaitable[Sent]:
        return client.create_group(name, uids, group=group_id, is_open=is_open, open_history=open_history)

    _change(place, "create", make, seconds)


@_action("join")
@_group_argument
def join(place: Place, *, group: str, seconds: float) -> None:
    """Become a member of an open group."""
    _change(place, "join", lambda client: client.join(group), seconds)


@_action("leave")
@_group_argument
def leave(place: Place, *, group: str, seconds: float) -> None:
    """End your own membership."""
    _change(place, "leave", lambda client: client.leave(group), seconds)


@_action("add")
@_group_argument
@_uids
def add(place: Place, *, group: str, uids: tuple[str, ...], seconds: float) -> None:
    """Make others members."""
    _change(place, "add", lambda client: client.add(group, uids), seconds)


@_action("remove")
@_group_argument
@_uids
def remove(place: Place, *, group: str, uids: tuple[str, ...], seconds: float) -> None:
    """End the membership of others."""
    _change(place, "remove", lambda client: client.remove(group, uids), seconds)


@_action("role")
@_group_argument
@click.argument("uid", metavar="UID")
@click.argument("role", type=click.Choice([each.name.lower() for each in Role]))
def role(place: Place, *, group: str, uid: str, role: str, seconds: float) -> None:
    """Let a member do more or less, or hand the group over."""
    _change(place, "role", lambda client: client.set_role(group, uid, Role[role.upper()]), seconds)


@_action("members")
@_group_argument
def members(place: Place, *, group: str, seconds: float) -> None:
    """Print a line per member."""
    connected(place, lambda client, _: print_members(client, group, seconds))
