"""What people do while a fault strikes. A scenario is a name, how it comes about, and what is done then.

    @scenario("send to someone offline", talking)
    def _(stage: Stage) -> None:
        stage.person("alice").say("bob")

The setup runs undisturbed; every call that the action makes is a fault point.
"""

from tests.faults.scenarios import catching_up, connecting, fanning_out, groups, membership, sending
from tests.faults.scenarios.registry import GROUP_SCENARIOS, SCENARIOS, Scenario

__all__ = [
    "GROUP_SCENARIOS",
    "SCENARIOS",
    "Scenario",
    "catching_up",
    "connecting",
    "fanning_out",
    "groups",
    "membership",
    "sending",
]
