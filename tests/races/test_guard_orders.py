"""Reviews, blocks and sends at the same time: every order of their calls to AWS, and in some, any fault."""

import pytest

from tests.people.moderator import NAME
from tests.races.cast import Race
from tests.races.guarding import GUARD_RACES
from tests.races.platform import Platform
from tests.races.playing import play
from tests.races.stage import Stage
from tests.races.test_all_orders import judge

# One engine: what conditions do is asked of both by the races of private sessions.
pytestmark = pytest.mark.parametrize("platform", ["moto"], indirect=True, scope="module")


@pytest.fixture
def stage(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Where texts are judged."""
    return Stage(platform, monkeypatch, moderator=NAME)


@pytest.mark.parametrize("race", GUARD_RACES, ids=lambda race: race.name)
def test_in_every_order_nothing_is_let_in_or_out(stage: Stage, race: Race) -> None:
    played = play(stage, race.directions, faults=race.faults, stale=race.stale)
    judge(race, ", stale reads" * race.stale + ", one fault" * race.faults, played)
