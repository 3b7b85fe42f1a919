"""Checks a build: python -m tools.artefacts [.aws-sam/build]

Prints the sizes. If it finds faults, it prints a sentence for each and ends with status 1.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from commands.start import run
from tools.artefacts.binaries import wrong_binaries
from tools.artefacts.contents import missing_files, stray_files
from tools.artefacts.dependencies import missing_distributions, of_the_service
from tools.artefacts.imports import unresolved
from tools.artefacts.layout import Artefacts, artefacts_of
from tools.artefacts.sizes import MAX_BYTES, sizes, too_large


def faults(artefacts: Artefacts, requirements: list[str]) -> Iterator[str]:
    """Returns a sentence for each fault, which says what to change."""
    yield from missing_files(artefacts)
    yield from wrong_binaries(artefacts)
    yield from sorted(unresolved(artefacts).faults)
    yield from missing_distributions(artefacts, requirements)
    yield from stray_files(artefacts)
    yield from too_large(artefacts)


def table(artefacts: Artefacts) -> str:
    """A table of the build's parts, in unzipped bytes."""
    found = sizes(artefacts)
    rows = [*found.items(), ("in all, unzipped", sum(found.values())), ("bound", MAX_BYTES)]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}} {bytes_:>12,}" for name, bytes_ in rows)


def main() -> int:
    """Runs the checks and returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, nargs="?", default=Path(".aws-sam/build"))
    build = parser.parse_args().build
    if not (build / "template.yaml").is_file():
        print(f"there is no build in {build}: say make build", file=sys.stderr)
        return 1
    artefacts = artefacts_of(build)
    print(table(artefacts))
    found = list(faults(artefacts, of_the_service()))
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        return 1
    target = f"{artefacts.target.machine}, Python {'.'.join(map(str, artefacts.target.python))}"
    print(f"The build is sound: for {target}, every import found, nothing that no function reads.")
    return 0


if __name__ == "__main__":
    run(main)
