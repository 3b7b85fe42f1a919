"""Programs that make and check generated files: `python -m tools.<name>`, from the repository's folder."""

import sys
from pathlib import Path

from commands.start import prepare

# The layer is on the path, as on Lambda.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers" / "catchup" / "python"))
prepare()
