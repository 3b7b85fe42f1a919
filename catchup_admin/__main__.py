"""`python -m catchup_admin`, from the repository's root."""

import os
import sys
from pathlib import Path

# The service is a layer: Lambda has it on its path, and here nobody has put it there.
sys.path.append(str(Path(__file__).parents[1] / "layers" / "catchup" / "python"))

from catchup_admin.commands import main

sys.exit(main(sys.argv[1:], os.environ))
