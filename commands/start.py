"""Starts a command line: what a person has to change before it can even be loaded is one line too."""

import importlib
import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 128 + signal.SIGINT
FAILED = 1
MINIMUM = (3, 11)
# What belongs to this repository: if it is missing, the command was started in another folder.
_OURS = ("catchup", "catchup_admin", "catchup_client", "commands", "demo", "local")


def start(module: str) -> NoReturn:
    """Runs `main(arguments)` of a module, and ends the process with the status that it returns."""
    if sys.version_info < MINIMUM:
        _end(f"Python 3.11 or newer is needed, and {sys.executable} is older; use .venv/bin/python")
    try:
        status = importlib.import_module(module).main(sys.argv[1:])
        sys.stdout.flush()
    except ModuleNotFoundError as error:
        name = (error.name or "?").partition(".")[0]
        if name in _OURS:
            _end(f"{name} is not found: run this in the repository's folder, by make or by .venv/bin/python")
        _end(f"this Python has no {name}: use .venv/bin/python, which `make setup` makes")
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:  # whoever read the output has enough
        _stop_printing()
        status = 0
    except OSError as error:
        _stop_printing()
        _end(f"{error.filename or 'the output'}: {error.strerror or error}")
    sys.exit(status)


def _end(text: str) -> NoReturn:
    print(f"error: {text}", file=sys.stderr)
    sys.exit(FAILED)


def _stop_printing() -> None:
    """Python must not stumble over what is not written yet once more when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
