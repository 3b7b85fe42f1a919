"""The command line, `python -m catchup_client COMMAND`. Exit codes: 0 ok, 1 failure, 2 usage, 130 Ctrl-C."""

import io
import os
import signal
import sys
from collections.abc import Sequence

import click

from catchup_client.cli.commands import catchup_client
from catchup_client.cli.words import printable
from catchup_client.errors import CatchupError

OK, FAILURE, USAGE, INTERRUPTED = 0, 1, 2, 128 + signal.SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not know all characters
    try:
        _check_text(arguments)
        with catchup_client.make_context("catchup_client", arguments) as context:
            catchup_client.invoke(context)
            # Flush here: an error of a full disk or a closed pipe is then one line.
            sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        return _failed(_usage(error), USAGE)
    except click.Abort:
        return _failed("stopped", FAILURE)
    except CatchupError as error:
        return _failed(str(error), FAILURE)
    except BrokenPipeError:
        # The reader of the output has closed it, such as `head`.
        _stop_printing()
    except OSError as error:
        _stop_printing()
        return _failed(f"{error.filename or 'the output'}: {error.strerror or error}", FAILURE)
    except KeyboardInterrupt:
        return OK if "listen" in arguments else INTERRUPTED
    return OK


def _check_text(arguments: Sequence[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as error:  # the shell has passed bytes that are not UTF-8
            raise click.UsageError(f"{printable(argument)} is not text in UTF-8") from error


def _failed(text: str, code: int) -> int:
    print(f"error: {printable(text)}", file=sys.stderr)
    return code


def _stop_printing() -> None:
    """Discard the unwritten output: writing it at exit would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: click.UsageError) -> str:
    text = " ".join(error.format_message().split())
    if isinstance(error, click.NoSuchOption) and error.ctx is not None and error.ctx.command.name == "chat":
        text += " (put -- before a text that begins with -)"
    group = error.ctx.command if error.ctx is not None else None
    if isinstance(group, click.Group) and text.startswith(("Missing command", "No such command")):
        assert error.ctx is not None
        text += f" There are: {', '.join(group.list_commands(error.ctx))}."
    return text
