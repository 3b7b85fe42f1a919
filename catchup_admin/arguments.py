"""What the command line takes; options may stand anywhere."""

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
    """A checked command line. Raises click.UsageError, and click.exceptions.Exit after --help."""
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
    click.option("--local", is_flag=True, default=None, help="Where: a stack that `make run` runs on this machine."),
    click.option("--port", type=click.IntRange(1, 65_535), envvar="PORT", help="Its port, if several run (env PORT)."),
    click.option(
        "--state-file", type=Path, metavar="FILE", envvar="STATE_FILE", help="What it wrote, if it was given another."
    ),
    click.option("--stack", metavar="NAME", help="Where: a stack on AWS, in AWS_REGION, with your credentials."),
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
    """A command that only says what was given. What stands before it counts where nothing stands after it."""

    @click.pass_obj
    def given(before: dict[str, Any], /, **after: Any) -> Options:
        for each in _NAMES:
            after[each] = after[each] if after[each] is not None else before.get(each)
        if after["local"] and after["stack"]:
            raise click.UsageError("--local and --stack are two places: say one")
        path = (group.name, name) if group is not catchup_admin else (name, "")
        return Options(command=path[0], action=path[1], **after)

    command = functools.reduce(lambda inner, parameter: parameter(inner), reversed(parameters), _where(given))
    group.command(name, help=does)(command)


@click.group(
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 done; 1 it could not be done; 2 a wrong command line; 3 recount found drift.",
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
    "People, sessions, queues, backlog and alarms at a glance.",
    _number("--rows", MAX_ROWS, "Read so many rows of a table"),
)
_command(
    catchup_admin,
    "person",
    "A person's counters, what waits for them, and their connections.",
    click.argument("uid", type=_uid, metavar="UID"),
    _number("--backlog", MAX_BACKLOG, "Count so many waiting messages a session"),
)
_command(
    catchup_admin,
    "recount",
    "A person's counters against history; reads only, unless --repair.",
    click.argument("uid", type=_uid, metavar="UID"),
    click.option("--session", type=_session, metavar="SESSION", help="Only this one."),
    _number("--history", MAX_HISTORY, "Read so many messages of a session"),
    click.option("--repair", is_flag=True, help="Finish sends that died half-way, as their senders would."),
)
_command(
    catchup_admin,
    "redrive",
    "Jobs of the fan-out's dead-letter queue go back to its queue.",
    click.option("--hints", is_flag=True, help="Those of the queue of hints instead."),
    _number("--limit", MAX_JOBS, "At most so many"),
    click.option("--dry-run", is_flag=True, help="Show them, and leave them where they are."),
)
_command(
    catchup_admin,
    "close",
    "Close the connections of a person, or one.",
    click.argument("target", metavar="UID|CONNECTION"),
    click.option("--device", type=_id, metavar="ID", help="Only this device of the person."),
    click.option("--connection", is_flag=True, help="Take it for a connection, though it looks like a uid."),
)
_command(held, "list", "All of them, in no order.", _number("--limit", MAX_HELD, "At most so many"))
for _name, _does in (
    ("show", "One of them, with its text."),
    ("release", "Deliver it as it was sent."),
    ("drop", "Forget it."),
):
    _command(
        held,
        _name,
        _does,
        click.argument("uid", type=_uid, metavar="UID"),
        click.argument("msg_id", type=_id, metavar="MSGID"),
    )
