"""Entry point of `python -m local`."""

from commands.start import start

start("local.command_line")
