"""Is the fuzzer any good? Each thing broken on purpose must be noticed."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tests.fuzz.campaign import run
from tests.fuzz.cases import malformed
from tests.fuzz.mutants import MUTANTS
from tests.fuzz.stage import Stage, Violation

# All are found within a few hundred.
FRAMES = 3_000


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_service_is_noticed(make_stage: Callable[[], Stage], name: str) -> None:
    mutant, expected = MUTANTS[name]
    stage = make_stage()
    with mutant(), pytest.raises(Violation, match=expected):
        run(lambda: stage, 0, FRAMES, on_the_store=0)


def test_a_push_and_a_row_are_noticed(make_stage: Callable[[], Stage]) -> None:
    def pushes(stage: Stage) -> None:
        stage.world.gateway.posted["somebody"].append({})

    def queues(stage: Stage) -> None:
        stage.world.queues.send_message("jobs", "{}")

    def writes(stage: Stage) -> None:
        calls, closed, stage.closed = list(stage.calls), stage.closed, False
        table = stage.world.tables["PresenceTable"]
        stage.world.dynamodb.put_item(TableName=table, Item={"uid": {"S": "somebody"}})
        stage.calls[:], stage.closed = calls, closed

    for effect, noticed in ((pushes, "pushes"), (queues, "jobs"), (writes, "a row has changed")):
        with pytest.raises(Violation, match=noticed):
            run(lambda effect=effect: _broken(make_stage(), effect), 0, 200, on_the_store=0)  # type: ignore[misc]


def test_a_violation_names_a_frame_that_can_be_made_again(make_stage: Callable[[], Stage]) -> None:
    mutant, _ = MUTANTS["a rule raises an error that nobody foresaw"]
    with mutant(), pytest.raises(Violation) as found:
        run(make_stage, 0, FRAMES, on_the_store=0)
    name = str(found.value).split("Random('")[1].split("')")[0]
    with mutant(), pytest.raises(Violation, match="INTERNAL"):
        make_stage().check(malformed(Random(name)))


def _broken(stage: Stage, effect: Callable[[Stage], None]) -> Stage:
    """A stage whose chat function has an effect although it refuses."""
    original = stage.world.handlers["chat"]

    def handler(event: Any, context: Any) -> Any:
        answer = original(event, context)
        if json.loads(answer["body"]).get("code") == "INVALID_ARGUMENT":
            effect(stage)
        return answer

    stage.world.handlers["chat"] = handler
    return stage
