"""`python -m catchup_client`."""

import signal
import sys


def main() -> None:
    """Run the command that the process was started with, and exit."""
    try:
        from catchup_client.cli import main as run
    except ModuleNotFoundError as error:
        package = (error.name or "?").partition(".")[0]
        sys.exit(f"error: {package} is not installed here: pip install 'catchup-client[cli]', or use .venv/bin/python")
    except KeyboardInterrupt:  # loading takes a moment
        sys.exit(128 + signal.SIGINT)
    sys.exit(run())


if __name__ == "__main__":
    main()
