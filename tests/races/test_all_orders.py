"""Use cases that touch the same rows, at the same time: every order of their AWS calls, and in most, any fault."""

import pytest

from tests.races import (
    catching_up,
    choosing,
    connecting,
    crowds,
    hiding,
    media,
    reading,
    receipts,
    revising,
    sending,
    signalling,
)
from tests.races.cast import RACES, Race
from tests.races.playing import HastyPerson, Played, play
from tests.races.stage import Stage
from tests.support import tally

# Importing a part puts its races on the list.
PARTS = (sending, catching_up, choosing, connecting, crowds, signalling, hiding, reading, receipts, revising, media)
WITH_PUSHES_FIRST = [race for race in RACES if race.pushes_first]
WITH_MISFORTUNES = [race for race in RACES if race.faults or race.stale]
# The judge, which hears all races, need not hear everything: what differs here is not what DynamoDB does.
on_moto = pytest.mark.parametrize("platform", ["moto"], indirect=True, scope="module")


def judge(race: Race, how: str, played: Played) -> None:
    """Writes the numbers down. Nothing may be violated."""
    tally.record(
        "races",
        f"{race.name}{how}",
        interleavings=played.orders,
        states=played.states,
        ends=played.ends,
        violations=len(played.violations),
    )
    assert not played.violations, "\n".join([f"{len(played.violations)} violations:", *played.violations[:3]])


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_in_every_order_nothing_is_lost_or_miscounted(stage: Stage, race: Race) -> None:
    judge(race, "", play(stage, race.directions))


@on_moto
@pytest.mark.parametrize("race", WITH_PUSHES_FIRST, ids=lambda race: race.name)
def test_pushes_may_come_before_answers_and_in_another_order(stage: Stage, race: Race) -> None:
    judge(race, ", pushes first", play(stage, race.directions, HastyPerson))


@on_moto
@pytest.mark.parametrize("race", WITH_MISFORTUNES, ids=lambda race: race.name)
def test_stale_reads_and_one_fault_anywhere_change_nothing_of_that(stage: Stage, race: Race) -> None:
    misfortunes = play(stage, race.directions, faults=race.faults, stale=race.stale)
    judge(race, ", stale reads" + (", one fault" if race.faults else ""), misfortunes)
