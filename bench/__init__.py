"""Benchmarks. `make bench-cost` measures the cost of each operation in DynamoDB's units: see cost.py."""

import sys
from pathlib import Path

from commands.start import prepare

# The layer is on the path, as on Lambda; tests and local are packages beside this one.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers" / "catchup" / "python"))
prepare()
