"""The numbers of the fault suite: each test writes its own, the report adds them up.

One file a test in `.local/faults/<part>/`: parts may run apart, repeatedly and on several workers; running a test again
replaces its numbers. The parts are `faults`, `races` and `model`, by the folders of the tests.

    tally.record("races", "two sends at once", interleavings=924, violations=0)

Numbers that the totals know: `fault_runs`, `interleavings`, `model_steps`, `violations`. A mutation's test is named
`mutation …` and records `mutations_caught`. Others are for a part's table.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.support.parts import Part

# What a part of the suite has recorded is no part of the report.
FOLDER = Path(__file__).parents[2] / ".local" / ("faults" if Part.of_this_run() == Part() else "faults-part")
TOTALS = ("fault_runs", "interleavings", "model_steps", "violations")

Numbers = Mapping[str, int]


def record(part: str, name: str, **numbers: int) -> None:
    """The numbers of one test."""
    folder = FOLDER / part
    folder.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", name)
    (folder / f"{slug}.json").write_text(json.dumps({"name": name, "numbers": numbers}))


def recorded(part: str) -> dict[str, Numbers]:
    """The numbers of a part's tests, by name."""
    files = sorted((FOLDER / part).glob("*.json"))
    found = (json.loads(file.read_text()) for file in files)
    return {entry["name"]: entry["numbers"] for entry in found}


def totals() -> dict[str, int]:
    """Over all parts."""
    parts = [folder.name for folder in FOLDER.iterdir()] if FOLDER.is_dir() else []
    numbers = [entry for part in parts for entry in recorded(part).values()]
    return {name: sum(entry.get(name, 0) for entry in numbers) for name in TOTALS}


def forget() -> None:
    """Before a run of everything: what tests recorded that do not exist any more must not count."""
    shutil.rmtree(FOLDER, ignore_errors=True)
