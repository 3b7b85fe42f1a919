"""Runs the fuzz suite, prints how many frames were refused, by route and outcome, and writes bench/results/fuzz.json.

python -m tests.fuzz.report        of what was recorded last
python -m tests.fuzz.report run    runs everything first

With CATCHUP_PART=1/4 it runs that part (tests/support/parts.py), prints its numbers, and writes nothing.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commands.start import run
from tests.fuzz import tally
from tests.support.parts import Part

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "bench" / "results" / "fuzz.json"


def main(arguments: Sequence[str]) -> int:
    """Returns pytest's exit status."""
    if arguments not in ([], ["run"]):
        print(f"error: {' '.join(arguments)}: there is `run`, or nothing", file=sys.stderr)
        return 2
    if arguments:
        tally.forget()
        workers = os.environ.get("WORKERS", "2")
        status = subprocess.call([sys.executable, "-m", "pytest", "tests/fuzz", "-n", workers], cwd=ROOT)
        if status:
            return status
    result = summed()
    if not result["malformed_frames"]:
        print("error: nothing is recorded; python -m tests.fuzz.report run", file=sys.stderr)
        return 1
    if Part.of_this_run() == Part():
        # Times differ from run to run, the numbers do not.
        RESULT.write_text(
            json.dumps({name: part for name, part in result.items() if name != "seconds"}, indent=1) + "\n"
        )
    _print(result)
    return 0


def summed() -> dict[str, Any]:
    """Everything that was recorded, the shards of the malformed frames added up."""
    shards = tally.recorded("malformed-")
    by_route: dict[str, Counter[str]] = {}
    for shard in shards:
        for route, codes in shard["refused"].items():
            by_route.setdefault(route, Counter()).update(codes)
    refused = {route: dict(sorted(codes.items())) for route, codes in sorted(by_route.items())}
    return {
        "malformed_frames": sum(sum(codes.values()) for codes in refused.values()),
        "refused": refused,
        "spoilt_by": _added(shards, "ways"),
        "well_formed_after_all": sum(_added(shards, "passed").values()),
        "of_these_on_the_store": _added(shards, "on_the_store"),
        "coverage_guided": next(iter(tally.recorded("guided")), None),
        "handshakes": next(iter(tally.recorded("handshakes")), None),
        "malformed_http_requests": sum(shard["requests"] for shard in tally.recorded("http-")),
        "seconds": sum(shard["seconds"] for shard in shards),
    }


def _added(shards: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    added: Counter[str] = Counter()
    for shard in shards:
        added.update(shard[name])
    return dict(sorted(added.items()))


def _print(result: Mapping[str, Any]) -> None:
    codes = sorted({code for route in result["refused"].values() for code in route})
    print(f"\n{'refused, by route':20}" + "".join(f"{code:>20}" for code in codes))
    for route, counts in result["refused"].items():
        print(f"{route:20}" + "".join(f"{counts.get(code, 0):>20,}" for code in codes))
    print(f"\n{result['malformed_frames']:,} malformed frames refused in {result['seconds']:.0f} s of one core")
    print(f"{result['well_formed_after_all']:,} came out well formed; on the store: {result['of_these_on_the_store']}")
    print(f"coverage-guided: {result['coverage_guided']}")
    print(f"handshakes: {result['handshakes']}")
    print(f"{result['malformed_http_requests']:,} malformed requests over HTTP refused")


if __name__ == "__main__":
    run(lambda: main(sys.argv[1:]))
