"""Twenty thousand malformed requests over HTTP: each is refused in the shape of the protocol, leaves no trace, tells
nobody, is in no log, and takes little CPU."""

from collections.abc import Callable, Iterator

import pytest

from tests.fuzz import tally
from tests.fuzz.campaign import run
from tests.fuzz.http_cases import OVER_HTTP, malformed_http
from tests.fuzz.stage import HttpStage, Stage, stages
from tests.support.parts import Part

REQUESTS = 20_000
SHARDS = 4
# Hundreds of times what a refusal takes, and a tenth of what an invocation may.
MAX_CPU_SECONDS = 1.5


@pytest.fixture
def make_http_stage(environment: None) -> Iterator[Callable[[], Stage]]:
    """Makes deployments."""
    with stages(HttpStage) as make:
        yield make


@pytest.mark.parametrize("shard", Part.of_this_run().share("malformed requests", SHARDS))
def test_malformed_requests_are_refused_and_leave_no_trace(make_http_stage: Callable[[], Stage], shard: int) -> None:
    made: list[Stage] = []

    def make() -> Stage:
        made.append(make_http_stage())
        return made[-1]

    found = run(make, shard, REQUESTS // SHARDS, source="http", spoilt=malformed_http)
    assert {route for route, _ in found.refused} == set(OVER_HTTP)
    assert max(stage.longest_seconds for stage in made) < MAX_CPU_SECONDS
    tally.record(f"http-{shard}", requests=found.refused.total(), passed=found.passed, on_the_store=found.on_the_store)


def test_a_token_that_is_not_looked_at_is_noticed(
    make_http_stage: Callable[[], Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catchup.entrypoint.http.check_token", lambda *_: None)
    with pytest.raises(AssertionError, match="malformed_http"):
        run(make_http_stage, 0, 3_000, on_the_store=0, source="http", spoilt=malformed_http)
