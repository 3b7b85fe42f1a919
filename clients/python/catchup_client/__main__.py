"""`python -m catchup_client`."""

from catchup_client.cli import entry_point

entry_point()
