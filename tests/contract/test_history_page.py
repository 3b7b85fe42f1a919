"""Pages of the message log."""

from collections.abc import Sequence

import pytest

from catchup.domain.ids import Seq
from catchup.domain.page import Bounds
from tests.conftest import on_dynamodb_local_alone
from tests.contract.stores import HUGE_TEXT, LONG_TEXT, SESSION, Stores, last_read, message, message_row, seqs_of
from tests.support.outages import Outages


def fill(stores: Stores, seqs: Sequence[int], expired: Sequence[int] = (), text: str = "hello") -> None:
    stores.put_rows("Message", [message_row(message(seq, text=text), expired=seq in expired) for seq in seqs])


def page(
    stores: Stores, limit: int, before: int | None = None, after: int | None = None, newest_first: bool = True
) -> tuple[list[int], bool]:
    bounds = Bounds(None if before is None else Seq(before), None if after is None else Seq(after))
    found = stores.messages.page(SESSION, bounds, limit, newest_first)
    assert found.resume_at is None
    return seqs_of(found.messages), found.more


def test_a_page_runs_in_the_order_asked_for(stores: Stores) -> None:
    fill(stores, range(1, 13))
    assert page(stores, 3) == ([12, 11, 10], True)
    assert page(stores, 3, newest_first=False) == ([1, 2, 3], True)


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_an_exactly_full_page_says_that_nothing_is_left(stores: Stores, limit: int, newest_first: bool) -> None:
    fill(stores, range(1, limit + 1))
    assert page(stores, limit, newest_first=newest_first)[1] is False
    assert page(stores, limit + 1, newest_first=newest_first)[1] is False
    assert page(stores, limit - 1 or 1, newest_first=newest_first)[1] is (limit > 1)


def test_pages_by_before_and_by_after_give_each_message_once(stores: Stores) -> None:
    fill(stores, range(1, 10))
    down, up = [page(stores, 3)], [page(stores, 3, after=0, newest_first=False)]
    while down[-1][1]:
        down.append(page(stores, 3, before=down[-1][0][-1]))
    while up[-1][1]:
        up.append(page(stores, 3, after=up[-1][0][-1], newest_first=False))
    assert [seqs for seqs, _ in down] == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    assert [seqs for seqs, _ in up] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (5, 2, [4, 3]),
        (4, 3, []),
        (3, 4, []),
        (3, 3, []),
        (1, None, []),
        (0, None, []),
        (None, 6, []),
        (None, 4, [6, 5]),
        (99, 5, [6]),
        (2, 0, [1]),
        (2**53 - 1, 2**53 - 1, []),
    ],
)
def test_bounds_are_exclusive(stores: Stores, before: int | None, after: int | None, expected: list[int]) -> None:
    fill(stores, range(1, 7))
    assert page(stores, 10, before, after) == (expected, False)


def test_seqs_are_ordered_as_numbers(stores: Stores) -> None:
    fill(stores, [1, 2, 9, 10, 11, 99, 100])
    assert page(stores, 9)[0] == [100, 99, 11, 10, 9, 2, 1]


def test_another_session_is_not_in_the_page(stores: Stores) -> None:
    fill(stores, [1])
    stores.put_row("Message", message_row(message(2, session="p:alice:bob2")))
    assert page(stores, 10) == ([1], False)


def test_expired_messages_are_left_out_and_the_page_is_filled_behind_them(stores: Stores) -> None:
    fill(stores, range(1, 9), expired=[8, 6, 1])
    assert page(stores, 3) == ([7, 5, 4], True)
    assert page(stores, 5) == ([7, 5, 4, 3, 2], False)


def test_a_page_is_one_query(stores: Stores, outages: Outages) -> None:
    fill(stores, range(1, 30))
    outages.heal()
    page(stores, 20)
    page(stores, 29)
    assert outages.sent == ["Query"] * 2


def test_a_page_whose_messages_exceed_what_one_query_reads_ends_early_and_the_next_one_goes_on(
    stores: Stores, outages: Outages
) -> None:
    fill(stores, range(1, 91), text=LONG_TEXT)
    outages.heal()
    first, more = page(stores, 80)
    assert more
    second, _ = page(stores, 80, before=first[-1])
    assert first + second == list(range(90, 0, -1))
    assert outages.count({"Query"}) == 2


def test_hundreds_of_expired_rows_before_a_live_one_are_passed_at_once(stores: Stores, outages: Outages) -> None:
    fill(stores, range(1, 302), expired=range(2, 302))
    outages.heal()
    assert page(stores, 2) == ([1], False)
    assert outages.count({"Query"}) <= 3


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_search_that_stopped_early_goes_on_from_the_last_row_that_it_read(stores: Stores, newest_first: bool) -> None:
    fill(stores, range(1, 41), expired=range(1, 41), text=HUGE_TEXT)
    with last_read(stores) as keys:
        found = stores.messages.page(SESSION, Bounds(), 2, newest_first)
    assert found.resume_at is not None
    assert keys[-1]["seq"]["N"] == str(found.resume_at)


@on_dynamodb_local_alone
@pytest.mark.parametrize("newest_first", [True, False])
def test_more_expired_rows_than_a_bounded_search_passes_are_passed_by_the_next(
    stores: Stores, outages: Outages, newest_first: bool
) -> None:
    fill(stores, range(2, 40), expired=range(2, 40), text=HUGE_TEXT)
    fill(stores, [1, 40])
    found, bounds, searches = [], Bounds(), 0
    while True:
        outages.heal()
        part = stores.messages.page(SESSION, bounds, 2, newest_first)
        assert outages.count({"Query"}) <= 5
        found += seqs_of(part.messages)
        searches += 1
        if part.resume_at is None:
            break
        assert part.more
        bounds = Bounds(before=part.resume_at) if newest_first else Bounds(after=part.resume_at)
    assert found == ([40, 1] if newest_first else [1, 40])
    assert not part.more
    assert searches >= 2
