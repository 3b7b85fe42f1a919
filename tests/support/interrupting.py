"""Sends Ctrl-C to a Python process at a chosen moment of its start."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.world import ROOT

# Where a checkout's packages lie, as a PYTHONPATH.
PATHS = os.pathsep.join(str(ROOT / each) for each in (".", "clients/python", "layers/catchup/python"))


def interrupted(
    line: Sequence[str], until: str | tuple[str, ...], cwd: Path = ROOT, *, later: int = 0
) -> tuple[int, Sequence[str]]:
    """Returns the exit status and the error lines of a process that gets Ctrl-C while it loads.

    The signal is sent `later` lines after the first line of its import log that ends with `until`.
    """
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", *line],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": PATHS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background ignores Ctrl-C on their behalf.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stderr is not None
        while not process.stderr.readline().rstrip().endswith(until):
            assert process.poll() is None
        for _ in range(later):
            process.stderr.readline()
        process.send_signal(signal.SIGINT)
        errors = [line for line in process.stderr.read().splitlines() if not line.startswith("import time:")]
    return process.returncode, errors
