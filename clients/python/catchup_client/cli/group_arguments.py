"""What `group` takes on the command line."""

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catchup_client.protocol.groups import Role

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[Any]

ACTIONS = "create|join|leave|add|remove|role|members"


@dataclass(frozen=True, slots=True)
class GroupOptions:
    """What to do with a group."""

    action: str
    group: str | None
    uids: tuple[str, ...]
    name: str
    is_open: bool
    open_history: bool
    role: Role


def read_group(given: argparse.Namespace) -> GroupOptions:
    """Return the options of a `group`; of another command, what they are by default."""
    return GroupOptions(
        action=getattr(given, "action", ""),
        group=getattr(given, "group", None),
        uids=tuple(getattr(given, "uids", ())),
        name=getattr(given, "name", ""),
        is_open=getattr(given, "open", False),
        open_history=getattr(given, "open_history", False),
        role=Role[getattr(given, "role", "member").upper()],
    )


def add_group(commands: "Commands", common: argparse.ArgumentParser) -> None:
    """Add the command with its seven actions."""
    group = commands.add_parser("group", help="make, change and show groups")
    actions = group.add_subparsers(dest="action", required=True, metavar=ACTIONS)

    create = actions.add_parser("create", parents=[common], help="make a group, and become its owner")
    create.add_argument("name", metavar="NAME", help="for people")
    create.add_argument("uids", nargs="*", metavar="UID", help="the first members beside you")
    create.add_argument("--id", dest="group", metavar="GROUP", help="default: a new UUID")
    create.add_argument("--open", action="store_true", help="anyone may join")
    create.add_argument("--open-history", action="store_true", help="new members may read what was said before")

    join = actions.add_parser("join", parents=[common], help="become a member of an open group")
    leave = actions.add_parser("leave", parents=[common], help="end the own membership")
    add = actions.add_parser("add", parents=[common], help="make others members")
    remove = actions.add_parser("remove", parents=[common], help="end the membership of others")
    role = actions.add_parser("role", parents=[common], help="let a member do more or less, or hand the group over")
    members = actions.add_parser("members", parents=[common], help="print a line per member")
    for action in (join, leave, add, remove, role, members):
        action.add_argument("group", metavar="GROUP", help="its id, or g:GROUP")
    for action in (add, remove):
        action.add_argument("uids", nargs="+", metavar="UID")
    role.add_argument("uids", nargs=1, metavar="UID")
    role.add_argument("role", choices=[role.name.lower() for role in Role])
