"""The composition root. Only this package builds clients, and only `settings` reads the environment.

Each function has a module here, whose `build_…` it calls once, at cold start (`clients.started`). It imports nothing of
other functions. Tests call the `build_…` functions with their own parts.
"""

import gc

# A handler imports this first of all. What follows makes some 80,000 objects that stay, and looking for garbage among
# them every 700 takes a sixth of a cold start's CPU (docs/adr/0019-cold-starts.md). Cycles are rare here: what they
# hold until so many more objects were made is a few MB.
gc.set_threshold(200_000)
