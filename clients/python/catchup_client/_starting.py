"""Runs before `python -m catchup_client` loads anything: errors are one line, and Ctrl-C prints no traceback.

Python loads the package before its `__main__`, so the package must call this. If an application imports it, nothing
happens.
"""

import importlib
import signal
import sys

_NEEDED = {"google.protobuf": "protobuf", "websockets": "websockets", "click": "click"}


def prepare_command_line() -> None:
    """End the process with a line that says what to change, if the command line can't run."""
    if sys.argv[:1] != ["-m"]:  # its value while Python looks for the module to run
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until `ready`
    if sys.version_info < (3, 11):  # noqa: UP036 - for the error of an older one
        sys.exit("error: Python 3.11 or newer is needed; in the repository, use .venv/bin/python")
    for module, package in _NEEDED.items():
        try:
            importlib.import_module(module)
        except ModuleNotFoundError:
            sys.exit(
                f"error: this Python has no {package}: pip install 'catchup-client[cli]', or, in the repository, use "
                ".venv/bin/python"
            )


def ready() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again, so that everything is closed."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
