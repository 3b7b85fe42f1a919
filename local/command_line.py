"""`python -m local [options]` runs the stack; `python -m local token` prints a token for a running stack."""

import asyncio
import contextlib
import logging
import math
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from commands.stacks import StackNotFound, State, file_of, find_stack, remove_state, running_stacks, write_state
from local.banner import DEVICE, SESSIONS, banner, issuer_banner
from local.errors import LocalStackError
from local.options import LogStyle, Options, option_parameters, options_of
from local.tokens import DEFAULT_TTL_SECONDS, make_token

FAILED, USAGE = 1, 2
# 9999-12-31: later times can't be written as a date.
MAX_TTL_SECONDS = 250_000_000_000


async def run(options: Options) -> None:
    """Runs a stack until SIGINT or SIGTERM."""
    serving = asyncio.create_task(_serve(options))

    def stop() -> None:
        # Once: a second Ctrl-C must not interrupt the tidying up after the first.
        if not serving.cancelling():
            serving.cancel()

    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _serve(options: Options) -> None:
    # Imported here because it takes a second to load: other commands, and wrong options, are answered at once.
    from local.stack import LocalStack

    async with LocalStack(options) as stack:
        state = State(stack.url, stack.jwt_secret, os.getpid(), stack.functions.environments)
        path = Path(options.state_file) if options.state_file else file_of(state.port)
        try:
            write_state(state, path)
        except OSError as error:
            raise LocalStackError(f"can't write {path}: {error.strerror}; give another STATE_FILE") from None
        try:
            http_url = stack.http_url if stack.template.http_api else ""
            if stack.issuer:
                print(issuer_banner(stack.url, stack.issuer, http_url), flush=True)
            else:
                tokens = {each.uid: stack.token(each.uid, DEVICE) for each in SESSIONS}
                print(banner(stack.url, tokens, http_url), flush=True)
            await asyncio.Event().wait()
        finally:
            remove_state(path, state.pid)


def show_logs(level: str, style: LogStyle) -> None:
    """Shows the stack's messages of `level` and above, and the output of the functions, on standard error."""
    own, functions, requests = map(logging.getLogger, ("local", "local.function", "local.requests"))
    for logger, form in (
        (own, "local | %(levelname)s %(message)s"),
        (functions, "%(message)s"),
        (requests, "%(asctime)s %(message)s"),
    ):
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(form, "%H:%M:%S"))
        logger.addHandler(handler)
    own.setLevel(level)
    functions.setLevel(logging.INFO)
    functions.propagate = requests.propagate = False
    if style is LogStyle.HUMAN:
        from local.function_lines import HumanLines

        functions.handlers[0].addFilter(HumanLines())


@click.group(
    "python -m local",
    invoke_without_command=True,
    params=option_parameters(),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
def local(context: click.Context, /, **given: Any) -> None:
    """Run template.yaml on this machine."""
    if context.invoked_subcommand is not None:
        context.obj = given
        return
    options = options_of(given, os.environ)
    show_logs(options.log_level or "INFO", options.log)
    asyncio.run(run(options))


def _ttl(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a number") from None
    if math.isnan(seconds) or abs(seconds) > MAX_TTL_SECONDS:
        raise click.BadParameter(f"must be a number of seconds up to {MAX_TTL_SECONDS}, not {text}")
    return seconds


def _port(text: object) -> int:
    if not str(text).isdecimal():
        raise click.UsageError(f"--port {text}: must be a number")
    return int(str(text))


@local.command()
@click.option("--uid", required=True, help="The person: the claim sub.")
@click.option("--device", default=DEVICE, help=f"The person's device: the claim deviceId; default: {DEVICE}.")
@click.option(
    "--ttl",
    type=_ttl,
    default=DEFAULT_TTL_SECONDS,
    metavar="SECONDS",
    help="Seconds until the token expires; default: a day.",
)
@click.option(
    "--port", type=click.IntRange(1, 65_535), envvar="PORT", help="Port of the stack, if several run (env PORT)."
)
@click.option(
    "--state-file",
    type=Path,
    metavar="FILE",
    envvar="STATE_FILE",
    help="State file of the stack, if it is not the default.",
)
@click.pass_obj
def token(
    given: dict[str, Any], *, uid: str, device: str, ttl: float, port: int | None, state_file: Path | None
) -> None:
    """Print a token that a running stack takes."""
    if not uid or not device:
        raise click.UsageError("--uid and --device must not be empty")
    # Both options may also come before the command, like the options of the stack.
    path, chosen = state_file or given["state_file"], port or given["port"]
    state = find_stack(path=Path(path) if path else None, port=_port(chosen) if chosen else None)
    if not state.jwt_secret:
        raise LocalStackError("the running stack accepts only tokens of its issuer: get one there")
    print(make_token(state.jwt_secret, uid, device, ttl))


@local.command()
def stacks() -> None:
    """Print the addresses of the running stacks."""
    for state in running_stacks():
        print(state.url)


def main(arguments: Sequence[str]) -> int:
    """Runs a command line and returns the exit status."""
    try:
        with local.make_context("python -m local", list(arguments)) as context:
            local.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        return _told(" ".join(error.format_message().split()), USAGE)
    except (LocalStackError, StackNotFound) as error:
        return _told(str(error), FAILED)
    return 0


def _told(text: str, status: int) -> int:
    print(f"error: {text}", file=sys.stderr)
    return status
