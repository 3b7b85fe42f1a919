"""How far a person has read: it rises, by one update, in the row that they have in the session."""

import itertools

import pytest

from catchup.domain.ids import Seq, SessionId
from catchup.domain.reading import NOTHING_READ, Position
from catchup.usecases.catching_up.ports import ClearResult, Moved
from tests.conftest import on_dynamodb_local_alone
from tests.contract.groups import ROOM, a_group, admit, dismiss, person
from tests.contract.stores import BOB, SESSION, Stores, tell
from tests.support.outages import WRITES, Outages

STANDS = Moved(ClearResult.CLEARED, stands=True)
PASSED = Moved(ClearResult.CLEARED)


def at(number: int, seq: int | None = None) -> Position:
    return Position(number, Seq(number if seq is None else seq))


def read(stores: Stores, number: int, seq: int | None = None, session: SessionId = SESSION) -> Moved:
    return stores.positions.move(BOB, session, at(number, seq))


def position(stores: Stores) -> Position:
    return stores.counters.named(BOB, [SESSION])[0].read


@pytest.mark.parametrize("order", itertools.permutations([at(1), at(2, 2), at(2, 4), at(3)]), ids=str)
def test_the_furthest_position_stands_in_whatever_order_they_come(stores: Stores, order: tuple[Position, ...]) -> None:
    tell(stores, 1, 2, 3)
    highest = NOTHING_READ
    for each in order:
        assert stores.positions.move(BOB, SESSION, each) == (STANDS if each > highest else PASSED)
        highest = max(highest, each)
        assert position(stores) == highest


def test_a_position_that_stands_is_told_again_and_changes_nothing(stores: Stores) -> None:
    tell(stores, 1, 2)
    read(stores, 2)
    before = stores.trace()
    assert (read(stores, 2), read(stores, 0)) == (STANDS, PASSED)
    assert stores.trace() == before


def test_what_was_not_written_is_not_read(stores: Stores) -> None:
    tell(stores, 1, 2)
    before = stores.trace()
    assert read(stores, 3) == Moved(ClearResult.TOO_HIGH)
    assert read(stores, 1, session=SessionId("p:bob:carl")) == Moved(ClearResult.UNKNOWN_SESSION)
    assert read(stores, 0, session=SessionId("p:bob:carl")) == Moved(ClearResult.UNKNOWN_SESSION)
    assert read(stores, 1, session=ROOM) == Moved(ClearResult.NOT_YOURS)
    assert stores.trace() == before


def test_a_clear_leaves_the_position_where_it_is(stores: Stores) -> None:
    tell(stores, 1, 2, 3)
    read(stores, 1)
    stores.counters.clear(BOB, SESSION, 3)
    assert position(stores) == at(1)


def test_a_member_may_read_as_far_as_they_say_and_a_former_one_to_the_end(stores: Stores) -> None:
    stores.groups.found(a_group())
    admit(stores, 2)
    assert read(stores, 4, 6, ROOM) == STANDS
    dismiss(stores, 8)
    end = person(stores).left_number
    assert read(stores, end + 1, 99, ROOM) == Moved(ClearResult.TOO_HIGH)
    assert read(stores, end, end, ROOM) == STANDS


def test_whoever_comes_back_begins_anew(stores: Stores) -> None:
    stores.groups.found(a_group())
    admit(stores, 2)
    read(stores, 2, 3, ROOM)
    dismiss(stores, 4)
    admit(stores, 8)
    assert person(stores).read == NOTHING_READ


def test_a_position_whose_answer_was_lost_stands_once_it_is_repeated(stores: Stores, outages: Outages) -> None:
    tell(stores, 1, 2)
    outages.lose_response(WRITES)
    assert read(stores, 2) == STANDS
    assert position(stores) == at(2)


def test_a_position_that_another_device_has_passed_while_its_answer_was_lost_is_passed(
    stores: Stores, outages: Outages
) -> None:
    tell(stores, 1, 2)
    outages.lose_response(WRITES, meanwhile=lambda: read(stores, 2))
    assert read(stores, 1) == PASSED
    assert position(stores) == at(2)


@on_dynamodb_local_alone
@pytest.mark.parametrize("name", ["received", "read", "timestamp"])
def test_a_row_that_can_not_be_read_is_reported_and_kept(stores: Stores, name: str) -> None:
    tell(stores, 1)
    (row,) = stores.rows("Counter")
    stores.put_row("Counter", {**row, name: {"S": "x"}})
    before = stores.trace()
    assert read(stores, 1) == Moved(ClearResult.UNKNOWN_SESSION)
    assert stores.trace() == before
