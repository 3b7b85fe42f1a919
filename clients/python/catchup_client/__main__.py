"""`python -m catchup_client`."""

import sys

from catchup_client._starting import ready
from catchup_client.cli import main as run


def main() -> None:
    """Run the command that the process was started with, and exit."""
    ready()
    sys.exit(run())


if __name__ == "__main__":
    main()
