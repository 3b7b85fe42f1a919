"""What is broken on purpose in moderation, review and block lists is caught."""

import pytest

from tests.faults.faults import FAULTS
from tests.faults.mutants import guard as mutants
from tests.faults.mutants import signalling as of_signals
from tests.faults.mutants.registry import Mutation
from tests.faults.runner import Runner
from tests.faults.scenarios import GUARD_SCENARIOS
from tests.people.moderator import NAME
from tests.races import guarding as races
from tests.races import signalling
from tests.races.platform import Platform
from tests.races.playing import Directions, play
from tests.races.stage import Stage
from tests.support import tally
from tests.support.engines import fresh_tables, moto_engine

pytestmark = pytest.mark.usefixtures("roles_of_anything")

# Each with the fault that shows it.
BY_FAULTS: list[tuple[Mutation, str, str]] = [
    (of_signals.blocks_are_not_for_signals, "a block, and signals", "died after"),
    (mutants.a_message_is_kept_for_review_after_it_is_called_held, "a message is held", "died after"),
    (mutants.what_is_refused_is_reserved_first, "a message is refused", "died after"),
    (mutants.edits_are_not_judged, "an edit is refused", "died after"),
    (mutants.edits_are_not_judged, "an edit is masked", "died after"),
    (mutants.a_retry_is_not_judged, "a retry without a place is refused", "died after"),
    (mutants.a_retry_is_masked_for_nobody, "a retry without a place is masked", "died after"),
    (mutants.every_retry_is_judged, "a retry of what has its place is not judged", "died after"),
    (mutants.what_looks_new_is_new, "a drop, and the sender tries again", "stale read"),
    (mutants.a_release_forgets_before_it_delivers, "a release", "died after"),
    (mutants.a_release_frees_the_message_before_it_may_place, "a release of somebody who is blocked", "died after"),
    (mutants.a_release_is_not_pushed_to_its_sender, "a release", "died after"),
    (mutants.a_drop_forgets_that_it_was_held, "a drop, and the sender tries again", "died after"),
    (
        mutants.a_drop_takes_no_heed_of_a_release,
        "a drop of what was being released, before it was counted",
        "died after",
    ),
    (mutants.a_block_is_asked_for_after_the_message_is_stored, "a block, and a message", "died after"),
    (mutants.a_retry_is_refused_whatever_was_accepted, "a block, and a retry of what was accepted", "died after"),
    (mutants.a_retry_without_a_place_is_never_refused, "a block, and a retry of what has no place", "died after"),
    (mutants.a_block_is_two_updates, "an unblock, and a message", "died after"),
]
BY_RACES: list[tuple[Mutation, Directions]] = [
    (of_signals.blocks_are_not_for_signals, signalling.signals_and_a_block),
    (mutants.whoever_looks_new_is_refused_unseen, races.a_message_its_retry_and_a_block),
    (mutants.what_was_released_meanwhile_is_held_again, races.a_release_and_a_retry),
    (mutants.a_block_is_two_updates, races.a_block_and_an_unblock),
]


@pytest.mark.parametrize(("mutation", "name", "by"), BY_FAULTS, ids=[mutation.__name__ for mutation, *_ in BY_FAULTS])
def test_a_broken_guard_is_caught(
    guard_runner: Runner, monkeypatch: pytest.MonkeyPatch, mutation: Mutation, name: str, by: str
) -> None:
    (scenario,) = (scenario for scenario in GUARD_SCENARIOS if scenario.name == f"guard: {name}")
    (fault,) = (fault for fault in FAULTS if fault.name == by)
    mutation(monkeypatch)
    caught = bool(guard_runner.anew().run(scenario, fault, until_caught=True).violations)
    tally.record("faults", f"mutation {mutation.__name__}", mutations_caught=int(caught))
    assert caught


@pytest.mark.parametrize(("mutation", "race"), BY_RACES, ids=[mutation.__name__ for mutation, _ in BY_RACES])
def test_some_order_shows_that_a_guard_is_broken(
    monkeypatch: pytest.MonkeyPatch, mutation: Mutation, race: Directions
) -> None:
    mutation(monkeypatch)
    with moto_engine() as client:
        stage = Stage(Platform(client, fresh_tables(client)), monkeypatch, moderator=NAME)
        played = play(stage, race, stale=True)
    assert played.violations
    tally.record("races", f"mutation {mutation.__name__}", mutations_caught=1, states=played.states)
