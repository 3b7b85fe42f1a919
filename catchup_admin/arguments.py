"""What the command line takes."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from catchup.domain.ids import ID_RULE, UID_RULE, is_id, is_session_id, is_uid
from catchup_admin.errors import USAGE

MAX_HISTORY = 10_000
MAX_BACKLOG = 1_000
MAX_JOBS = 100
MAX_HELD = 100


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with one line instead of the whole usage."""
        self.exit(USAGE, f"error: {message}\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """A checked command line; exits with status 2 and one line if it can't be used."""
    parser = _Parser(
        prog="python -m catchup_admin",
        description="Looks into a deployment of Catchup, and mends what can be mended.",
        epilog="Exit status: 0 done; 1 it could not be done; 2 a wrong command line; 3 recount found drift.",
    )
    common = _common()
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    def command(name: str, does: str) -> _Parser:
        return commands.add_parser(name, help=does, description=does, parents=[common])

    person = command("person", "a person's counters, what waits for them, and their connections")
    person.add_argument("uid", type=_uid)
    person.add_argument("--backlog", type=_number, default=MAX_BACKLOG, help="count so many waiting messages a session")

    recount = command("recount", "a person's counters against history; reads only, unless --repair")
    recount.add_argument("uid", type=_uid)
    recount.add_argument("--session", type=_session, help="only this one")
    recount.add_argument("--history", type=_number, default=MAX_HISTORY, help="read so many messages of a session")
    recount.add_argument(
        "--repair", action="store_true", help="finish sends that died half-way, as their senders would"
    )

    redrive = command("redrive", "jobs of the fan-out's dead-letter queue go back to its queue")
    redrive.add_argument("--hints", action="store_true", help="those of the queue of hints instead")
    redrive.add_argument("--limit", type=_number, default=MAX_JOBS, help=f"at most so many (default {MAX_JOBS})")
    redrive.add_argument("--dry-run", action="store_true", help="show them, and leave them where they are")

    close = command("close", "closes the connections of a person, or one")
    close.add_argument("target", metavar="uid|connection", help="a uid, or the id of a connection")
    close.add_argument("--device", type=_id, help="only this device of the person")
    close.add_argument("--connection", action="store_true", help="take it for a connection, though it looks like a uid")

    _held(commands, common)
    return parser.parse_args(arguments)


def _held(commands: "argparse._SubParsersAction[_Parser]", common: _Parser) -> None:
    does = "messages that moderation holds for review"
    held = commands.add_parser("held", help=does, description=does)
    actions = held.add_subparsers(dest="action", required=True, metavar="list|show|release|drop")
    listing = actions.add_parser("list", help="all of them, in no order", parents=[common])
    listing.add_argument("--limit", type=_number, default=MAX_HELD, help=f"at most so many (default {MAX_HELD})")
    for name, does in (
        ("show", "one of them, with its text"),
        ("release", "deliver it as it was sent"),
        ("drop", "forget it"),
    ):
        action = actions.add_parser(name, help=does, description=does, parents=[common])
        action.add_argument("uid", type=_uid, help="its sender")
        action.add_argument("msg_id", metavar="msgId", type=_id)


def _common() -> _Parser:
    common = _Parser(add_help=False)
    where = common.add_argument_group("where", "without either, the environment variables of the chat function say it")
    place = where.add_mutually_exclusive_group()
    place.add_argument("--local", action="store_true", help="the stack that `make run` runs on this machine")
    place.add_argument("--stack", metavar="NAME", help="a stack on AWS, in AWS_REGION, with your credentials")
    where.add_argument("--state-file", type=Path, help="of the local stack, if it was given another")
    common.add_argument("--json", action="store_true", help="print JSON for programs; times in ms since 1970")
    return common


def _id(text: str) -> str:
    if not is_id(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no id: it must match {ID_RULE}")
    return text


def _uid(text: str) -> str:
    if not is_uid(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no uid: it must match {UID_RULE}")
    return text


def _session(text: str) -> str:
    if not is_session_id(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no session: p:<uid>:<uid>, sorted, or g:<groupId>")
    return text


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number, 1 or more")
    return int(text)
