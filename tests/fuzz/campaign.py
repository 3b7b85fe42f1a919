"""Many spoilt frames in a row, from a seed; and what they came to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.cases import Case, malformed
from tests.fuzz.stage import REACHED, Stage, Violation

# How many of the frames that came out well formed are given to the store, too: each costs as much as fifty others.
ON_THE_STORE = 200


@dataclass
class Tally:
    """`refused`: by route and code. `passed`: frames that came out well formed, by route. `on_the_store`: codes of some
    of these. `ways`: refused frames by how they were spoilt."""

    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    on_the_store: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case, outcome: str) -> None:
        """One frame."""
        if outcome in ("OK", REACHED):
            self.passed[case.route] += 1
        else:
            self.refused[case.route, outcome] += 1
            self.ways[case.how.replace(", wrong function", "").partition("+")[0]] += 1


def run(
    make_stage: Callable[[], Stage],
    seed: int,
    frames: int,
    on_the_store: int = ON_THE_STORE,
    source: str = "fuzz",
    spoilt: Callable[[Random], Case] = malformed,
) -> Tally:
    """Sends spoilt frames until so many were refused. Raises Violation, which names the frame by its seed.

    `spoilt`: makes them; others than frames are HTTP requests.
    """
    tally = Tally()
    stage = make_stage()
    open_stage = make_stage() if on_the_store else None
    before = stage.world.trace()
    number = 0
    while tally.refused.total() < frames:
        number += 1
        name = f"{source}-{seed}-{number}"
        case = spoilt(Random(name))
        shown = f"{spoilt.__name__}(Random({name!r}))"
        outcome = _checked(shown, case, stage.check)
        tally.add(case, outcome)
        if outcome == REACHED and open_stage is not None and tally.on_the_store.total() < on_the_store:
            tally.on_the_store[_checked(shown, case, open_stage.check_on_the_store)] += 1
    told = stage.told_others()
    if told.total():
        raise Violation(f"others were told: {dict(told)}")
    if stage.world.trace() != before:
        raise Violation("a row has changed")
    return tally


def _checked(name: str, case: Case, check: Callable[[Case], str]) -> str:
    try:
        return check(case)
    except Violation as error:
        shown = case.text if case.text and case.how != "event" and "http" not in name else case.event
        raise Violation(f"{error}; {name}, {case.how}: {shown!r:.2000}") from error
