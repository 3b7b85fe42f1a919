"""Properties of frames, well formed or not."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from catchup.errors import InvalidRequest
from catchup.wire.codec import Exchange, decode
from tests.fuzz import strategies
from tests.fuzz.cases import Case
from tests.fuzz.stage import REACHED, Stage, stages

# Derandomised: a run in CI is the same run each time.
EXAMPLES = settings(max_examples=1_000, derandomize=True, suppress_health_check=list(HealthCheck), database=None)


@pytest.fixture(scope="module")
def stage(environment: None) -> Iterator[Stage]:
    with stages() as make:
        yield make()


@EXAMPLES
@given(case=strategies.well_formed_frames())
def test_a_well_formed_frame_is_understood(stage: Stage, case: Case) -> None:
    assert stage.check(case) in (REACHED, "OK")


@EXAMPLES
@given(case=strategies.malformed_frames())
def test_a_spoilt_frame_is_answered_as_the_protocol_says(stage: Stage, case: Case) -> None:
    stage.check(case)


@EXAMPLES
@given(text=strategies.texts())
def test_a_text_is_a_request_or_is_refused_by_name(text: str) -> None:
    with contextlib.suppress(InvalidRequest):
        decode(text, Exchange())


def test_the_same_seed_makes_the_same_frames(make_stage: Callable[[], Stage]) -> None:
    from tests.fuzz.campaign import run

    assert run(make_stage, 1, 300, on_the_store=0) == run(make_stage, 1, 300, on_the_store=0)
