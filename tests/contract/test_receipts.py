"""Who has receipts: a choice in the row of a person's notes to themselves, and the counters that receipts tell of."""

import itertools
from typing import Any

import pytest

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid, private_session
from catchup.domain.reading import Position
from catchup.domain.receipts import NOT_CHOSEN, ReceiptsChoice, Side
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, tell
from tests.support.outages import WRITES, Outages

NOTES = SessionId("p:bob:bob")


def choices_of(stores: Stores) -> list[ReceiptsChoice]:
    """As the three ways to read it tell it."""
    sides = stores.receipts.sides([(BOB, SESSION)], consistent=True)
    listed = [row.receipts for row in stores.counters.all(BOB) if isinstance(row, Counter) and row.session_id == NOTES]
    assert sides[BOB, SESSION].is_on is stores.receipts.chosen(BOB).is_on
    return [stores.receipts.chosen(BOB), *listed]


@pytest.mark.parametrize("order", [*itertools.permutations([(1, False), (2, True), (3, False)])])
def test_the_latest_choice_stands_in_whatever_order_they_come(
    stores: Stores, order: tuple[tuple[int, bool], ...]
) -> None:
    latest = NOT_CHOSEN
    for at, is_on in (*order, order[0]):
        latest = max(latest, ReceiptsChoice(is_on, at), key=lambda choice: choice.changed_at_ms)
        assert stores.receipts.choose(BOB, is_on, at) == latest
        assert choices_of(stores) == [latest, latest]


def test_whoever_never_chose_has_receipts_and_no_row(stores: Stores) -> None:
    assert choices_of(stores) == [NOT_CHOSEN]
    assert stores.rows("Counter") == []


def test_a_choice_is_one_write_and_safe_to_lose(stores: Stores) -> None:
    with Outages(stores.client) as outages:
        outages.lose_response(WRITES)
        assert stores.receipts.choose(BOB, False, 5) == ReceiptsChoice(False, 5)
        assert outages.count(WRITES) == 2
    assert choices_of(stores) == [ReceiptsChoice(False, 5)] * 2


def test_a_choice_and_notes_leave_one_another_alone(stores: Stores) -> None:
    stores.receipts.choose(BOB, False, 5)
    assert stores.counters.page(BOB, None, 9) == ([], None)
    stores.counters.ensure(BOB, NOTES, NOW_MS)
    (row,) = stores.counters.all(BOB)
    assert row == Counter(NOTES, timestamp_ms=NOW_MS, receipts=ReceiptsChoice(False, 5))
    stores.receipts.choose(BOB, True, 6)
    (row,) = stores.counters.all(BOB)
    assert row == Counter(NOTES, timestamp_ms=NOW_MS, receipts=ReceiptsChoice(True, 6))


def test_both_sides_of_a_session_are_read_in_one_call(stores: Stores) -> None:
    tell(stores, 1, 2)
    stores.positions.move(BOB, SESSION, Position(1, Seq(1)))
    stores.receipts.choose(ALICE, False, 5)
    with Outages(stores.client) as outages:
        sides = stores.receipts.sides([(BOB, SESSION), (ALICE, SESSION)], consistent=True)
        assert outages.sent == ["BatchGetItem"]
    (counter,) = stores.counters.named(BOB, [SESSION])
    assert sides == {(BOB, SESSION): Side(counter, is_on=True), (ALICE, SESSION): Side(Counter(SESSION), is_on=False)}
    assert counter.read == Position(1, Seq(1))


def test_notes_are_a_side_too(stores: Stores) -> None:
    stores.receipts.choose(BOB, False, 5)
    sides = stores.receipts.sides([(BOB, NOTES)], consistent=False)
    assert sides == {(BOB, NOTES): Side(Counter(NOTES, receipts=ReceiptsChoice(False, 5)), is_on=False)}


def test_as_many_people_as_a_group_has_are_read(stores: Stores) -> None:
    people = [Uid(f"person-{number:03}") for number in range(100)]
    for uid in people[::2]:
        stores.receipts.choose(uid, False, 5)
    keys = [(uid, private_session(uid, BOB)) for uid in people]
    with Outages(stores.client) as outages:
        sides = stores.receipts.sides(keys, consistent=True)
        assert outages.sent == ["BatchGetItem"] * 2
    assert [side.is_on for side in sides.values()] == [False, True] * 50


@pytest.mark.parametrize(
    "attributes",
    [
        {"receipts": {"S": "x"}, "receiptsAt": {"N": "5"}},
        {"receipts": {"BOOL": True}, "receiptsAt": {"S": "5"}},
        {"receipts": {"BOOL": True}},
        {"receiptsAt": {"N": "5"}},
    ],
)
def test_a_choice_that_can_not_be_read_is_off_and_reported(stores: Stores, attributes: dict[str, Any]) -> None:
    stores.put_row("Counter", {"uid": {"S": BOB}, "sessionId": {"S": NOTES}, **attributes})
    assert stores.receipts.chosen(BOB) == ReceiptsChoice(is_on=False)
    assert stores.receipts.sides([(BOB, SESSION)], consistent=True)[BOB, SESSION].is_on is False
    assert stores.poison == [(stores.tables["CounterTable"], {"uid": {"S": BOB}, "sessionId": {"S": NOTES}})] * 2
    assert stores.receipts.choose(BOB, True, 9) == ReceiptsChoice(True, 9)
    assert stores.receipts.chosen(BOB) == ReceiptsChoice(True, 9)


def test_a_counter_that_can_not_be_read_is_left_out_and_reported(stores: Stores) -> None:
    stores.put_row("Counter", {"uid": {"S": BOB}, "sessionId": {"S": SESSION}, "received": {"S": "x"}})
    assert stores.receipts.sides([(BOB, SESSION)], consistent=True) == {}
    assert stores.poison == [(stores.tables["CounterTable"], {"uid": {"S": BOB}, "sessionId": {"S": SESSION}})]
