"""Recalled numbers of a group: the newest in its row, the others beside it, and own ones in their authors' rows."""

import pytest

from catchup.domain.ids import Seq, SessionId
from catchup.domain.message import Numbers, Place
from catchup.domain.unread import RECALLED_LIMIT
from catchup.storage import group_book
from tests.contract.groups import BOB, HALL, ROOM, a_group, admit, group, person
from tests.contract.stores import NOW_MS, Stores

MOST = RECALLED_LIMIT + RECALLED_LIMIT // 2


@pytest.fixture
def room(stores: Stores) -> Stores:
    assert stores.groups.found(a_group())
    return stores


def recall(stores: Stores, seq: int, *numbers: int) -> None:
    """Raises the head to the notice at this seq."""
    stores.groups.raise_head(ROOM, Place(Seq(seq + 1), Numbers(100)), NOW_MS, Seq(seq), numbers)


def test_the_newest_stay_in_the_row_and_the_others_are_beside_it(room: Stores) -> None:
    for number in range(1, MOST + 2):
        recall(room, 100 + number, number)
    moved = MOST + 1 - RECALLED_LIMIT
    assert group(room).recalled == {*range(moved + 1, MOST + 2)}
    assert group(room).recalled_floor == moved
    assert room.groups.recalled_in([ROOM, HALL]) == {ROOM: {*range(1, moved + 1)}, HALL: frozenset()}


def test_a_late_recall_of_an_old_message_is_in_one_of_the_two(room: Stores) -> None:
    recall(room, 101, *range(2, MOST + 3))
    recall(room, 102, 1)
    found = group(room)
    assert found.recalled | room.groups.recalled_in([ROOM])[ROOM] == {*range(1, MOST + 3)}


def test_late_recalls_of_old_messages_do_not_pile_up_in_the_row(room: Stores) -> None:
    recall(room, 301, *range(101, 101 + MOST + 1))
    for number in range(1, 101):
        recall(room, 301 + number, number)
        assert len(group(room).recalled) <= MOST
    found = group(room)
    assert found.recalled_floor == 101 + MOST - RECALLED_LIMIT
    assert found.recalled | room.groups.recalled_in([ROOM])[ROOM] == {*range(1, 101 + MOST + 1)}


def test_any_number_of_groups_is_looked_up(room: Stores) -> None:
    recall(room, 101, *range(1, MOST + 2))
    named = [*(SessionId(f"g:other-{number}") for number in range(120)), ROOM]
    assert len(room.groups.recalled_in(named)[ROOM]) == MOST + 1 - RECALLED_LIMIT


def test_a_recall_that_comes_again_changes_nothing(room: Stores) -> None:
    for seq in (101, 102):
        recall(room, seq, *range(1, MOST + 2))
    before = room.trace()
    recall(room, 102, *range(1, MOST + 2))
    assert room.trace() == before


def test_beyond_the_most_the_lowest_are_forgotten(room: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_book, "MAX_RECALLED_KEPT", 1_010)
    recall(room, 101, *range(1, 1_100))
    kept = room.groups.recalled_in([ROOM])[ROOM]
    assert kept == {*range(1_100 - RECALLED_LIMIT - 10, 1_100 - RECALLED_LIMIT)}


def test_own_numbers_stay_until_they_are_cleared(room: Stores) -> None:
    admit(room, 2)
    for number in range(2, 80):
        room.members.note_recalled(BOB, ROOM, number, 75)
    assert person(room).own_recalled == {*range(2, 80)}
    assert room.members.clear(person(room), 70, 0)
    for number in (80, 81):
        room.members.note_recalled(BOB, ROOM, number, 75)
    assert person(room).own_recalled == {*range(71, 82)}
