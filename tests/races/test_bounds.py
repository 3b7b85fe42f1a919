"""Sends that are overtaken; and races at the bound of how many devices may be online."""

import pytest

from catchup.storage import presence_book
from tests.people.person import Person
from tests.races.cast import Cast, log_in, say, send
from tests.races.explore import End
from tests.races.playing import Act, Directions, Scene, explore, play
from tests.races.stage import Stage
from tests.support import tally


def a_send_overtaken_by_its_retry_and_another(stage: Stage, kind: type[Person]) -> Scene:
    cast = Cast(stage, kind)
    alice, bob = cast.online("alice"), cast.online("bob")
    cast.talk(alice, bob)
    first = alice.write("bob")
    alice.write("bob")
    return Scene([alice, bob], [send(alice, first), Act("alice/phone sends all", alice, lambda me: me.flush())])


def a_live_message_to_nobody_overtaken_by_two_others(stage: Stage, kind: type[Person]) -> Scene:
    """It is stored when others have perhaps passed it."""
    cast = Cast(stage, kind)
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    cast.talk(phone, bob)
    bob.crash()
    live = say(phone, "bob", ack=0)
    tablet.write("bob")
    tablet.write("bob")
    return Scene([phone, tablet, bob], [live, Act("alice/tablet sends all", tablet, lambda me: me.flush())])


def a_late_retry_of_what_was_not_counted_and_another_send(stage: Stage, kind: type[Person]) -> Scene:
    cast = Cast(stage, kind)
    phone, tablet, bob = cast.online("alice"), cast.online("alice", "tablet"), cast.online("bob")
    cast.talk(phone, bob)
    first = phone.write("bob")
    cast.dies(phone, first, calls=4)
    cast.talk(tablet, bob)
    return Scene([phone, tablet, bob], [send(phone, first), say(tablet, "bob")])


def two_devices_too_many(stage: Stage, kind: type[Person]) -> Scene:
    cast = Cast(stage, kind)
    cast.online("bob", "first")
    cast.online("bob", "second")
    third, fourth = cast.away("bob", "third"), cast.away("bob", "fourth")
    return Scene([], [log_in(third), log_in(fourth)])


@pytest.mark.parametrize(
    "directions",
    [
        a_send_overtaken_by_its_retry_and_another,
        a_live_message_to_nobody_overtaken_by_two_others,
        a_late_retry_of_what_was_not_counted_and_another_send,
    ],
)
def test_a_message_is_counted_once_however_many_others_overtake_it(stage: Stage, directions: Directions) -> None:
    played = play(stage, directions)
    name = directions.__name__.replace("_", " ")
    tally.record("races", name, interleavings=played.orders, states=played.states, violations=len(played.violations))
    assert not played.violations


def test_if_too_many_devices_log_in_at_once_the_newest_stay(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence_book, "MAX_DEVICES", 2)
    found = explore(stage, two_devices_too_many)
    tally.record("races", "two devices too many", interleavings=found.orders)
    assert {_online(stage, end) for end in found.ends} == {("fourth", "third")}


def _online(stage: Stage, end: End) -> tuple[str, ...]:
    stage.at(end.deployment)
    (row,) = stage.world.rows("Presence")
    in_presence = sorted(name.removeprefix("d#") for name in row if name.startswith("d#"))
    assert sorted(name.split("-")[1] for name in end.deployment.open) == in_presence
    return tuple(in_presence)
