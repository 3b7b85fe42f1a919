"""What people do while a fault strikes. A scenario is a name, how it comes about, and what is done then.

    @scenario("send to someone offline", talking)
    def _(stage: Stage) -> None:
        stage.person("alice").say("bob")

The setup runs undisturbed; every call that the action makes is a fault point.
"""

from tests.faults.scenarios import (
    blocking,
    catching_up,
    connecting,
    fanning_out,
    groups,
    hiding,
    media,
    membership,
    over_http,
    receipts,
    revising,
    revising_groups,
    running_groups,
    screening,
    sending,
    session_settings,
    signalling,
)
from tests.faults.scenarios.registry import GROUP_SCENARIOS, GUARD_SCENARIOS, SCENARIOS, Scenario

__all__ = [
    "GROUP_SCENARIOS",
    "GUARD_SCENARIOS",
    "SCENARIOS",
    "Scenario",
    "blocking",
    "catching_up",
    "connecting",
    "fanning_out",
    "groups",
    "hiding",
    "media",
    "membership",
    "over_http",
    "receipts",
    "revising",
    "revising_groups",
    "running_groups",
    "screening",
    "sending",
    "session_settings",
    "signalling",
]
