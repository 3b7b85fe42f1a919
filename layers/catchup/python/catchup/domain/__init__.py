"""The rules, without I/O: standard library only."""
