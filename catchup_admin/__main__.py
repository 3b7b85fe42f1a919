"""`python -m catchup_admin`."""

import os
import sys

from catchup_admin.commands import main

sys.exit(main(sys.argv[1:], os.environ))
