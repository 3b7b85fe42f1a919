"""A person in a session: counted once, cleared never too far."""

from collections.abc import Callable

import pytest

from catchup.domain.counter import RECENT_LIMIT, UNCOUNTED_LIMIT, Counter, Trim
from catchup.domain.ids import Seq, SessionId
from catchup.usecases.catching_up.ports import ClearResult
from catchup.usecases.sending.ports import Counted
from tests.conftest import on_dynamodb_local_alone
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores

OTHER = SessionId("p:bob:carl")


def count(stores: Stores, *seqs: int, at_ms: int = NOW_MS) -> Counted:
    results = [stores.counters.count(BOB, SESSION, Seq(seq), at_ms) for seq in seqs]
    assert results[-1] is not None
    return results[-1]


def counter(stores: Stores) -> Counter:
    return stores.counters.named(BOB, [SESSION])[0]


def trim(stores: Stores, floor: int, *owed: int) -> Trim:
    due = counter(stores).trim(Seq(floor), frozenset(Seq(seq) for seq in owed))
    stores.counters.trim(BOB, SESSION, due)
    return due


def remembered(stores: Stores) -> tuple[list[int], int, list[int]]:
    found = counter(stores)
    return sorted(found.recent), found.floor, sorted(found.uncounted)


def clear(stores: Stores, seen: int) -> ClearResult:
    return stores.counters.clear(BOB, SESSION, seen)


# ---------------------------------------------------------------- counting


def test_a_first_message_makes_the_counter(stores: Stores) -> None:
    expected = Counter(SESSION, received=1, timestamp_ms=NOW_MS, recent=frozenset({Seq(4)}))
    assert count(stores, 4) == Counted(expected, moved=True)
    assert counter(stores) == expected


def test_a_message_is_counted_once_and_the_row_is_reported_as_it_was_found(stores: Stores) -> None:
    count(stores, 4, 5)
    before = stores.trace()
    again = count(stores, 4, at_ms=NOW_MS + 9)
    assert not again.moved
    assert (again.counter.received, sorted(again.counter.recent), again.counter.timestamp_ms) == (2, [4, 5], NOW_MS)
    assert stores.trace() == before


def test_messages_are_counted_in_any_order(stores: Stores) -> None:
    assert count(stores, 9, 2, 5, 2, 9, 1).counter.received == 4
    assert (sorted(counter(stores).recent), counter(stores).last_seq) == ([1, 2, 5, 9], 9)


def test_each_person_and_each_session_is_counted_apart(stores: Stores) -> None:
    count(stores, 1)
    stores.counters.count(ALICE, SESSION, Seq(1), NOW_MS)
    stores.counters.count(BOB, OTHER, Seq(1), NOW_MS)
    found = [*stores.counters.all(ALICE), *stores.counters.all(BOB)]
    assert [each.received for each in found] == [1, 1, 1]


def test_the_largest_numbers_are_exact(stores: Stores) -> None:
    highest = 2**53 - 1
    count(stores, highest, highest - 1)
    assert counter(stores).recent == {highest, highest - 1}


def test_the_timestamp_is_that_of_the_newest_message_even_if_an_older_one_is_counted_later(stores: Stores) -> None:
    count(stores, 2, at_ms=NOW_MS + 60_000)
    late = count(stores, 1, at_ms=NOW_MS)
    assert (late.moved, late.counter.received, sorted(late.counter.recent)) == (True, 2, [1, 2])
    assert late.counter.timestamp_ms == NOW_MS + 60_000
    assert counter(stores) == late.counter
    assert not count(stores, 1, at_ms=NOW_MS).moved


# ---------------------------------------------------------------- trimming


def test_trimming_removes_what_the_new_floor_stands_for(stores: Stores) -> None:
    count(stores, 1, 2, 3, 5)
    trim(stores, 3)
    assert remembered(stores) == ([5], 3, [])
    assert counter(stores).received == 4


def test_what_the_floor_stands_for_is_never_counted_again(stores: Stores) -> None:
    count(stores, 1, 2, 3)
    trim(stores, 2)
    before = stores.trace()
    for at_ms in (NOW_MS - 1, NOW_MS, NOW_MS + 1):
        assert not count(stores, 1, at_ms=at_ms).moved
    assert stores.trace() == before


def test_a_trim_names_what_is_owed_and_that_is_counted_once(stores: Stores) -> None:
    count(stores, 1, 4, 5)
    trim(stores, 4, 1, 3, 4)
    assert remembered(stores) == ([5], 4, [3])
    assert [count(stores, 3).moved, count(stores, 3).moved, count(stores, 2).moved] == [True, False, False]
    assert remembered(stores) == ([3, 5], 4, [])
    count(stores, 6)
    trim(stores, 5)
    assert remembered(stores) == ([6], 5, [])
    assert not count(stores, 3).moved


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda stores: count(stores, 3),
        lambda stores: stores.counters.owe(BOB, SESSION, Seq(2)),
        lambda stores: trim(stores, 1),
    ],
    ids=["one of those was counted", "another one is owed", "somebody else has trimmed"],
)
def test_a_trim_of_a_counter_that_has_changed_changes_nothing(
    stores: Stores, meanwhile: Callable[[Stores], object]
) -> None:
    count(stores, 1, 4, 5)
    due = counter(stores).trim(Seq(4), frozenset({Seq(3)}))
    meanwhile(stores)
    before = stores.trace()
    stores.counters.trim(BOB, SESSION, due)
    assert stores.trace() == before


def test_a_trim_leaves_what_others_count_meanwhile(stores: Stores) -> None:
    count(stores, 1, 4, 5)
    due = counter(stores).trim(Seq(4), frozenset({Seq(3)}))
    count(stores, 6)
    for _ in range(2):
        stores.counters.trim(BOB, SESSION, due)
        assert remembered(stores) == ([5, 6], 4, [3])


def test_what_is_owed_stays_owed_when_the_floor_rises_again(stores: Stores) -> None:
    count(stores, 2, 4, 6)
    trim(stores, 2, 1)
    trim(stores, 4, 3)
    assert remembered(stores) == ([6], 4, [1, 3])


def test_no_more_is_kept_as_owed_than_its_limit_and_the_newest_stay(stores: Stores) -> None:
    count(stores, UNCOUNTED_LIMIT + 3)
    due = trim(stores, UNCOUNTED_LIMIT + 3, *range(1, UNCOUNTED_LIMIT + 3))
    assert due.forgotten == 2
    assert sorted(counter(stores).uncounted) == list(range(3, UNCOUNTED_LIMIT + 3))


def test_trimming_everything_leaves_the_floor_as_the_last_seq(stores: Stores) -> None:
    count(stores, 1, 2)
    trim(stores, 2)
    assert (counter(stores).recent, counter(stores).last_seq) == (frozenset(), 2)
    assert count(stores, 3).counter.received == 3


def test_a_live_message_that_is_owed_after_all_is_counted_below_the_floor(stores: Stores) -> None:
    count(stores, 1, 3, 4)
    trim(stores, 3)
    stores.counters.owe(BOB, SESSION, Seq(2))
    stores.counters.owe(BOB, SESSION, Seq(2))
    assert (count(stores, 2).counter.received, count(stores, 2).moved) == (4, False)


@on_dynamodb_local_alone
def test_a_counter_that_is_trimmed_whenever_it_is_due_stays_small_and_exact(stores: Stores) -> None:
    total = RECENT_LIMIT * 3 // 2 + 1
    for seq in range(1, total + 1):
        found = count(stores, seq).counter
        floor = found.due_floor()
        if floor is not None:
            due = found.trim(floor, frozenset())
            stores.counters.trim(BOB, SESSION, due)
            stores.counters.trim(BOB, SESSION, due)
    assert counter(stores).received == total
    assert len(counter(stores).recent) < RECENT_LIMIT
    assert counter(stores).recent == set(range(counter(stores).floor + 1, total + 1))


# ---------------------------------------------------------------- making


def test_ensuring_makes_an_empty_counter(stores: Stores) -> None:
    stores.counters.ensure(BOB, SESSION, NOW_MS)
    assert stores.counters.all(BOB) == [Counter(SESSION, timestamp_ms=NOW_MS)]


def test_ensuring_leaves_what_is_there_alone(stores: Stores) -> None:
    count(stores, 1)
    clear(stores, 1)
    before = stores.trace()
    stores.counters.ensure(BOB, SESSION, NOW_MS + 5)
    assert stores.trace() == before


# ---------------------------------------------------------------- clearing


def test_clearing_only_rises(stores: Stores) -> None:
    count(stores, 1, 2, 3)
    cleared = []
    for seen in (2, 1, 2, 3, 0):
        assert clear(stores, seen) is ClearResult.CLEARED
        cleared.append(counter(stores).cleared)
    assert cleared == [2, 2, 2, 3, 3]
    assert counter(stores).unread == 0


def test_clearing_more_than_was_received_changes_nothing(stores: Stores) -> None:
    count(stores, 1, 2)
    for cleared in (0, 1):
        clear(stores, cleared)
        before = stores.trace()
        assert clear(stores, 3) is ClearResult.TOO_HIGH
        assert stores.trace() == before


def test_clearing_again_what_was_cleared_changes_nothing(stores: Stores) -> None:
    count(stores, 1, 2)
    clear(stores, 2)
    before = stores.trace()
    assert [clear(stores, seen) for seen in (2, 1, 0)] == [ClearResult.CLEARED] * 3
    assert stores.trace() == before


def test_clearing_an_unknown_session_makes_none(stores: Stores) -> None:
    assert [clear(stores, seen) for seen in (0, 1)] == [ClearResult.UNKNOWN_SESSION] * 2
    assert stores.rows("Counter") == []


def test_a_session_in_which_nothing_was_received_is_cleared_to_zero_at_most(stores: Stores) -> None:
    stores.counters.ensure(BOB, SESSION, NOW_MS)
    assert clear(stores, 0) is ClearResult.CLEARED
    assert clear(stores, 1) is ClearResult.TOO_HIGH


def test_clearing_a_counter_does_not_touch_those_of_others(stores: Stores) -> None:
    count(stores, 1)
    stores.counters.count(ALICE, SESSION, Seq(1), NOW_MS)
    clear(stores, 1)
    assert stores.counters.named(ALICE, [SESSION])[0].cleared == 0
