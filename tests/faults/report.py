"""The numbers of the last run: a table, bench/results/faults.json, and the tables in docs/reliability.md.

python -m tests.faults.report            of what was recorded, whenever and in however many runs that was
python -m tests.faults.report run        runs everything first
With CATCHUP_PART=2/6 it runs that part (tests/support/parts.py), prints its numbers, and renews nothing.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from commands.start import run
from tests.support import tally
from tests.support.parts import Part

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "bench" / "results" / "faults.json"
DOCUMENT = ROOT / "docs" / "reliability.md"
MUTATION = "mutation "
SUITES = ("tests/faults", "tests/races", "tests/model")

Row = Sequence[object]
Added = dict[str, dict[str, int]]


def main(arguments: Sequence[str]) -> int:
    """Returns 1 if anything was violated, else 0; 2 for wrong arguments; the result of pytest, if that failed."""
    if arguments not in ([], ["run"]):
        print(f"error: {' '.join(arguments)}: give nothing, or `run`", file=sys.stderr)
        return 2
    if arguments:
        tally.forget()
        print(f"The fault suite, part {Part.of_this_run()}.", flush=True)
        status = subprocess.call([sys.executable, "-m", "pytest", *SUITES, "-n", "2", "-q"], cwd=ROOT)
        if status:
            return status
    totals = tally.totals()
    if Part.of_this_run() == Part():
        RESULT.write_text(json.dumps(totals, indent=1) + "\n")
        DOCUMENT.write_text(rendered(DOCUMENT.read_text(), tables()))
    for name, number in totals.items():
        print(f"{name:14} {number:>12,}")
    return min(totals["violations"], 1)


def tables() -> Mapping[str, str]:
    """Markdown, by the name of its markers."""
    faults, races, model = (_measured(tally.recorded(part)) for part in ("faults", "races", "model"))
    return {
        "totals": _table(["what", "how many"], [[name.replace("_", " "), n] for name, n in tally.totals().items()]),
        "fault-points": _scenarios(faults),
        "faults": _faults(faults),
        "interleavings": _races(races),
        "model": _table(["what", "steps"], [[name, numbers["model_steps"]] for name, numbers in model.items()]),
        "mutations": "\n".join(f"- {name}" for name in _mutations()),
    }


def rendered(document: str, blocks: Mapping[str, str]) -> str:
    """The document with what stands between its markers renewed."""
    for name, block in blocks.items():
        marked = f"<!-- {name} -->\n{block}\n<!-- /{name} -->"
        pattern = rf"<!-- {name} -->.*?<!-- /{name} -->"
        document = re.sub(pattern, lambda _, marked=marked: marked, document, flags=re.DOTALL)
    return document


def _measured(entries: Mapping[str, tally.Numbers]) -> Mapping[str, tally.Numbers]:
    return {name: numbers for name, numbers in entries.items() if not name.startswith(MUTATION)}


def _mutations() -> list[str]:
    entries = [entry for part in ("faults", "races", "model") for entry in tally.recorded(part).items()]
    names = [name.removeprefix(MUTATION) for name, numbers in entries if numbers.get("mutations_caught")]
    return sorted({name.replace("_", " ") for name in names})


def _scenarios(faults: Mapping[str, tally.Numbers]) -> str:
    once = _added((name.split(" / ")[0], numbers) for name, numbers in faults.items() if name.endswith("once"))
    twice = _added((name.split(" / ")[0], numbers) for name, numbers in faults.items() if name.endswith("twice"))
    calls = {name.split(" / ")[0]: numbers["calls"] for name, numbers in faults.items() if name.endswith("once")}
    rows = [
        [
            name,
            calls[name],
            numbers["fault_runs"],
            twice.get(name, {}).get("fault_runs", 0),
            numbers["violations"] + twice.get(name, {}).get("violations", 0),
        ]
        for name, numbers in once.items()
    ]
    return _table(["scenario", "calls", "runs with one fault", "with two", "violations"], [*rows, _sum(rows)])


def _faults(faults: Mapping[str, tally.Numbers]) -> str:
    added = _added((name.split(" / ")[1], numbers) for name, numbers in faults.items())
    rows = [[name, numbers["fault_runs"], numbers["violations"]] for name, numbers in added.items()]
    return _table(["fault", "runs", "violations"], rows)


def _races(races: Mapping[str, tally.Numbers]) -> str:
    added = _added((name.split(",")[0], numbers) for name, numbers in races.items())
    columns = ("interleavings", "states", "violations")
    rows = [[name, *(numbers.get(column, 0) for column in columns)] for name, numbers in added.items()]
    return _table(["at the same time", "orders", "states", "violations"], [*rows, _sum(rows)])


def _added(entries: Iterable[tuple[str, tally.Numbers]]) -> Added:
    added: Added = {}
    for name, numbers in entries:
        into = added.setdefault(name, {})
        for key, number in numbers.items():
            into[key] = into.get(key, 0) + number
    return added


def _sum(rows: Sequence[Row]) -> Row:
    columns = list(zip(*rows, strict=True))[1:]
    return ["**all**", *(f"**{sum(int(str(cell)) for cell in column):,}**" for column in columns)]


def _table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join(f"| {' | '.join(f'{c:,}' if isinstance(c, int) else str(c) for c in line)} |" for line in lines)


if __name__ == "__main__":
    run(lambda: main(sys.argv[1:]))
