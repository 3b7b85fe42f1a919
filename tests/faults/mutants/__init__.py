"""The service, and at the end the client, with one thing broken on purpose, each as the smallest change of one method.

Those of private sessions name the scenario that shows them. The others are matched with a scenario or a race where they
are tested.
"""

from tests.faults.mutants import (
    clients,
    counting,
    delivering,
    hiding,
    media,
    receipts,
    revising,
    session_settings,
    signalling,
)
from tests.faults.mutants.registry import MUTANTS, Mutant

__all__ = [
    "MUTANTS",
    "Mutant",
    "clients",
    "counting",
    "delivering",
    "hiding",
    "media",
    "receipts",
    "revising",
    "session_settings",
    "signalling",
]
