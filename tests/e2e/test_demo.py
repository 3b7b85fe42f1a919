"""`make demo`, small: what it tells adds up, and programs get one line of JSON if they ask for it."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.support.world import ROOT

SMALL = ("--messages", "40", "--sessions", "12", "--members", "60", "--group-messages", "12")


def run(*arguments: str) -> list[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT / "clients/python"), str(ROOT / "layers/catchup/python")]),
        "COLUMNS": "100",
    }
    done = subprocess.run(
        [sys.executable, "-m", "demo", *SMALL, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """What a person sees, and the line for programs."""
    return run("--json")


def numbers(lines: list[str], label: str) -> list[int]:
    """Those in the line that begins so."""
    line = next(line for line in lines if line.strip("│ ").startswith(label))
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", line.split(label)[1])]


def test_the_old_way_brings_everything_before_the_first_screen_and_catchup_a_page(lines: list[str]) -> None:
    # 40 of friends, 12 of the group, and the change that let Bob in.
    everything, shown = numbers(lines, "messages sent to his phone")
    assert everything == 53
    assert shown < everything
    for label in ("bytes", "frames"):
        old, new = numbers(lines, label)
        assert new < old or label == "frames"


def test_red_dots_add_up_to_what_waits_with_the_group_first(lines: list[str]) -> None:
    dots = [line for line in lines if "●" in line]
    assert "The group of 60" in dots[0]
    *each, total = [int(re.search(r"● ([\d,]+)", line)[1].replace(",", "")) for line in dots]  # type: ignore[index]
    assert sum(each) == total == 40 + 12 - 2
    assert any("2 of his own in the group" in line and line.endswith("53 wait.") for line in lines)
    assert any("53/53" in line for line in lines)


def test_figures_for_programs_are_one_line_and_only_when_asked_for(lines: list[str]) -> None:
    figures = json.loads(lines[-1])
    assert (figures["lost"], figures["duplicates"], figures["group"]["unread"]) == (0, 0, 10)
    assert figures["old_way"]["messages"] == 53
    assert not [line for line in run() if line.startswith("{")]
