"""Groups, at the same time: every order of their calls to AWS, and in most, any fault."""

import pytest

from tests.races import (
    asking,
    choosing,
    deeds,
    handing_over,
    hiding,
    media_groups,
    membership,
    reading,
    revising_groups,
    rights,
    rosters,
    running_groups,
    signalling,
)
from tests.races.cast import Race
from tests.races.groups import GROUP_RACES
from tests.races.platform import Platform
from tests.races.playing import Directions, HastyPerson, play
from tests.races.stage import Stage
from tests.races.test_all_orders import judge

# Importing a part puts its races on the list.
PARTS = (
    rights,
    deeds,
    handing_over,
    membership,
    rosters,
    running_groups,
    asking,
    choosing,
    reading,
    signalling,
    hiding,
    media_groups,
    revising_groups,
)
# One engine: what conditions do is asked of both by the races of private sessions.
pytestmark = pytest.mark.parametrize("platform", ["moto"], indirect=True, scope="module")
WITH_PUSHES_FIRST = [race for race in GROUP_RACES if race.pushes_first]
WITH_MISFORTUNES = [race for race in GROUP_RACES if race.faults or race.stale]


@pytest.mark.parametrize("race", GROUP_RACES, ids=lambda race: race.name)
def test_in_every_order_a_group_stays_exact(stage: Stage, race: Race) -> None:
    judge(race, "", play(stage, race.directions))


@pytest.mark.parametrize("race", WITH_PUSHES_FIRST, ids=lambda race: race.name)
def test_pushes_of_groups_may_come_before_answers(stage: Stage, race: Race) -> None:
    judge(race, ", pushes first", play(stage, race.directions, HastyPerson))


@pytest.mark.parametrize("race", WITH_MISFORTUNES, ids=lambda race: race.name)
def test_one_fault_anywhere_changes_nothing_of_that(stage: Stage, race: Race) -> None:
    misfortunes = play(stage, race.directions, faults=race.faults, stale=race.stale)
    judge(race, ", stale reads" * race.stale + ", one fault" * race.faults, misfortunes)


@pytest.mark.parametrize(
    "directions",
    [
        running_groups.a_dissolve_and_a_message,
        running_groups.a_dissolve_a_message_and_a_login_of_somebody_who_was_away,
    ],
)
def test_where_dissolved_groups_are_closed_only_their_last_message_is_left(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, directions: Directions
) -> None:
    closing = Stage(platform, monkeypatch, dissolved_history="false")
    (race,) = (race for race in GROUP_RACES if race.directions is directions)
    judge(race, ", history is closed", play(closing, directions, faults=race.faults))
