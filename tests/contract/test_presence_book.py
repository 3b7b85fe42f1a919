"""Who is online."""

from collections.abc import Sequence

from catchup.domain.ids import Uid
from catchup.domain.presence import Encoding, Endpoint
from catchup.settings import CONNECTION_LIFETIME_MS, MAX_DEVICES
from tests.contract.stores import ALICE, BOB, NOW_MS, Stores, endpoint


def online(stores: Stores, uid: Uid = BOB) -> Sequence[Endpoint]:
    return stores.presence.online([uid])[uid]


def register(stores: Stores, one: Endpoint) -> tuple[bool, list[Endpoint]]:
    registered = stores.presence.register(one)
    return registered.superseded, list(registered.closing)


def test_a_registered_connection_is_online(stores: Stores) -> None:
    assert register(stores, endpoint()) == (False, [])
    assert online(stores) == (endpoint(),)


def test_an_entry_keeps_the_encoding(stores: Stores) -> None:
    one = endpoint()
    protobuf = Endpoint(one.uid, one.device_id, type(one.connection)(one.connection.connection_id, Encoding.PB, NOW_MS))
    stores.presence.register(protobuf)
    assert online(stores) == (protobuf,)


def test_the_later_connection_of_a_device_wins_and_says_which_it_replaces(stores: Stores) -> None:
    older, later = endpoint(NOW_MS - 5), endpoint(NOW_MS)
    stores.presence.register(older)
    assert register(stores, later) == (False, [older])
    assert online(stores) == (later,)


def test_an_older_connection_of_a_device_that_comes_later_changes_nothing(stores: Stores) -> None:
    older, later = endpoint(NOW_MS - 5), endpoint(NOW_MS)
    stores.presence.register(later)
    before = stores.trace()
    assert register(stores, older) == (True, [])
    assert stores.trace() == before


def test_registering_again_changes_nothing_and_closes_nothing(stores: Stores) -> None:
    stores.presence.register(endpoint())
    before = stores.trace()
    assert register(stores, endpoint()) == (False, [])
    assert stores.trace() == before


def test_of_two_connections_opened_in_the_same_millisecond_the_last_to_register_wins(stores: Stores) -> None:
    one, two = endpoint(name="one"), endpoint(name="two")
    stores.presence.register(one)
    assert register(stores, two) == (False, [one])
    assert online(stores) == (two,)


def test_devices_and_people_are_online_side_by_side(stores: Stores) -> None:
    everyone = [endpoint(), endpoint(device="tablet"), endpoint(uid=ALICE)]
    assert not any(stores.presence.register(one).closing for one in everyone)
    assert set(online(stores)) == set(everyone[:2])
    assert online(stores, ALICE) == (everyone[2],)


def test_a_connection_is_forgotten_only_while_it_is_still_the_one(stores: Stores) -> None:
    older, later = endpoint(NOW_MS - 5), endpoint(NOW_MS)
    stores.presence.register(older)
    stores.presence.register(later)
    stores.presence.forget(older)
    assert online(stores) == (later,)
    stores.presence.forget(later)
    assert online(stores) == ()


def test_forgetting_again_or_what_was_never_there_changes_nothing(stores: Stores) -> None:
    stores.presence.forget(endpoint())
    assert stores.rows("Presence") == []
    stores.presence.register(endpoint(device="tablet"))
    before = stores.trace()
    stores.presence.forget(endpoint())
    assert stores.trace() == before


def test_forgetting_one_device_leaves_the_others(stores: Stores) -> None:
    stores.presence.register(endpoint())
    stores.presence.register(endpoint(device="tablet"))
    stores.presence.forget(endpoint())
    assert online(stores) == (endpoint(device="tablet"),)


def test_an_entry_is_void_after_two_hours(stores: Stores) -> None:
    stores.presence.register(endpoint(NOW_MS))
    stores.time.now_ms = NOW_MS + CONNECTION_LIFETIME_MS - 1
    assert online(stores) == (endpoint(NOW_MS),)
    stores.time.now_ms += 1
    assert online(stores) == ()


def test_a_device_may_come_back_after_its_entry_is_void(stores: Stores) -> None:
    stores.presence.register(endpoint(NOW_MS))
    stores.time.now_ms = NOW_MS + CONNECTION_LIFETIME_MS
    stores.presence.register(endpoint(stores.time.clock()))
    assert online(stores) == (endpoint(stores.time.clock()),)


def test_the_row_expires_no_earlier_than_its_last_connection_can_end(stores: Stores) -> None:
    stores.presence.register(endpoint(NOW_MS))
    (row,) = stores.rows("Presence")
    assert int(row["ttl"]["N"]) * 1_000 >= NOW_MS + CONNECTION_LIFETIME_MS


def test_the_device_that_came_first_goes_when_there_are_too_many(stores: Stores) -> None:
    devices = [endpoint(NOW_MS + number, device=f"d{number}") for number in (3, 1, 4, 0, 5, 9, 2, 6, 8, 7)]
    for one in devices:
        stores.presence.register(one)
    assert len(online(stores)) == MAX_DEVICES
    eleventh = endpoint(NOW_MS + 10, device="d10")
    assert stores.presence.register(eleventh).closing == [endpoint(NOW_MS, device="d0")]
    assert len(online(stores)) == MAX_DEVICES
    assert eleventh in online(stores)


def test_a_device_of_ten_that_reconnects_pushes_out_no_other(stores: Stores) -> None:
    for number in range(MAX_DEVICES):
        stores.presence.register(endpoint(NOW_MS + number, device=f"d{number}"))
    back = endpoint(NOW_MS + 99, device="d0")
    assert stores.presence.register(back).closing == [endpoint(NOW_MS, device="d0")]
    assert len(online(stores)) == MAX_DEVICES


def test_everyone_asked_for_is_in_the_answer_however_many(stores: Stores) -> None:
    people = [Uid(f"u{number}") for number in range(101)]
    stores.presence.register(endpoint(uid=people[0]))
    stores.presence.register(endpoint(uid=people[-1]))
    found = stores.presence.online(people)
    assert list(found) == people
    assert [uid for uid, entries in found.items() if entries] == [people[0], people[-1]]


def test_forgetting_says_when_the_last_device_went(stores: Stores) -> None:
    stores.presence.register(endpoint())
    stores.presence.register(endpoint(device="tablet"))
    stores.time.now_ms += 5
    stores.presence.forget(endpoint())
    (row,) = stores.rows("Presence")
    assert row["lastSeen"] == {"N": str(NOW_MS + 5)}
    # Again, as the SDK may do: it is no longer this connection.
    stores.time.now_ms += 5
    stores.presence.forget(endpoint())
    assert stores.rows("Presence") == [row]
