"""Who is online in groups with many members: the later connection of a device stays, and none outlives two hours."""

import pytest

from catchup.settings import CONNECTION_LIFETIME_MS
from catchup.storage import roster
from catchup.usecases.group.ports import RosterPage
from tests.contract.groups import ALICE, BOB, HALL, ROOM
from tests.contract.stores import NOW_MS, Stores, endpoint


def online(stores: Stores) -> list[str]:
    return [each.connection.connection_id for each in stores.roster.page(ROOM, "").endpoints]


def test_a_device_is_entered_in_each_of_these_groups(stores: Stores) -> None:
    stores.roster.enter(endpoint(), [ROOM, HALL])
    for session in (ROOM, HALL):
        assert stores.roster.page(session, "") == RosterPage([endpoint()])
    stores.roster.enter(endpoint(uid=ALICE), [])
    assert online(stores) == [f"bob-phone-{NOW_MS}"]


def test_entering_again_changes_nothing(stores: Stores) -> None:
    stores.roster.enter(endpoint(), [ROOM])
    before = stores.trace()
    stores.roster.enter(endpoint(), [ROOM])
    assert stores.trace() == before


def test_each_device_has_an_entry_and_the_later_connection_of_it_stays(stores: Stores) -> None:
    for since, device in ((0, "phone"), (2, "phone"), (1, "phone"), (0, "tablet")):
        stores.roster.enter(endpoint(NOW_MS + since, device=device), [ROOM])
    assert stores.roster.page(ROOM, "") == RosterPage([endpoint(NOW_MS + 2), endpoint(device="tablet")])


def test_a_device_whose_connection_is_gone_leaves_one_group(stores: Stores) -> None:
    stores.roster.enter(endpoint(), [ROOM, HALL])
    stores.roster.leave(endpoint(), ROOM)
    before = stores.trace()
    stores.roster.leave(endpoint(), ROOM)
    assert stores.trace() == before
    assert online(stores) == []
    assert stores.roster.page(HALL, "") == RosterPage([endpoint()])


def test_a_device_that_has_come_back_does_not_leave_with_its_former_connection(stores: Stores) -> None:
    stores.roster.enter(endpoint(NOW_MS), [ROOM])
    stores.roster.enter(endpoint(NOW_MS + 1), [ROOM])
    stores.roster.leave(endpoint(NOW_MS), ROOM)
    assert online(stores) == [f"bob-phone-{NOW_MS + 1}"]


def test_an_older_connection_does_not_come_back_after_a_later_one_has_left(stores: Stores) -> None:
    stores.roster.enter(endpoint(NOW_MS + 1), [ROOM])
    stores.roster.leave(endpoint(NOW_MS + 1), ROOM)
    stores.roster.enter(endpoint(NOW_MS), [ROOM])
    assert online(stores) == []
    stores.roster.enter(endpoint(NOW_MS + 2), [ROOM])
    assert online(stores) == [f"bob-phone-{NOW_MS + 2}"]


def test_leaving_a_roster_that_one_is_not_in_enters_nobody(stores: Stores) -> None:
    stores.roster.leave(endpoint(), ROOM)
    assert stores.rows("Roster") == []


def test_whoever_has_left_is_deleted_by_the_table_in_time(stores: Stores) -> None:
    # DynamoDB keeps what expired more than five years ago.
    stores.roster.enter(endpoint(), [ROOM])
    stores.roster.leave(endpoint(), ROOM)
    (row,) = stores.rows("Roster")
    assert NOW_MS // 1_000 - 60 <= int(row["ttl"]["N"]) <= NOW_MS // 1_000


def test_an_entry_ends_when_its_connection_must_have(stores: Stores) -> None:
    stores.roster.enter(endpoint(NOW_MS), [ROOM])
    stores.roster.enter(endpoint(NOW_MS + 1, device="tablet"), [ROOM])
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
        stores.roster.enter(endpoint(device=name), [ROOM])
    stores.roster.enter(endpoint(uid=ALICE), [HALL])
    found: list[str] = []
    start = ""
    for _ in range(len(names)):
        page = stores.roster.page(ROOM, start)
        assert len(page.endpoints) <= 2
        found += [each.device_id for each in page.endpoints]
        start = page.next
        if not start:
            break
    assert found == names


def test_a_page_on_which_nobody_is_left_leads_on(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "ROWS_PER_PAGE", 1)
    for device in ("a", "b"):
        stores.roster.enter(endpoint(device=device), [ROOM])
    stores.roster.leave(endpoint(device="a"), ROOM)
    first = stores.roster.page(ROOM, "")
    assert (first.endpoints, first.next) == ([], f"{BOB}#a")
    assert [each.device_id for each in stores.roster.page(ROOM, first.next).endpoints] == ["b"]
