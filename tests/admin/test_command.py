"""`python -m catchup_admin` as a process: what tests in this one don't see."""

import subprocess
import sys

from local.options import ROOT


def test_it_runs_from_the_root_of_a_checkout_and_says_what_it_can_do() -> None:
    command = [sys.executable, "-m", "catchup_admin", "--help"]
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "recount" in done.stdout


def test_a_command_that_there_is_not_is_said_without_a_traceback() -> None:
    command = [sys.executable, "-m", "catchup_admin", "persn", "bob"]
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "No such command 'persn'" in done.stderr
    assert "Traceback" not in done.stderr
