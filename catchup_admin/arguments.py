"""The command line's arguments. Options may come at any place."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from catchup.domain.ids import ID_RULE, UID_RULE, is_id, is_session_id, is_uid

MAX_HISTORY = 10_000
MAX_BACKLOG = 1_000
MAX_JOBS = 100
MAX_HELD = 100
MAX_ROWS = 10_000

Options = SimpleNamespace
"""What was given: `command`, `action` of `held`, and the options by their names."""


def parse(arguments: Sequence[str]) -> Options:
    """Parses and checks a command line. Raises click.UsageError, and click.exceptions.Exit after --help."""
    with catchup_admin.make_context("python -m catchup_admin", list(arguments)) as context:
        options: Options = catchup_admin.invoke(context)
        return options


def _id(text: str) -> str:
    if not is_id(text):
        raise click.BadParameter(f"{text!r} is no id: it must match {ID_RULE}")
    return text


def _uid(text: str) -> str:
    if not is_uid(text):
        raise click.BadParameter(f"{text!r} is no uid: it must match {UID_RULE}")
    return text


def _session(text: str) -> str:
    if not is_session_id(text):
        raise click.BadParameter(f"{text!r} is no session: p:<uid>:<uid>, sorted, or g:<groupId>")
    return text


def _number(name: str, default: int, does: str) -> Callable[..., Any]:
    return click.option(
        name, type=click.IntRange(min=1), default=default, metavar="N", help=f"{does}; default: {default}."
    )


_WHERE = (
    click.option("--local", is_flag=True, default=None, help="Use a stack of `make run` on this machine."),
    click.option(
        "--port", type=click.IntRange(1, 65_535), envvar="PORT", help="Port of that stack, if several run (env PORT)."
    ),
    click.option(
        "--state-file",
        type=Path,
        metavar="FILE",
        envvar="STATE_FILE",
        help="State file of that stack, if it is not the default.",
    ),
    click.option("--stack", metavar="NAME", help="Use a stack on AWS, in AWS_REGION, with your credentials."),
    click.option("--json", is_flag=True, default=None, help="Print JSON for programs; times in ms since 1970."),
)
_NAMES = ("local", "port", "state_file", "stack", "json")


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_WHERE):
        command = option(command)
    return command


def _remember(**given: Any) -> None:
    before = click.get_current_context().ensure_object(dict)
    before.update({name: value for name, value in given.items() if value is not None})


def _command(group: click.Group, name: str, does: str, *parameters: Callable[..., Any]) -> None:
    """A command that only returns its arguments. Options before the command count unless they are repeated after it."""

    @click.pass_obj
    def given(before: dict[str, Any], /, **after: Any) -> Options:
        for each in _NAMES:
            after[each] = after[each] if after[each] is not None else before.get(each)
        if after["local"] and after["stack"]:
            raise click.UsageError("give --local or --stack, not both")
        path = (group.name, name) if group is not catchup_admin else (name, "")
        return Options(command=path[0], action=path[1], **after)

    command = functools.reduce(lambda inner, parameter: parameter(inner), reversed(parameters), _where(given))
    group.command(name, help=does)(command)


@click.group(
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done; 1 failed; 2 wrong command line; 3 recount found drift.",
)
@_where
def catchup_admin(**given: Any) -> None:
    """Look into a deployment of Catchup, and mend what can be mended.

    Without --local or --stack, the environment variables of the chat function say where it is.
    """
    _remember(**given)


@catchup_admin.group(no_args_is_help=False)
@_where
def held(**given: Any) -> None:
    """Messages that moderation holds for review."""
    _remember(**given)


_command(
    catchup_admin,
    "overview",
    "Show people, sessions, queues, backlog and alarms.",
    _number("--rows", MAX_ROWS, "Rows to read of each table"),
)
_command(
    catchup_admin,
    "person",
    "Show a person's counters, waiting messages and connections.",
    click.argument("uid", type=_uid, metavar="UID"),
    _number("--backlog", MAX_BACKLOG, "Waiting messages to count per session"),
)
_command(
    catchup_admin,
    "recount",
    "Compare a person's counters with history. Only --repair writes.",
    click.argument("uid", type=_uid, metavar="UID"),
    click.option("--session", type=_session, metavar="SESSION", help="Only this session."),
    _number("--history", MAX_HISTORY, "Messages to read per session"),
    click.option("--repair", is_flag=True, help="Finish sends that died half-way, as their senders would."),
)
_command(
    catchup_admin,
    "redrive",
    "Move jobs of the fan-out's dead-letter queue back to its queue.",
    click.option("--hints", is_flag=True, help="Move jobs of the hint queue instead."),
    _number("--limit", MAX_JOBS, "Jobs to move at most"),
    click.option("--dry-run", is_flag=True, help="Only show the jobs."),
)
_command(
    catchup_admin,
    "close",
    "Close one connection, or all of a person.",
    click.argument("target", metavar="UID|CONNECTION"),
    click.option("--device", type=_id, metavar="ID", help="Only this device of the person."),
    click.option("--connection", is_flag=True, help="Treat the argument as a connection, even if it looks like a uid."),
)
_command(held, "list", "List held messages, in no order.", _number("--limit", MAX_HELD, "Messages to list at most"))
for _name, _does in (
    ("show", "Show a held message with its text."),
    ("release", "Deliver a held message as it was sent."),
    ("drop", "Delete a held message."),
):
    _command(
        held,
        _name,
        _does,
        click.argument("uid", type=_uid, metavar="UID"),
        click.argument("msg_id", type=_id, metavar="MSGID"),
    )
