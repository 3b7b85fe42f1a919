"""`make bench-cold`: the CPU of each function's cold start, against the least that a function on DynamoDB can be.

Each is started by AWS's own runtime in AWS's own emulator. CPU time, not wall time; and because the speed of a shared
core changes from second to second, each is compared with a baseline that was started just before or after it. Prints a
table and writes results/cold.json. Exit status: 0 if the median of these ratios is within the budget for each, else 1.
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
ROUNDS = 7
RESULT = HERE.parent / "results" / "cold.json"
FIGURES = ("init_ms", "answered_ms")

Figures = Mapping[str, float]
# Of a function, and of the baseline beside it.
Pair = tuple[Figures, Figures]


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
    return 0 if all(row.get("init_ratio", 0) <= BUDGET for row in rows) else 1


async def _measured(template: Path, rounds: int) -> Mapping[str, Sequence[Pair]]:
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


def _in_rounds(found: Sequence[Subject], rounds: int) -> Mapping[str, Sequence[Pair]]:
    """The first round only warms the file cache, and compiles what the libraries lack. Then every other one runs
    backwards, so that a drift favours nobody."""
    baseline, *functions = found
    for subject in found:
        _cold_start(subject, warming=True)
    measured: dict[str, list[Pair]] = {subject.name: [] for subject in functions}
    for number in range(rounds):
        for subject in reversed(functions) if number % 2 else functions:
            if number % 2:
                own, compared = _cold_start(subject), _cold_start(baseline)
            else:
                compared, own = _cold_start(baseline), _cold_start(subject)
            measured[subject.name].append((own, compared))
    return measured


def _cold_start(subject: Subject, *, warming: bool = False) -> Figures:
    environment = {**subject.environment}
    if warming:
        del environment["PYTHONDONTWRITEBYTECODE"]
    with RuntimeEmulator(subject.handler, subject.code_dir, environment) as sandbox:
        said = sandbox.invoke(subject.event())
        if "init_ms" not in said or not is_good(said["answer"]):
            raise SystemExit(f"{subject.name} gave no good answer: {said}\n{sandbox.output()}")
        return {name: said[name] for name in FIGURES}


def _rows(measured: Mapping[str, Sequence[Pair]]) -> list[dict[str, Any]]:
    every_baseline = [compared for pairs in measured.values() for _, compared in pairs]
    baseline = {"function": BASELINE, "cold_starts": len(every_baseline), **_medians(every_baseline)}
    return [baseline, *(_row(name, pairs) for name, pairs in measured.items())]


def _row(name: str, pairs: Sequence[Pair]) -> dict[str, Any]:
    ratios = {figure: [own[figure] / compared[figure] for own, compared in pairs] for figure in FIGURES}
    return {
        "function": name,
        "cold_starts": len(pairs),
        **_medians([own for own, _ in pairs]),
        "init_ratio": round(statistics.median(ratios["init_ms"]), 3),
        "init_ratios": [round(pick(ratios["init_ms"]), 3) for pick in (min, max)],
        "answered_ratio": round(statistics.median(ratios["answered_ms"]), 3),
    }


def _medians(figures: Sequence[Figures]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in figures), 1) for name in FIGURES}


def _show(rows: Sequence[Mapping[str, Any]], report: Mapping[str, Any]) -> None:
    columns = ("function", "init ms", "ratio", "min-max", "budget", "answered ms", "ratio", "")
    show_lines(columns, [_line(row) for row in rows], {"function", ""})
    print(
        "\nCPU of the runtime's process (user and system) from its start to the end of its init, and to its first answer:"
    )
    print(f"medians of {report['rounds']} cold starts, and of the ratios to a baseline's beside each.")
    print("baseline: imports botocore and makes one DynamoDB client; answers with one read.")
    print(f"Measured: {report['measured']}, Python {report['python']} on {report['machine']}.")


def _line(row: Mapping[str, Any]) -> Sequence[str]:
    times = [f"{row[figure]:.0f}" for figure in FIGURES]
    if "init_ratio" not in row:
        return (row["function"], times[0], "", "", "", times[1], "", "")
    return (
        row["function"],
        times[0],
        f"{row['init_ratio']:.2f}",
        "{:.2f}-{:.2f}".format(*row["init_ratios"]),
        f"{BUDGET:g}",
        times[1],
        f"{row['answered_ratio']:.2f}",
        "ok" if row["init_ratio"] <= BUDGET else "BROKEN: init",
    )


if __name__ == "__main__":
    sys.exit(main())
