"""All counters of a person, by page, and by name."""

import pytest

from catchup.domain.counter import Counter
from catchup.domain.ids import SessionId, Uid
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, tell
from tests.support.outages import Outages

SESSIONS = [SessionId(f"p:bob:c{number}") for number in range(9)]


def fill(stores: Stores, count: int) -> None:
    for session in SESSIONS[:count]:
        tell(stores, 1, session=session, sender=Uid(session[6:]))
    stores.counters.ensure(ALICE, SESSION, NOW_MS)


def page(stores: Stores, after: SessionId | None, limit: int) -> tuple[list[SessionId], SessionId | None]:
    counters, last = stores.counters.page(BOB, after, limit)
    return [counter.session_id for counter in counters], last


def test_all_are_a_persons_own(stores: Stores) -> None:
    assert stores.counters.all(BOB) == []
    fill(stores, 3)
    assert [counter.session_id for counter in stores.counters.all(BOB)] == SESSIONS[:3]


def test_all_are_found_although_they_exceed_what_one_query_reads(stores: Stores, outages: Outages) -> None:
    sessions = [f"p:bob:c{number:03}" for number in range(80)]
    stores.put_rows(
        "Counter",
        [
            {"uid": {"S": BOB}, "sessionId": {"S": session}, "timestamp": {"N": "1"}, "newer": {"S": "x" * 16_000}}
            for session in sessions
        ],
    )
    outages.heal()
    assert [counter.session_id for counter in stores.counters.all(BOB)] == sessions
    assert outages.count({"Query"}) == 2


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 9])
def test_pages_give_each_counter_once_in_order_and_tell_where_to_go_on(stores: Stores, count: int) -> None:
    fill(stores, count)
    sessions, last = page(stores, None, 3)
    found, pages = list(sessions), 1
    while last is not None:
        assert last == found[-1]
        sessions, last = page(stores, last, 3)
        found += sessions
        pages += 1
    assert found == SESSIONS[:count]
    assert pages == max(1, -(-count // 3))


def test_a_page_may_begin_after_a_session_that_is_not_there(stores: Stores) -> None:
    fill(stores, 4)
    assert page(stores, SessionId("p:bob:c1a"), 10) == (SESSIONS[2:4], None)
    assert page(stores, SESSIONS[3], 10) == ([], None)


def test_named_counters_come_in_the_order_asked_for_with_zeros_where_there_is_none(stores: Stores) -> None:
    fill(stores, 2)
    asked = [SESSIONS[1], SESSION, SESSIONS[0]]
    found = stores.counters.named(BOB, asked)
    assert [(counter.session_id, counter.received) for counter in found] == list(zip(asked, [1, 0, 1], strict=True))
    assert found[1] == Counter(SESSION)


def test_more_named_counters_than_one_call_takes(stores: Stores, outages: Outages) -> None:
    fill(stores, 2)
    asked = [SessionId(f"p:bob:n{number:03}") for number in range(99)] + SESSIONS[:2]
    outages.heal()
    found = stores.counters.named(BOB, asked)
    assert [counter.session_id for counter in found] == asked
    assert sum(counter.received for counter in found) == 2
    assert outages.sent == ["BatchGetItem"] * 2
