"""Each vector fails on a client that breaks its rule, and each way to break a rule fails a vector."""

from collections import defaultdict

import pytest

from tests.conformance.mutants import MUTANTS
from tests.conformance.runner import play
from tests.conformance.shared_mutants import Mutant
from tests.conformance.short_forms import Json
from tests.conformance.vectors import VECTORS

BY_RULE: dict[str, dict[str, Json]] = defaultdict(dict)
for _name, _vector in VECTORS.items():
    BY_RULE[_vector["rule"]][_name] = _vector


def notices(vector: Json, mutant: Mutant) -> bool:
    """Tell whether a vector fails with this mutant."""
    with pytest.MonkeyPatch.context() as patch:
        for place, name, wrong in mutant.patches:
            patch.setattr(place, name, wrong)
        try:
            play(vector)
        except (AssertionError, TimeoutError):
            return True
    return False


def test_each_rule_has_mutants() -> None:
    assert sorted(MUTANTS) == sorted(BY_RULE)


@pytest.mark.parametrize("rule", MUTANTS)
def test_mutants_and_vectors_of_a_rule_notice_each_other(rule: str) -> None:
    vectors, likely, unnoticed, blind = BY_RULE[rule], list(MUTANTS[rule]), list(MUTANTS[rule]), []
    for name, vector in vectors.items():
        found = next((mutant for mutant in likely if notices(vector, mutant)), None)
        if found is None:
            blind.append(name)
            continue
        likely.sort(key=lambda mutant: mutant is not found)  # tried first with the next vector: most need one run
        if found in unnoticed:
            unnoticed.remove(found)
    assert blind == [], "these vectors notice nothing"
    left = [mutant.wrong for mutant in unnoticed if not any(notices(vector, mutant) for vector in vectors.values())]
    assert left == [], "no vector notices these mutants"
