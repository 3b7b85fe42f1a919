"""What one person sees of others."""

from catchup.domain.ids import Uid, private_session
from catchup.domain.presence import Sighting
from catchup.settings import CONNECTION_LIFETIME_MS
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, endpoint, tell


def seen(stores: Stores, uid: Uid = BOB) -> Sighting:
    return stores.sightings.of(ALICE, [uid])[uid]


def test_somebody_of_whom_nothing_is_stored_was_never_there(stores: Stores) -> None:
    assert seen(stores) == Sighting()
    assert not seen(stores).is_visible


def test_devices_are_seen_and_a_session_makes_the_person_known(stores: Stores) -> None:
    stores.presence.register(endpoint())
    assert seen(stores) == Sighting(devices=(endpoint(),), last_seen_ms=NOW_MS)
    tell(stores, 1)
    assert seen(stores).is_known
    assert seen(stores).is_visible


def test_a_session_is_known_to_both_as_soon_as_one_has_written(stores: Stores) -> None:
    stores.counters.ensure(BOB, SESSION, NOW_MS)
    assert seen(stores).is_known


def test_a_block_is_no_session_and_hides_one(stores: Stores) -> None:
    stores.blocks.block(BOB, ALICE)
    assert (seen(stores).is_known, seen(stores).blocks) == (False, True)
    tell(stores, 1)
    assert (seen(stores).is_known, seen(stores).blocks, seen(stores).is_visible) == (True, True, False)
    # Whom one blocks oneself is seen.
    assert not stores.sightings.of(BOB, [ALICE])[ALICE].blocks


def test_another_session_of_the_person_says_nothing(stores: Stores) -> None:
    carol = Uid("carol")
    tell(stores, 1, session=private_session(BOB, carol), sender=carol)
    assert not seen(stores).is_known


def test_oneself_is_always_known(stores: Stores) -> None:
    stores.presence.register(endpoint(uid=ALICE))
    assert seen(stores, ALICE) == Sighting(devices=(endpoint(uid=ALICE),), last_seen_ms=NOW_MS, is_known=True)


def test_the_end_of_a_device_is_seen_and_one_that_nobody_noticed_by_its_beginning(stores: Stores) -> None:
    stores.presence.register(endpoint())
    stores.time.now_ms += CONNECTION_LIFETIME_MS
    assert seen(stores) == Sighting(last_seen_ms=NOW_MS)
    stores.presence.register(endpoint(NOW_MS + 1))
    stores.presence.forget(endpoint(NOW_MS + 1))
    assert seen(stores) == Sighting(last_seen_ms=stores.time.now_ms)


def test_a_counter_that_can_not_be_read_is_reported_and_makes_nobody_known(stores: Stores) -> None:
    tell(stores, 1)
    stores.add("Counter", {"uid": {"S": BOB}, "sessionId": {"S": SESSION}}, timestamp={"S": "yesterday"})
    assert not seen(stores).is_known
    assert [key for _, key in stores.poison] == [{"uid": {"S": BOB}, "sessionId": {"S": SESSION}}]


def test_each_of_a_hundred_people_has_an_entry(stores: Stores) -> None:
    people = [Uid(f"u{number}") for number in range(100)]
    stores.presence.register(endpoint(uid=people[-1]))
    found = stores.sightings.of(ALICE, people)
    assert [*found] == people
    assert [uid for uid in people if found[uid].devices] == [people[-1]]
