"""What stands in the way of a command is one line, as a process shows it."""

import os
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from local.options import Options
from tests.support.interrupting import PATHS, interrupted
from tests.support.world import ROOT

COMMANDS = ("local", "catchup_admin", "demo", "catchup_client")


def run(*line: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": PATHS, **variables}
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_python_without_the_packages_is_one_line(command: str) -> None:
    """`python3 -m local` outside the environment. -S: no site-packages, and so none of an environment."""
    ran = run(sys.executable, "-S", "-m", command, "--help")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: this Python has no ")
    assert ".venv/bin/python" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_what_is_missing_of_the_repository_is_told_as_that() -> None:
    ran = run(sys.executable, "-m", "demo", PYTHONPATH=str(ROOT))
    assert ran.stderr == (
        "error: catchup is not found: run this in the repository's folder, by make or by .venv/bin/python\n"
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("loads", [1, 40, 150])
def test_ctrl_c_while_it_loads_leaves_no_trace(command: str, loads: int) -> None:
    """At three moments: after so many modules of all that it loads."""
    line = ["-m", command, *(("--port", "0") if command == "local" else ())]
    status, errors = interrupted(line, ("commands.start", "catchup_client._starting"), later=loads)
    assert errors == []
    assert status == -signal.SIGINT


def test_a_full_disk_under_the_output_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "catchup_admin", "--help"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (1, "error: the output: No space left on device\n")


def make(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return run("make", "python-fits", *arguments, **variables)


def program(folder: Path, version: str, old: bool = False) -> str:
    """A Python of another version, as far as make can tell."""
    path = folder / f"python{version}"
    path.write_text(
        f'#!/bin/sh\ncase "$*" in *-V*) echo Python {version}.0;; *print*) echo {version};; *) exit {int(old)};; esac\n'
    )
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(not (ROOT / ".venv" / ".ready").exists(), reason="there is no .venv that make has made")
def test_a_python_that_is_asked_for_and_not_taken_is_told(tmp_path: Path) -> None:
    missing, old, other = str(tmp_path / "python3.99"), program(tmp_path, "3.9", old=True), program(tmp_path, "3.98")
    for given, says in (
        (missing, f"error: there is no {missing}: install Python 3.11 or newer"),
        (old, f"error: Catchup needs Python 3.11 or newer, and {old} is Python 3.9.0: name one"),
        (other, f"and PYTHON={other} is 3.98: rm -rf .venv, and it is made anew"),
    ):
        for ran in (make(f"PYTHON={given}"), make(PYTHON=given)):
            assert ran.returncode != 0
            assert says in ran.stderr.splitlines()[0]
    assert make().returncode == 0
    assert make(f"PYTHON={ROOT}/.venv/bin/python").returncode == 0


@pytest.mark.parametrize(
    "line",
    [
        "tools.checkov",
        "tools.checkov a b",
        "tests.fuzz.report nonsense",
        "tests.fuzz.report run now",
        "tests.faults.report nonsense",
    ],
)
def test_wrong_arguments_of_a_tool_are_one_line(line: str) -> None:
    ran = run(sys.executable, "-m", *line.split())
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert ran.stderr.startswith("error: ")


def test_make_takes_no_option_that_it_does_not_know() -> None:
    ran = make("PROT=4000")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "there is no option PROT: make help names those of each command" in ran.stderr


@pytest.mark.parametrize("name", [field.name.upper() for field in fields(Options)])
def test_make_takes_each_option_of_the_local_stack(name: str) -> None:
    assert make(f"{name}=1").returncode == 0
