"""Faults at every call of every scenario of groups.

Sends meet all faults. The others meet those that leave something done, or undone, or unseen: what the SDK makes of the
rest is the same for all calls, and is shown by the private sessions.
"""

import pytest

from tests.faults.faults import FAULTS, Injected
from tests.faults.runner import Runner
from tests.faults.scenarios import GROUP_SCENARIOS, Scenario
from tests.faults.test_fault_points import accept, met

pytestmark = pytest.mark.runs_its_part

ENOUGH = {"responses lost", "stale read", "died after", "post: 410"}
OF_FAN_OUT = {"out of time after", "died before"}
SINGLE = [
    pytest.param(scenario, fault, id=f"{scenario.name} / {fault.name}")
    for scenario in GROUP_SCENARIOS
    for fault in FAULTS
    if scenario.is_one_send or fault.name in ENOUGH or (fault.name in OF_FAN_OUT and "fan" in scenario.name)
]
TWICE = [
    pytest.param(scenario, fault, id=f"{scenario.name} / {fault.name}")
    for scenario in GROUP_SCENARIOS
    if scenario.is_one_send
    for fault in FAULTS
    if fault.again
]


@pytest.mark.parametrize(("scenario", "fault"), SINGLE)
def test_a_fault_at_any_call_breaks_no_invariant_of_groups(runner: Runner, scenario: Scenario, fault: Injected) -> None:
    accept(runner.run(scenario, fault, met(SINGLE, scenario)), scenario, fault, "once")


@pytest.mark.parametrize(("scenario", "fault"), TWICE)
def test_a_fault_that_also_hits_the_first_retry_breaks_no_invariant_of_groups(
    runner: Runner, scenario: Scenario, fault: Injected
) -> None:
    accept(runner.run_twice(scenario, fault, met(TWICE, scenario)), scenario, fault, "twice")
