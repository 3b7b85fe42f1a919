"""What waits for a person: the newest first, as many as asked for, and whether there is more."""

from collections.abc import Collection, Iterable

import pytest

from catchup.domain.ids import Seq
from catchup.domain.page import Bounds
from catchup.usecases.catching_up.ports import Waiting
from tests.conftest import on_dynamodb_local_alone
from tests.contract.stores import (
    ALICE,
    BOB,
    HUGE_TEXT,
    LONG_TEXT,
    NOW_MS,
    RETENTION_DAYS,
    SESSION,
    Stores,
    inbox_row,
    last_read,
    message,
    seqs_of,
)
from tests.support.outages import Outages


def fill(stores: Stores, seqs: Iterable[int], expired: Collection[int] = (), text: str = "hello") -> None:
    stores.put_rows("Inbox", [inbox_row(message(seq, text=text), expired=seq in expired) for seq in seqs])


def newest(stores: Stores, limit: int, bounds: Bounds = Bounds(), leaving: Iterable[int] = ()) -> Waiting:
    return stores.inbox.newest(BOB, SESSION, limit, bounds, frozenset(Seq(seq) for seq in leaving))


def seq_or_none(number: int | None) -> Seq | None:
    return None if number is None else Seq(number)


def look(stores: Stores, limit: int, bounds: Bounds = Bounds(), leaving: Iterable[int] = ()) -> tuple[list[int], bool]:
    waiting = newest(stores, limit, bounds, leaving)
    assert waiting.resume_before is None
    return seqs_of(waiting.messages), waiting.more


def test_what_is_put_waits(stores: Stores) -> None:
    stores.inbox.put(BOB, message(1))
    assert newest(stores, 10) == Waiting([message(1)], more=False)


def test_putting_again_changes_nothing(stores: Stores) -> None:
    stores.inbox.put(BOB, message(1))
    before = stores.trace()
    stores.inbox.put(BOB, message(1))
    assert stores.trace() == before


def test_it_waits_for_as_long_as_the_retention_says(stores: Stores) -> None:
    stores.inbox.put(BOB, message(1, at_ms=NOW_MS))
    stores.time.now_ms = NOW_MS + RETENTION_DAYS * 86_400_000 - 1_000
    assert look(stores, 10) == ([1], False)
    stores.time.now_ms += 1_000
    assert newest(stores, 10) == Waiting([], more=False, trimmed=True)


def test_nothing_waits_in_an_empty_store(stores: Stores) -> None:
    assert newest(stores, 10) == Waiting([], more=False)


def test_the_newest_come_first_and_one_row_further_is_looked_at(stores: Stores) -> None:
    fill(stores, range(1, 13))
    assert look(stores, 11) == (list(range(12, 1, -1)), True)
    assert look(stores, 12) == (list(range(12, 0, -1)), False)
    assert look(stores, 13) == (list(range(12, 0, -1)), False)
    assert look(stores, 1) == ([12], True)


def test_each_person_and_each_session_has_a_store_of_its_own(stores: Stores) -> None:
    fill(stores, [1])
    for session in ("p:alice:bob2", "p:alice:bo", "p:alice:bob-", "p:alice:bobb"):
        stores.put_row("Inbox", inbox_row(message(7, session=session)))
    stores.put_row("Inbox", inbox_row(message(8), owner=ALICE))
    assert look(stores, 10) == ([1], False)


def test_the_bounds_are_exclusive(stores: Stores) -> None:
    fill(stores, range(1, 7))
    expected = {
        (5, 2): [4, 3],
        (4, 3): [],
        (3, 4): [],
        (1, None): [],
        (0, None): [],
        (None, 6): [],
        (None, 4): [6, 5],
        (99, 5): [6],
        (2**53 - 1, 2**53 - 1): [],
    }
    found = {
        (before, after): look(stores, 10, Bounds(seq_or_none(before), seq_or_none(after))) for before, after in expected
    }
    assert found == {bounds: (seqs, False) for bounds, seqs in expected.items()}


@pytest.mark.parametrize(
    ("limit", "leaving", "expected"),
    [
        (2, [6, 5], ([4, 3], True)),
        (2, [4, 3], ([6, 5], True)),
        (2, [2, 1], ([6, 5], True)),
        (4, [6, 1], ([5, 4, 3, 2], False)),
        (4, [6, 5, 4, 3, 2, 1], ([], False)),
        (2, [9, 8, 7], ([6, 5], True)),
        (6, [9, 8, 7], ([6, 5, 4, 3, 2, 1], False)),
        (1, [6, 5, 4, 3, 2], ([1], False)),
        (1, [6, 5, 4, 3], ([2], True)),
    ],
)
def test_those_that_are_leaving_are_left_out_whether_or_not_they_are_gone_already(
    stores: Stores, limit: int, leaving: list[int], expected: tuple[list[int], bool]
) -> None:
    fill(stores, range(1, 7))
    assert look(stores, limit, leaving=leaving) == expected
    stores.inbox.remove(BOB, SESSION, [Seq(seq) for seq in leaving])
    assert look(stores, limit, leaving=leaving) == expected


@pytest.mark.parametrize(
    ("expired", "expected", "more", "trimmed"),
    [
        ([6], [5, 4], True, True),
        ([6, 5, 4, 3], [2, 1], False, True),
        # Not reached by the page, nor by the one row further.
        ([2, 1], [6, 5], True, False),
        ([4, 3, 2, 1], [6, 5], False, True),
        ([5, 4, 3, 2], [6, 1], False, True),
        ([6, 5, 4, 3, 2, 1], [], False, True),
    ],
)
def test_expired_rows_are_left_out_wherever_they_stand(
    stores: Stores, expired: list[int], expected: list[int], more: bool, trimmed: bool
) -> None:
    fill(stores, range(1, 7), expired)
    waiting = newest(stores, 2)
    assert (seqs_of(waiting.messages), waiting.more, waiting.trimmed) == (expected, more, trimmed)


def test_an_expired_row_that_is_leaving_has_not_been_lost(stores: Stores) -> None:
    fill(stores, [1, 2], expired=[1])
    assert newest(stores, 2, leaving=[1]) == Waiting([message(2)], more=False)


def test_a_page_is_one_query(stores: Stores, outages: Outages) -> None:
    fill(stores, range(1, 50))
    outages.heal()
    newest(stores, 20, leaving=range(30, 50))
    assert outages.sent == ["Query"]


@on_dynamodb_local_alone
def test_a_thousand_expired_rows_before_a_live_one_are_passed_at_once(stores: Stores, outages: Outages) -> None:
    fill(stores, range(1, 1_002), expired=range(2, 1_002))
    outages.heal()
    assert newest(stores, 20) == Waiting([message(1)], more=False, trimmed=True)
    assert outages.count({"Query"}) <= 3


@on_dynamodb_local_alone
def test_more_expired_rows_than_a_bounded_search_passes_are_passed_by_the_next(
    stores: Stores, outages: Outages
) -> None:
    fill(stores, range(2, 40), expired=range(2, 40), text=HUGE_TEXT)
    fill(stores, [1, 40])
    found, bounds, searches = [], Bounds(), 0
    while True:
        outages.heal()
        waiting = newest(stores, 2, bounds)
        assert outages.count({"Query"}) <= 5
        found += seqs_of(waiting.messages)
        searches += 1
        if waiting.resume_before is None:
            break
        assert waiting.more
        assert waiting.trimmed
        assert bounds.before is None or waiting.resume_before < bounds.before
        bounds = Bounds(before=waiting.resume_before)
    assert found == [40, 1]
    assert waiting == Waiting([message(1)], more=False, trimmed=True)
    assert searches >= 2


def test_a_search_that_stopped_early_goes_on_from_the_last_row_that_it_read(stores: Stores) -> None:
    fill(stores, range(1, 41), expired=range(1, 41), text=HUGE_TEXT)
    with last_read(stores) as keys:
        waiting = newest(stores, 2)
    assert waiting.resume_before is not None
    assert keys[-1]["key"]["S"] == f"{SESSION}#{waiting.resume_before:016}"


def test_bodies_that_exceed_what_one_query_reads_end_a_page_early_and_the_next_one_goes_on(stores: Stores) -> None:
    fill(stores, range(1, 91), text=LONG_TEXT)
    first, more = look(stores, 80)
    assert more
    second, _ = look(stores, 80, Bounds(before=Seq(first[-1])))
    assert first + second == list(range(90, 0, -1))
