"""`make bench-cold`: the CPU time of each function's cold start, compared with a minimal function on DynamoDB.

    python -m bench.cold .aws-sam/native --python .tools/runtime/bin/python

AWS's own runtime starts each built function in AWS's own emulator. It measures CPU time, not wall time. The speed of a
shared core changes from second to second, so each is compared with a baseline that starts just before or after it.
Prints a table and writes bench/results/cold.json. Exit status: 0 if the median ratio of each function is within the
budget, else 1.
"""

import argparse
import asyncio
import compileall
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.cold.subjects import HERE, Subject, is_good, subjects
from bench.table import show_lines, write_result
from commands.start import run
from local.options import Options
from local.stack import LocalStack
from tests.support.issuer import Issuer
from tools.runtime_emulator import STARTS, EmulatorFailed, RuntimeEmulator

# A multiple of the CPU time for importing botocore and making one DynamoDB client.
BUDGET = 1.3
# After so many rounds, a function of which three quarters of the ratios are within the budget is done.
ROUNDS = 7
# After so many, one whose median is within the budget.
ENOUGH_ROUNDS = 21
# Before it fails, a function is measured as often as this: a neighbour on the machine that works in bursts changes the
# result by a tenth.
MOST_ROUNDS = 63
FIGURES = ("init_ms", "answered_ms")
VERSION = "import platform; print(platform.python_version(), platform.machine())"

Figures = Mapping[str, float]
# The times of a function, and of the baseline beside it.
Pair = tuple[Figures, Figures]


def main() -> int:
    """Measures, prints the table, writes the file, and returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, help="a build for this machine")
    parser.add_argument("--python", type=Path, required=True, help="an interpreter with what Lambda's runtime has")
    arguments = parser.parse_args()
    python = str(arguments.python.absolute())
    _compile(python)
    measured = asyncio.run(_measured(arguments.build / "template.yaml", python))
    rows = _rows(measured)
    version, machine = subprocess.check_output([python, "-c", VERSION], text=True).split()
    report = {"budget_ratio": BUDGET, "python": version, "machine": machine, "rows": rows}
    write_result("cold", report)
    _show(report)
    return 0 if all(row.get("init_ratio", 0) <= BUDGET for row in rows) else 1


def _compile(python: str) -> None:
    """Compiles what Lambda has compiled and the build does not contain: the runtime's libraries, and the baseline."""
    libraries = "import compileall, sysconfig; compileall.compile_dir(sysconfig.get_path('purelib'), quiet=2)"
    subprocess.run([python, "-c", libraries], check=True)
    for folder in ("baseline", "probe"):
        compileall.compile_dir(HERE / folder, quiet=1)


async def _measured(template: Path, python: str) -> Mapping[str, Sequence[Pair]]:
    """The pairs of each function."""
    issuer = Issuer()
    try:
        async with LocalStack(Options(port=0, template=template)) as stack:
            return await asyncio.to_thread(_in_rounds, subjects(stack, issuer), python)
    finally:
        issuer.close()


def _in_rounds(found: Sequence[Subject], python: str) -> Mapping[str, Sequence[Pair]]:
    """The order of measurements. Every other round runs backwards, so that a drift favours no function."""
    baseline, *functions = found
    for subject in found:  # this one warms the file cache
        _cold_start(subject, python)
    measured: dict[str, list[Pair]] = {subject.name: [] for subject in functions}
    for number in range(MOST_ROUNDS):
        if number % ROUNDS == 0 and number:
            functions = [each for each in functions if not _is_done(measured[each.name])]
        for subject in reversed(functions) if number % 2 else functions:
            pair = [_cold_start(each, python) for each in ((subject, baseline) if number % 2 else (baseline, subject))]
            own, compared = pair if number % 2 else reversed(pair)
            measured[subject.name].append((own, compared))
    return measured


def _is_done(pairs: Sequence[Pair]) -> bool:
    median, upper_quartile = _quartiles(pairs)[1:]
    return (median if len(pairs) >= ENOUGH_ROUNDS else upper_quartile) <= BUDGET


def _quartiles(pairs: Sequence[Pair]) -> Sequence[float]:
    return statistics.quantiles((own["init_ms"] / compared["init_ms"] for own, compared in pairs), n=4)


def _cold_start(subject: Subject, python: str) -> Figures:
    """Measures a new sandbox, and a second one if the first gave no answer, as happens on a busy machine."""
    for start in range(1, STARTS + 1):
        try:
            return _one_start(subject, python)
        except EmulatorFailed as error:
            print(f"{subject.name}: start {start} of {STARTS} failed: {error}", file=sys.stderr)
    raise SystemExit(f"{subject.name} did not start in {STARTS} tries")


def _one_start(subject: Subject, python: str) -> Figures:
    with RuntimeEmulator(subject.handler, subject.code_dir, subject.environment, python=python) as sandbox:
        said = sandbox.invoke(subject.event())
        if "init_ms" not in said or not is_good(said["answer"]):
            raise SystemExit(f"{subject.name} gave no good answer: {said}\n{sandbox.output()}")
        return {name: said[name] for name in FIGURES}


def _ratio(pairs: Sequence[Pair], figure: str) -> float:
    return statistics.median(own[figure] / compared[figure] for own, compared in pairs)


def _rows(measured: Mapping[str, Sequence[Pair]]) -> list[dict[str, Any]]:
    every_baseline = [compared for pairs in measured.values() for _, compared in pairs]
    baseline = {"function": "baseline", "cold_starts": len(every_baseline), **_medians(every_baseline)}
    return [baseline, *(_row(name, pairs) for name, pairs in measured.items())]


def _row(name: str, pairs: Sequence[Pair]) -> dict[str, Any]:
    quartiles = _quartiles(pairs)
    return {
        "function": name,
        "cold_starts": len(pairs),
        **_medians([own for own, _ in pairs]),
        "init_ratio": round(_ratio(pairs, "init_ms"), 3),
        "init_ratio_quartiles": [round(quartiles[0], 3), round(quartiles[2], 3)],
        "answered_ratio": round(_ratio(pairs, "answered_ms"), 3),
    }


def _medians(figures: Sequence[Figures]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in figures), 1) for name in FIGURES}


def _show(report: Mapping[str, Any]) -> None:
    columns = ("function", "starts", "init ms", "ratio", "quartiles", "budget", "answered ms", "ratio", "")
    show_lines(columns, [_line(row) for row in report["rows"]], {"function", ""})
    print("\nCPU of the runtime's process (user and system), from its start to the end of its init and to its first")
    print("answer: medians, and medians of the ratios to a baseline beside each start. The baseline imports botocore")
    print("and makes one DynamoDB client; it answers with one read.")
    print(f"The build for this machine, Python {report['python']} on {report['machine']}.")


def _line(row: Mapping[str, Any]) -> Sequence[str]:
    init, answered = (f"{row[figure]:.0f}" for figure in FIGURES)
    if "init_ratio" not in row:
        return (row["function"], str(row["cold_starts"]), init, "", "", "", answered, "", "")
    return (
        row["function"],
        str(row["cold_starts"]),
        init,
        f"{row['init_ratio']:.2f}",
        "{:.2f}-{:.2f}".format(*row["init_ratio_quartiles"]),
        f"{BUDGET:g}",
        answered,
        f"{row['answered_ratio']:.2f}",
        "ok" if row["init_ratio"] <= BUDGET else "BROKEN: init",
    )


if __name__ == "__main__":
    run(main)
