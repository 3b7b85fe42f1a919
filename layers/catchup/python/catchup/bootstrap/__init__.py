"""The composition root: nothing else builds a client, and but for `settings` nothing reads the environment.

A module for each function: it calls its own `…_service()` once, at cold start, and imports nothing of the others'.
Tests call the `build_…` functions with parts of theirs.
"""
