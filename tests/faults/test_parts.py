"""The parts of the suite are the whole, and each has its share of everything."""

from collections import Counter

import pytest

from tests.faults import test_fault_points, test_group_fault_points, test_guard_fault_points
from tests.faults.runner import Runner
from tests.faults.test_fault_points import met
from tests.support.parts import Part

# As many as .ci/run takes in turn.
PARTS = [Part(number, 16) for number in range(1, 17)]


def test_each_fault_point_is_in_one_part_and_each_scenario_and_fault_in_all(
    runner: Runner, guard_runner: Runner
) -> None:
    suites = [(runner, test_fault_points), (runner, test_group_fault_points), (guard_runner, test_guard_fault_points)]
    sizes: Counter[Part] = Counter()
    of_all: Counter[str] = Counter()
    scenarios: set[tuple[Part, str]] = set()
    faults: set[tuple[Part, str]] = set()
    for stages, suite in suites:
        for cases in (suite.SINGLE, suite.TWICE):
            for scenario, fault in (case.values for case in cases):
                calls = stages.calls_of(scenario)
                among = met(cases, scenario)
                parted = [list(stages.points(calls, scenario, fault, among, part)) for part in PARTS]
                whole = list(stages.points(calls, scenario, fault, among, Part()))
                of_all.update({scenario.name: len(whole), fault.name: len(whole)})
                assert sorted(at for points in parted for at, _ in points) == [at for at, _ in whole]
                for part, points in zip(PARTS, parted, strict=True):
                    sizes[part] += len(points)
                    scenarios |= {(part, scenario.name)} if points else set()
                    faults |= {(part, fault.name)} if points else set()
    # Of what has few points, such as a conflict of transactions, there is not enough for all.
    missing = [
        (str(part), name)
        for found, enough in ((scenarios, 16), (faults, 96))
        for name in {name for _, name in found}
        for part in PARTS
        if of_all[name] >= enough and (part, name) not in found
    ]
    assert missing == []
    assert max(sizes.values()) <= 1.2 * min(sizes.values())


@pytest.mark.parametrize("of", [1, 2, 6, 7])
def test_each_test_is_in_one_part(of: int) -> None:
    for name in ("tests/faults/test_mutants.py::test_one", "tests/races/test_all_orders.py::test_two[a]"):
        assert [Part(number, of).has(name) for number in range(1, of + 1)].count(True) == 1


@pytest.mark.parametrize("text", ["", "0/6", "7/6", "1", "1/0", "-1/6", "1/6 "])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="PART=1/6"):
        Part.read(text)


def test_the_parts_of_a_number_of_shards_are_all_of_them() -> None:
    parts = [Part(number, 4).share("malformed frames", 8) for number in range(1, 5)]
    assert sorted(shard for part in parts for shard in part) == list(range(8))
    assert {len(part) for part in parts} == {2}
