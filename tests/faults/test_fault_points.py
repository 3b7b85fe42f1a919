"""Every fault at every call of every scenario: nothing is lost, nothing is miscounted, once clients have come back.

A scenario runs once to list its calls, and then once for each call, each fault that can strike it, and each way in
which clients come back. Nothing is sampled.
"""

from collections.abc import Sequence

import pytest
from _pytest.mark import ParameterSet

from tests.faults.faults import FAULTS, Injected
from tests.faults.runner import Result, Runner
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.support import tally

pytestmark = pytest.mark.runs_its_part

SINGLE = [
    pytest.param(scenario, fault, id=f"{scenario.name} / {fault.name}") for scenario in SCENARIOS for fault in FAULTS
]
TWICE = [
    pytest.param(scenario, fault, id=f"{scenario.name} / {fault.name}")
    for scenario in SCENARIOS
    if scenario.is_one_send
    for fault in FAULTS
    if fault.again
]


@pytest.mark.parametrize(("scenario", "fault"), SINGLE)
def test_a_fault_at_any_call_breaks_no_invariant(runner: Runner, scenario: Scenario, fault: Injected) -> None:
    accept(runner.run(scenario, fault, met(SINGLE, scenario)), scenario, fault, "once")


@pytest.mark.parametrize(("scenario", "fault"), TWICE)
def test_a_fault_that_also_hits_the_first_retry_breaks_no_invariant(
    runner: Runner, scenario: Scenario, fault: Injected
) -> None:
    accept(runner.run_twice(scenario, fault, met(TWICE, scenario)), scenario, fault, "twice")


def met(cases: Sequence[ParameterSet], scenario: Scenario) -> Sequence[Injected]:
    """The faults that a scenario meets in these cases."""
    return [fault for each, fault in (case.values for case in cases) if each is scenario]  # type: ignore[misc]


def accept(result: Result, scenario: Scenario, fault: Injected, how: str) -> None:
    """Notes the numbers, and fails if an invariant was violated."""
    tally.record(
        "faults",
        f"{scenario.name} / {fault.name} / {how}",
        fault_runs=result.runs,
        violations=len(result.violations),
        calls=result.calls,
    )
    assert result.violations == []
