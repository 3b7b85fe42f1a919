"""`make bench-cold`: the CPU of each function's cold start, against the least that a function on DynamoDB can be.

Each is started by AWS's own runtime, in AWS's own emulator, in rounds of all, and the medians are compared: CPU time, not
wall time, so that what else the machine does matters little. Prints a table and writes results/cold.json. Exit
status: 0 if each init takes at most the budget times the baseline's, 1 if not.
"""

import argparse
import asyncio
import compileall
import json
import platform
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.cold.subjects import BASELINE, HERE, ROOT, Subject, is_good, subjects
from bench.table import show_lines
from local.options import Options
from local.stack import LocalStack
from tests.support.issuer import Issuer
from tools.runtime_emulator import RuntimeEmulator

# docs/design: times the CPU of importing botocore and making one DynamoDB client.
BUDGET = 1.3
ROUNDS = 9
RESULT = HERE.parent / "results" / "cold.json"
FIGURES = ("init_ms", "answered_ms")

Figures = Mapping[str, float]


def main() -> int:
    """Measures, prints, writes; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.cold", description=__doc__)
    parser.add_argument("--template", type=Path, default=ROOT / "template.yaml", help="a built one measures the build")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    measured = asyncio.run(_measured(arguments.template, arguments.rounds))
    rows = _rows(measured)
    of_build = arguments.template.parent != ROOT
    report = {
        "budget_ratio": BUDGET,
        "rounds": arguments.rounds,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "measured": "the build" if of_build else "the sources, compiled",
        "rows": rows,
    }
    RESULT.write_text(json.dumps(report, indent=2) + "\n")
    _show(rows, report)
    return 0 if all(row["ratio"] <= BUDGET for row in rows) else 1


async def _measured(template: Path, rounds: int) -> Mapping[str, Sequence[Figures]]:
    """The figures of each subject, one of each round."""
    issuer = Issuer()
    try:
        async with LocalStack(Options(port=0, template=template)) as stack:
            found = subjects(stack, issuer)
            if template.parent == ROOT:
                _compile({spec.code_dir for spec in stack.template.functions.values()})
            return await asyncio.to_thread(_in_rounds, found, rounds)
    finally:
        issuer.close()


def _compile(folders: set[Path]) -> None:
    """As a build does: nothing of what is measured is compiled at a cold start."""
    for folder in [*folders, ROOT / "layers/catchup/python", HERE / "baseline", HERE / "probe"]:
        compileall.compile_dir(folder, quiet=1)


def _in_rounds(found: Sequence[Subject], rounds: int) -> Mapping[str, Sequence[Figures]]:
    """Every round in the other direction, so that a drift hits all alike. The first one only warms the file cache, and
    compiles what the libraries lack."""
    measured: dict[str, list[Figures]] = {subject.name: [] for subject in found}
    for number in range(rounds + 1):
        for subject in found if number % 2 else reversed(found):
            figures = _cold_start(subject, warming=number == 0)
            if number:
                measured[subject.name].append(figures)
    return measured


def _cold_start(subject: Subject, *, warming: bool) -> Figures:
    environment = {**subject.environment}
    if warming:
        del environment["PYTHONDONTWRITEBYTECODE"]
    with RuntimeEmulator(subject.handler, subject.code_dir, environment) as sandbox:
        said = sandbox.invoke(subject.event())
        if "init_ms" not in said or not is_good(said["answer"]):
            raise SystemExit(f"{subject.name} gave no good answer: {said}\n{sandbox.output()}")
        return {name: said[name] for name in FIGURES}


def _rows(measured: Mapping[str, Sequence[Figures]]) -> list[dict[str, Any]]:
    medians = {
        name: {figure: statistics.median(each[figure] for each in figures) for figure in FIGURES}
        for name, figures in measured.items()
    }
    return [
        {
            "function": name,
            "init_ms": round(found["init_ms"], 1),
            "init_ms_spread": [round(pick(each["init_ms"] for each in measured[name]), 1) for pick in (min, max)],
            "ratio": round(found["init_ms"] / medians[BASELINE]["init_ms"], 3),
            "answered_ms": round(found["answered_ms"], 1),
            "answered_ratio": round(found["answered_ms"] / medians[BASELINE]["answered_ms"], 3),
        }
        for name, found in medians.items()
    ]


def _show(rows: Sequence[Mapping[str, Any]], report: Mapping[str, Any]) -> None:
    columns = ("function", "init ms", "min-max", "ratio", "budget", "to the first answer ms", "ratio", "")
    lines = [
        (
            row["function"],
            f"{row['init_ms']:.0f}",
            "{:.0f}-{:.0f}".format(*row["init_ms_spread"]),
            f"{row['ratio']:.2f}",
            f"{BUDGET:g}",
            f"{row['answered_ms']:.0f}",
            f"{row['answered_ratio']:.2f}",
            "ok" if row["ratio"] <= BUDGET else "BROKEN: init",
        )
        for row in rows
    ]
    show_lines(columns, lines, {"function", ""})
    print(f"\nCPU of the runtime's process (user and system), from its start; medians of {report['rounds']} cold starts.")
    print("baseline: imports botocore, makes one DynamoDB client; answers with one read.")
    print(f"Measured: {report['measured']}, Python {report['python']} on {report['machine']}.")


if __name__ == "__main__":
    sys.exit(main())
