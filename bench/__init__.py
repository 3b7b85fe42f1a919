"""Benchmarks. `make bench-cost` measures what each operation costs in DynamoDB's units: see cost.py."""

import sys
from pathlib import Path

from commands.start import prepare

# As Lambda lays it out, the layer is on the path; and tests and local are packages beside this one.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers" / "catchup" / "python"))
prepare()
