"""The command line, `python -m catchup_client COMMAND`. Exit codes: 0 ok, 1 failure, 2 usage."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence

from catchup_client.cli import arguments, commands
from catchup_client.cli.output import printable
from catchup_client.errors import CatchupError

OK, FAILURE = 0, 1  # argparse itself exits with 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    options = arguments.parse(argv)
    logging.basicConfig(level=logging.WARNING if options.verbose else logging.ERROR, format="%(message)s")
    try:
        asyncio.run(commands.run(options))
    except CatchupError as error:
        print(f"error: {printable(str(error))}", file=sys.stderr)
        return FAILURE
    except BrokenPipeError:
        # Whoever read the output has enough; and Python must not stumble over it once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return OK if options.command == "listen" else FAILURE
    return OK


def entry_point() -> None:
    """Run the command that the process was started with, and exit."""
    sys.exit(main())
