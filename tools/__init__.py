"""What makes generated files, and checks them: `python -m tools.<name>`, from the repository's folder."""

import sys
from pathlib import Path

from commands.start import prepare

# As Lambda lays it out, the layer is on the path.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers" / "catchup" / "python"))
prepare()
