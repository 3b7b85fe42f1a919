"""Faults at every call where texts are judged, held messages are reviewed, and people block one another.

What is judged, and done with, in one send meets all faults. The rest meets those that leave something done, or unseen;
blocks those that strike a transaction too. What the SDK makes of the others is shown by the private sessions.
"""

import pytest

from tests.faults.faults import FAULTS, TRANSACTION_FAULTS, Injected, of_transactions
from tests.faults.runner import Runner
from tests.faults.scenarios import GUARD_SCENARIOS, Scenario
from tests.faults.test_fault_points import accept, met

pytestmark = pytest.mark.runs_its_part

ENOUGH = {"stale read", "died after"}
OF_TRANSACTIONS = (*TRANSACTION_FAULTS, *(of_transactions(fault) for fault in FAULTS if "lost" in fault.name))


def _enough(scenario: Scenario, fault: Injected) -> bool:
    return fault.name in ENOUGH or scenario.is_one_send or (fault in OF_TRANSACTIONS and "block" in scenario.name)


SINGLE = [
    pytest.param(scenario, fault, id=f"{scenario.name} / {fault.name}")
    for scenario in GUARD_SCENARIOS
    for fault in (FAULTS if scenario.is_one_send else (*FAULTS, *OF_TRANSACTIONS))
    if _enough(scenario, fault) and fault.name not in scenario.without
]
TWICE = [
    pytest.param(scenario, fault, id=f"{scenario.name} / {fault.name}")
    for scenario in GUARD_SCENARIOS
    if scenario.is_one_send
    for fault in FAULTS
    if fault.again
]


@pytest.mark.parametrize(("scenario", "fault"), SINGLE)
def test_a_fault_at_any_call_lets_nothing_in_or_out(guard_runner: Runner, scenario: Scenario, fault: Injected) -> None:
    accept(guard_runner.run(scenario, fault, met(SINGLE, scenario)), scenario, fault, "once")


@pytest.mark.parametrize(("scenario", "fault"), TWICE)
def test_a_fault_that_also_hits_the_first_retry_lets_nothing_in_or_out(
    guard_runner: Runner, scenario: Scenario, fault: Injected
) -> None:
    accept(guard_runner.run_twice(scenario, fault, met(TWICE, scenario)), scenario, fault, "twice")
