"""The composition root: nothing else builds a client, and but for `settings` nothing reads the environment.

A module for each function: it calls its own `…_service()` once, at cold start, and imports nothing of the others'.
Tests call the `build_…` functions with parts of theirs.
"""

import gc

# A handler imports this first of all. What follows makes some 80,000 objects that stay, and looking for garbage among
# them every 700 takes a sixth of a cold start's CPU (docs/adr/0019-cold-starts.md). Cycles are rare here: what they
# hold until so many more objects were made is a few MB.
gc.set_threshold(200_000)
