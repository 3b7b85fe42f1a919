"""`python -m local [options]` runs the stack; `python -m local token --uid … --device …` prints a token for it."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from local.banner import DEVICE, SESSIONS, banner, issuer_banner
from local.errors import LocalStackError
from local.options import Options, parse_options
from local.state import State, read_state, remove_state, write_state
from local.tokens import DEFAULT_TTL_SECONDS, make_token


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
    # Here, because loading it takes a second: the other command, and wrong options, are answered at once.
    from local.stack import LocalStack

    async with LocalStack(options) as stack:
        state = State(stack.url, stack.jwt_secret, os.getpid(), stack.functions.environments)
        write_state(state, options.state_file)
        try:
            if stack.issuer:
                print(issuer_banner(stack.url, stack.issuer), flush=True)
            else:
                print(banner(stack.url, {each.uid: stack.token(each.uid, DEVICE) for each in SESSIONS}), flush=True)
            await asyncio.Event().wait()
        finally:
            remove_state(options.state_file)


def print_token(arguments: Sequence[str]) -> None:
    """Prints a token that the running stack accepts."""
    options = parse_options([], os.environ)
    parser = argparse.ArgumentParser(prog="python -m local token", description="A token for the running stack.")
    parser.add_argument("--uid", required=True, help="who: the claim sub")
    parser.add_argument("--device", default=DEVICE, help="which of the person's devices: the claim deviceId")
    parser.add_argument("--ttl", type=float, default=DEFAULT_TTL_SECONDS, help="seconds until it expires")
    parser.add_argument("--state-file", type=Path, default=options.state_file, help="written by the running stack")
    chosen = parser.parse_args(arguments)
    state = read_state(chosen.state_file)
    if not state.jwt_secret:
        raise LocalStackError("the running stack takes tokens of its issuer alone: get one there")
    print(make_token(state.jwt_secret, chosen.uid, chosen.device, chosen.ttl))


def show_logs(level: str) -> None:
    """The stack's own messages from `level` on, and whatever the functions print, on standard error."""
    if level not in logging.getLevelNamesMapping():
        raise LocalStackError(f"LOG_LEVEL={level}: must be DEBUG, INFO, WARNING or ERROR")
    own, functions = logging.getLogger("local"), logging.getLogger("local.function")
    for logger, style in ((own, "local | %(levelname)s %(message)s"), (functions, "%(message)s")):
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(style))
        logger.addHandler(handler)
    own.setLevel(level)
    functions.setLevel(logging.INFO)
    functions.propagate = False


def main(arguments: Sequence[str]) -> int:
    """The exit status."""
    try:
        if arguments[:1] == ["token"]:
            print_token(arguments[1:])
            return 0
        options = parse_options(arguments, os.environ)
        show_logs(options.log_level or "INFO")
        asyncio.run(run(options))
    except LocalStackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before `run` could take it
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
