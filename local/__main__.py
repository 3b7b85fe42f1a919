"""`python -m local --help`."""

from commands.start import start

start("local.command_line")
