"""The real handlers beside the model."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Talking
from tests.model.watched import Clock
from tests.races import mutations
from tests.races.mutations import Mutation
from tests.races.platform import Platform
from tests.races.stage import Stage
from tests.support import tally

# The same each time, so that a run that passes goes on passing; about half a minute.
BOUNDED = settings(
    max_examples=50,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)

NOTICED = (
    mutations.a_disconnect_removes_whatever_connection_is_there,
    mutations.clear_sets_cleared_to_received,
    mutations.an_ack_deletes_everything_up_to_the_highest_seq,
    mutations.expired_messages_are_shown,
)


@pytest.fixture
def machine(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> type[Talking]:
    """A machine on each engine in turn."""
    clock = Clock()
    stage = Stage(platform, monkeypatch, clock)
    return type("TalkingOnEngine", (Talking,), {"stage": stage, "clock": clock, "steps": 0})


def test_whatever_devices_do_everybody_is_told_what_the_model_says(machine: type[Talking]) -> None:
    run_state_machine_as_test(machine, settings=BOUNDED)
    tally.record("model", "devices", model_steps=machine.steps)


@pytest.mark.parametrize("platform", ["moto"], indirect=True, scope="module")
@pytest.mark.parametrize("mutation", NOTICED, ids=[mutation.__name__ for mutation in NOTICED])
def test_the_model_notices_that_the_service_is_wrong(
    machine: type[Talking], monkeypatch: pytest.MonkeyPatch, mutation: Mutation
) -> None:
    mutation(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=settings(BOUNDED, phases=[Phase.generate], print_blob=False))
    tally.record("model", f"mutation {mutation.__name__}", mutations_caught=1)
