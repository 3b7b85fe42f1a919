"""The suite finds what it is there to find: each thing broken on purpose is caught."""

import pytest

from tests.faults.faults import FAULTS
from tests.faults.mutants import MUTANTS, Mutant
from tests.faults.runner import Runner
from tests.faults.scenarios import SCENARIOS, Scenario
from tests.support import tally

pytestmark = pytest.mark.usefixtures("roles_of_anything")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_service_is_caught(runner: Runner, mutant: Mutant) -> None:
    (scenario,) = (scenario for scenario in SCENARIOS if scenario.name == mutant.scenario)
    with mutant.break_it():
        caught = _first_violation(runner.anew(), scenario)
    tally.record("faults", f"mutation {mutant.name}", mutations_caught=int(bool(caught)))
    assert caught


def _first_violation(runner: Runner, scenario: Scenario) -> str:
    results = (runner.run(scenario, fault, until_caught=True) for fault in FAULTS)
    return next((result.violations[0] for result in results if result.violations), "")
