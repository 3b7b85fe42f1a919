"""A hundred thousand malformed frames: each is refused by a frame of the protocol, leaves no trace and tells nobody."""

import time
from collections.abc import Callable

import pytest

from tests.fuzz import tally
from tests.fuzz.campaign import run
from tests.fuzz.stage import Stage
from tests.support.parts import Part

FRAMES = 100_000
SHARDS = 8


@pytest.mark.parametrize("shard", Part.of_this_run().share("malformed frames", SHARDS))
def test_malformed_frames_are_refused_and_leave_no_trace(make_stage: Callable[[], Stage], shard: int) -> None:
    started = time.monotonic()
    found = run(make_stage, shard, FRAMES // SHARDS)
    by_route: dict[str, dict[str, int]] = {}
    for (route, code), count in found.refused.items():
        by_route.setdefault(route, {})[code] = count
    tally.record(
        f"malformed-{shard}",
        refused=by_route,
        passed=found.passed,
        on_the_store=found.on_the_store,
        ways=found.ways,
        seconds=time.monotonic() - started,
    )
