"""The coverage-guided fuzzer: finds nothing in the wire, and finds what is broken there on purpose."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import tally
from tests.support.world import ROOT

RUNS = 200_000
SEED = 7
PYTHONPATH = ":".join(map(str, (ROOT, ROOT / "layers/catchup/python")))
SUMMARY = re.compile(r"DONE\s+cov: (\d+) ft: (\d+) corp: (\d+)/")

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="Atheris has wheels for Linux on x86-64, Python 3.11 to 3.13"
)


def fuzz(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """A run in a process of its own: libFuzzer ends it."""
    command = [sys.executable, "-m", "tests.fuzz.guided", str(folder), str(RUNS), str(SEED), *more]
    environment = {"PYTHONPATH": PYTHONPATH, "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace", check=False
    )


def test_no_input_breaks_the_wire(tmp_path: Path) -> None:
    run = fuzz(tmp_path / "fuzz")
    assert run.returncode == 0, run.stdout + run.stderr[-4_000:]
    found = SUMMARY.search(run.stderr)
    assert found is not None
    branches, features, inputs = map(int, found.groups())
    tally.record("guided", runs=RUNS, seed=SEED, branches=branches, features=features, inputs=inputs)


def test_a_broken_rule_is_found(tmp_path: Path) -> None:
    run = fuzz(tmp_path / "fuzz", "break")
    assert run.returncode != 0
    assert "ValueError" in run.stdout
    assert list((tmp_path / "fuzz").glob("crash-*"))
