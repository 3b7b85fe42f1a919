"""Who is online in groups with many members: the later connection of a device stays, and none outlives two hours."""

import pytest

from catchup.domain.ids import SessionId
from catchup.domain.presence import Endpoint
from catchup.settings import CONNECTION_LIFETIME_MS
from catchup.storage import roster
from tests.contract.groups import ALICE, BOB, HALL, ROOM
from tests.contract.stores import NOW_MS, Stores, endpoint


def online(stores: Stores) -> list[str]:
    return [each.connection.connection_id for each in at(stores, ROOM)]


def at(stores: Stores, session: SessionId) -> list[Endpoint]:
    return [entry.endpoint for entry in stores.roster.page(session, "").entries]


def test_a_device_is_entered_in_each_of_these_groups(stores: Stores) -> None:
    stores.roster.enter(endpoint(), {ROOM: 1, HALL: 1})
    for session in (ROOM, HALL):
        assert at(stores, session) == [endpoint()]
    stores.roster.enter(endpoint(uid=ALICE), {})
    assert online(stores) == [f"bob-phone-{NOW_MS}"]


def test_entering_again_changes_nothing(stores: Stores) -> None:
    stores.roster.enter(endpoint(), {ROOM: 1})
    before = stores.trace()
    stores.roster.enter(endpoint(), {ROOM: 1})
    assert stores.trace() == before


def test_each_device_has_an_entry_and_the_later_connection_of_it_stays(stores: Stores) -> None:
    for since, device in ((0, "phone"), (2, "phone"), (1, "phone"), (0, "tablet")):
        stores.roster.enter(endpoint(NOW_MS + since, device=device), {ROOM: 1})
    assert at(stores, ROOM) == [endpoint(NOW_MS + 2), endpoint(device="tablet")]


def test_a_device_whose_connection_is_gone_leaves_one_group(stores: Stores) -> None:
    stores.roster.enter(endpoint(), {ROOM: 1, HALL: 1})
    stores.roster.leave(endpoint(), ROOM)
    before = stores.trace()
    stores.roster.leave(endpoint(), ROOM)
    assert stores.trace() == before
    assert online(stores) == []
    assert at(stores, HALL) == [endpoint()]


def test_a_device_that_has_come_back_does_not_leave_with_its_former_connection(stores: Stores) -> None:
    stores.roster.enter(endpoint(NOW_MS), {ROOM: 1})
    stores.roster.enter(endpoint(NOW_MS + 1), {ROOM: 1})
    stores.roster.leave(endpoint(NOW_MS), ROOM)
    assert online(stores) == [f"bob-phone-{NOW_MS + 1}"]


def test_an_older_connection_does_not_come_back_after_a_later_one_has_left(stores: Stores) -> None:
    stores.roster.enter(endpoint(NOW_MS + 1), {ROOM: 1})
    stores.roster.leave(endpoint(NOW_MS + 1), ROOM)
    stores.roster.enter(endpoint(NOW_MS), {ROOM: 1})
    assert online(stores) == []
    stores.roster.enter(endpoint(NOW_MS + 2), {ROOM: 1})
    assert online(stores) == [f"bob-phone-{NOW_MS + 2}"]


def test_leaving_a_roster_that_one_is_not_in_enters_nobody(stores: Stores) -> None:
    stores.roster.leave(endpoint(), ROOM)
    assert stores.rows("Roster") == []


def test_whoever_has_left_is_deleted_by_the_table_in_time(stores: Stores) -> None:
    # DynamoDB keeps what expired more than five years ago.
    stores.roster.enter(endpoint(), {ROOM: 1})
    stores.roster.leave(endpoint(), ROOM)
    (row,) = stores.rows("Roster")
    assert NOW_MS // 1_000 - 60 <= int(row["ttl"]["N"]) <= NOW_MS // 1_000


def test_an_entry_ends_when_its_connection_must_have(stores: Stores) -> None:
    stores.roster.enter(endpoint(NOW_MS), {ROOM: 1})
    stores.roster.enter(endpoint(NOW_MS + 1, device="tablet"), {ROOM: 1})
    stores.time.now_ms = NOW_MS + CONNECTION_LIFETIME_MS - 1
    assert len(online(stores)) == 2
    stores.time.now_ms += 1
    assert online(stores) == [f"bob-tablet-{NOW_MS + 1}"]
    ttls = [int(row["ttl"]["N"]) for row in stores.rows("Roster")]
    assert min(ttls) * 1_000 >= NOW_MS + CONNECTION_LIFETIME_MS


def test_a_roster_comes_by_page_each_device_once(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "ROWS_PER_PAGE", 2)
    names = [f"d{number}" for number in range(5)]
    for name in names:
        stores.roster.enter(endpoint(device=name), {ROOM: 1})
    stores.roster.enter(endpoint(uid=ALICE), {HALL: 1})
    found: list[str] = []
    start = ""
    for _ in range(len(names)):
        page = stores.roster.page(ROOM, start)
        assert len(page.entries) <= 2
        found += [each.endpoint.device_id for each in page.entries]
        start = page.next
        if not start:
            break
    assert found == names


def test_a_page_on_which_nobody_is_left_leads_on(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "ROWS_PER_PAGE", 1)
    for device in ("a", "b"):
        stores.roster.enter(endpoint(device=device), {ROOM: 1})
    stores.roster.leave(endpoint(device="a"), ROOM)
    first = stores.roster.page(ROOM, "")
    assert (first.entries, first.next) == ([], f"{BOB}#a")
    assert [each.endpoint.device_id for each in stores.roster.page(ROOM, first.next).entries] == ["b"]


def test_an_entry_says_from_where_on_the_person_sees_messages(stores: Stores) -> None:
    stores.roster.enter(endpoint(), {ROOM: 7})
    assert [entry.joined for entry in stores.roster.page(ROOM, "").entries] == [7]


def test_whoever_has_left_the_group_leaves_with_all_devices_and_nobody_else_does(stores: Stores) -> None:
    for device in ("phone", "tablet"):
        stores.roster.enter(endpoint(device=device), {ROOM: 3, HALL: 3})
    stores.roster.enter(endpoint(uid=f"{BOB}by"), {ROOM: 3})
    for _ in range(2):
        stores.roster.expel(BOB, ROOM, 5)
    assert [each.uid for each in at(stores, ROOM)] == [f"{BOB}by"]
    assert len(at(stores, HALL)) == 2


def test_whoever_has_joined_again_stays(stores: Stores) -> None:
    stores.roster.enter(endpoint(), {ROOM: 3})
    stores.roster.expel(BOB, ROOM, 5)
    stores.roster.enter(endpoint(), {ROOM: 6})
    stores.roster.expel(BOB, ROOM, 5)
    assert at(stores, ROOM) == [endpoint()]
