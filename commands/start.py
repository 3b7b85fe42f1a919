"""Starts a command line: what a person has to change before it can even be loaded is one line too, and so is Ctrl-C."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys

# Not typing's: loading that takes a moment too, in which Ctrl-C would leave a trace.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import NoReturn

MINIMUM = (3, 11)
# What belongs to this repository: if it is missing, the command was started in another folder.
_OURS = ("catchup", "catchup_admin", "catchup_client", "commands", "demo", "local")


def start(module: str) -> NoReturn:
    """Runs `main(arguments)` of a module, and ends the process with the status that it returns."""
    loading()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than names have
    try:
        main = importlib.import_module(module).main
        loaded()
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has enough
        _stop_printing()
        status = 0
    except OSError:
        _stop_printing()
        raise
    sys.exit(status)


def prepare() -> None:
    """Does `loading` for modules of a package that are run by `python -m`.

    The package calls it, because Python loads that before its modules. If something imports it, nothing happens.
    """
    if sys.argv[:1] == ["-m"]:  # its value while Python looks for the module to run
        loading()


def run(main: Callable[[], int | None]) -> NoReturn:
    """Does what such a module is for, and ends the process with the status that `main` returns."""
    loaded()
    sys.exit(main())


def loading() -> None:
    """From now on, errors that a person can do something about end the process with one line, and until `loaded`
    Ctrl-C ends it at once: libraries that are interrupted while they load raise whatever they like."""
    if sys.version_info < MINIMUM:
        sys.exit(f"error: Python 3.11 or newer is needed, and {sys.executable} is older; use .venv/bin/python")
    sys.excepthook = _tell
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def loaded() -> None:
    """From now on Ctrl-C is an exception, after which everything is tidied up."""
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
    """Python must not stumble over what is not written yet once more when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
