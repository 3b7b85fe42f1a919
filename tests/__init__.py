"""What the service promises, as tests. CONTRIBUTING.md tells which folder is for what."""

from commands.start import prepare

prepare()
