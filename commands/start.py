"""Starts a command line. Errors while it loads are one line too, like all user errors, and so is Ctrl-C."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys

# Not from typing: it takes a moment to load, and Ctrl-C during that time would print a traceback.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import NoReturn

MINIMUM = (3, 11)
# Packages of this repository. If one is missing, the command was started in another folder.
_OURS = ("catchup", "catchup_admin", "catchup_client", "commands", "demo", "local")


def start(module: str) -> NoReturn:
    """Runs `main(arguments)` of a module, and ends the process with the status that it returns."""
    loading()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not support all characters of names
    try:
        main = importlib.import_module(module).main
        loaded()
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the program that reads the output has ended
        _stop_printing()
        status = 0
    except OSError:
        _stop_printing()
        raise
    sys.exit(status)


def prepare() -> None:
    """Does `loading` for modules of a package that are run by `python -m`.

    The package calls it, because Python loads the package before its modules. If the package is only imported, this
    does nothing.
    """
    if sys.argv[:1] == ["-m"]:  # its value while Python looks for the module to run
        loading()


def run(main: Callable[[], int | None]) -> NoReturn:
    """Runs the `main` of such a module, and ends the process with the status that it returns."""
    loaded()
    sys.exit(main())


def loading() -> None:
    """Makes errors that the user can fix end the process with one line, from now on. Until `loaded`, Ctrl-C ends the
    process at once, because an interrupted import may raise any exception."""
    if sys.version_info < MINIMUM:
        sys.exit(f"error: Python 3.11 or newer is needed, and {sys.executable} is older; use .venv/bin/python")
    sys.excepthook = _tell
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def loaded() -> None:
    """Makes Ctrl-C an exception from now on, so that the program cleans up."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    match error:
        case KeyboardInterrupt():
            return
        case ModuleNotFoundError(name=str(name)) if name.partition(".")[0] in _OURS:
            text = f"{name} is not found: run this in the repository's folder, by make or by .venv/bin/python"
        case ModuleNotFoundError(name=str(name)):
            text = f"this Python has no {name.partition('.')[0]}: use .venv/bin/python, which `make setup` makes"
        case OSError():
            text = f"{error.filename or 'the output'}: {error.strerror or error}"
        case _:
            sys.__excepthook__(kind, error, trace)
            return
    print(f"error: {text}", file=sys.stderr)


def _stop_printing() -> None:
    """Discards unwritten output, so that Python does not fail on it again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
