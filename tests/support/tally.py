"""The numbers of the fault suite: each test writes its own, the report adds them up.

Each test has one file in `.local/faults/<part>/`, so parts may run separately, repeatedly and on several workers. A
test that runs again replaces its numbers. The parts are `faults`, `races` and `model`, by the folders of the tests.

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

# Numbers of a partial run are not in the report.
FOLDER = Path(__file__).parents[2] / ".local" / ("faults" if Part.of_this_run() == Part() else "faults-part")
TOTALS = ("fault_runs", "interleavings", "model_steps", "violations")

Numbers = Mapping[str, int]


def record(part: str, name: str, **numbers: int) -> None:
    """Records the numbers of one test."""
    folder = FOLDER / part
    folder.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", name)
    (folder / f"{slug}.json").write_text(json.dumps({"name": name, "numbers": numbers}))


def recorded(part: str) -> dict[str, Numbers]:
    """Returns the numbers of a part's tests, by name."""
    files = sorted((FOLDER / part).glob("*.json"))
    found = (json.loads(file.read_text()) for file in files)
    return {entry["name"]: entry["numbers"] for entry in found}


def totals() -> dict[str, int]:
    """Returns the sums over all parts."""
    parts = [folder.name for folder in FOLDER.iterdir()] if FOLDER.is_dir() else []
    numbers = [entry for part in parts for entry in recorded(part).values()]
    return {name: sum(entry.get(name, 0) for entry in numbers) for name in TOTALS}


def forget() -> None:
    """Deletes all numbers before a full run, so that tests that no longer exist do not count."""
    shutil.rmtree(FOLDER, ignore_errors=True)
