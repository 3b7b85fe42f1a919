"""Entry point of `python -m catchup_admin`, from the repository's root."""

import sys
from pathlib import Path

from commands.start import start

# The service is a layer. Lambda puts it on the path; here we have to do it.
sys.path.append(str(Path(__file__).parents[1] / "layers" / "catchup" / "python"))

start("catchup_admin.commands")
