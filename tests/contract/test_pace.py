"""How fast a person has been, as all processes tell each other: no mark is lost, none is counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from catchup.domain.allowance import Limits
from catchup.domain.ids import MsgId
from catchup.domain.pace import Pace
from catchup.storage.presence_book import pace_of_person
from tests.contract.groups import ROOM
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, endpoint
from tests.support.outages import Outages

LIMITS = Limits(burst=300, rate_per_second=10, cooldown_ms=10_000)


def at(now_ms: int) -> Callable[[Pace], Pace]:
    return lambda found: LIMITS.renewed(found, now_ms)


def pace(stores: Stores) -> Pace:
    return pace_of_person(ALICE, stores.rows("Presence"))


def test_a_first_mark_begins_a_pace(stores: Stores) -> None:
    assert stores.presence.mark(ALICE, 7, Pace(), at(NOW_MS)) == Pace(NOW_MS, 0, frozenset({7})) == pace(stores)


def test_marks_of_one_second_are_added_up(stores: Stores) -> None:
    first = stores.presence.mark(ALICE, 7, Pace(), at(NOW_MS))
    stores.presence.mark(ALICE, 8, first, at(NOW_MS + 10))
    # This process has not seen the second one.
    assert stores.presence.mark(ALICE, 9, first, at(NOW_MS + 20)) == Pace(NOW_MS, 0, frozenset({7, 8, 9}))


def test_a_process_that_has_seen_nothing_adds_to_what_is_there(stores: Stores) -> None:
    stores.presence.mark(ALICE, 7, Pace(), at(NOW_MS))
    assert stores.presence.mark(ALICE, 8, Pace(), at(NOW_MS + 20)) == Pace(NOW_MS, 0, frozenset({7, 8}))


def test_marks_of_a_second_ago_become_a_level(stores: Stores) -> None:
    seen = Pace()
    for mark in range(5):
        seen = stores.presence.mark(ALICE, mark, seen, at(NOW_MS))
    later = stores.presence.mark(ALICE, 9, seen, at(NOW_MS + 1_000))
    assert later == Pace(NOW_MS + 1_000, 5 * LIMITS.share - 10, frozenset({9}))


def test_a_renewal_by_a_stale_read_loses_no_mark(stores: Stores) -> None:
    stale = stores.presence.mark(ALICE, 1, Pace(), at(NOW_MS))
    stores.presence.mark(ALICE, 2, stale, at(NOW_MS + 500))
    later = stores.presence.mark(ALICE, 3, stale, at(NOW_MS + 1_000))
    assert later == Pace(NOW_MS + 1_000, 2 * LIMITS.share - 10, frozenset({3}))


@pytest.mark.parametrize("renewing", [True, False])
def test_a_lost_response_marks_once(stores: Stores, renewing: bool) -> None:
    found = Pace() if renewing else stores.presence.mark(ALICE, 7, Pace(), at(NOW_MS))
    with Outages(stores.client) as outages:
        outages.lose_response({"UpdateItem"})
        there = stores.presence.mark(ALICE, 8, found, at(NOW_MS + 1))
    assert there == pace(stores)
    assert len(there.marks) == 1 + (not renewing)
    assert there.level == 0


def test_a_pace_keeps_devices_and_hold_and_is_kept_by_them(stores: Stores) -> None:
    stores.presence.register(endpoint(uid=ALICE))
    stores.presence.cool_down(ALICE, NOW_MS + 5)
    seen = stores.presence.mark(ALICE, 7, Pace(), at(NOW_MS))
    stores.presence.register(endpoint(NOW_MS + 1, uid=ALICE))
    assert seen == pace(stores) == Pace(NOW_MS, 0, frozenset({7}), NOW_MS + 5)
    assert stores.presence.online([ALICE])[ALICE] == (endpoint(NOW_MS + 1, uid=ALICE),)


def test_a_send_is_told_of_its_senders_pace_and_of_nobody_elses(stores: Stores) -> None:
    told = stores.presence.mark(ALICE, 7, Pace(), at(NOW_MS))
    for people in ([ALICE], [BOB, ALICE]):
        assert stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, people).pace == told
    assert stores.sent_log.look_up(BOB, MsgId("m"), SESSION, [BOB, ALICE]).pace == Pace()
    assert stores.sent_log.look_up_in_group(ALICE, MsgId("m"), ROOM).pace == told
    assert stores.sent_log.look_up_in_group(BOB, MsgId("m"), ROOM).pace == Pace()


@pytest.mark.parametrize(
    "corrupt",
    [
        {"paceSince": {"S": "today"}},
        {"paceMarks": {"S": "many"}},
        {"paceMarks": {"NS": ["-1", "2.5"]}},
        {"paceSince": {"N": "-5"}},
        {"paceLevel": {"S": "high"}},
        {"cooldownUntil": {"S": "tomorrow"}},
    ],
)
def test_a_pace_that_cannot_be_read_holds_nobody(stores: Stores, corrupt: dict[str, Any]) -> None:
    stores.presence.mark(ALICE, 7, Pace(), at(NOW_MS))
    stores.add("Presence", {"uid": {"S": ALICE}}, **corrupt)
    found = stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [ALICE]).pace
    assert (found.level, found.cooldown_until_ms) == (0, 0)
    stores.presence.mark(ALICE, 8, found, at(NOW_MS))


def test_marks_of_many_at_once_are_all_there(stores: Stores, engine: str) -> None:
    """48 marks, 16 at once, while the pace is renewed again and again."""
    workers = 1 if engine == "moto" else 16  # moto is not thread-safe
    seen = [Pace()] * 16

    def mark(number: int) -> bool:
        worker = number % 16
        # All time stands still for what trickles away; every tenth finds that a second is over.
        renewed = lambda found: (  # noqa: E731
            Pace(found.since_ms + 1, found.level + LIMITS.share * len(found.marks))
            if number % 10 == 0 or not found.since_ms
            else found
        )
        seen[worker] = stores.presence.mark(ALICE, number, seen[worker], renewed)
        return number in seen[worker].marks

    with ThreadPoolExecutor(workers) as threads:
        done = sum(threads.map(mark, range(48)))
    there = pace(stores)
    assert there.level + LIMITS.share * len(there.marks) == LIMITS.share * done
    assert done >= 40
