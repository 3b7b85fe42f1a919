"""Own messages never count: noted, told by a count when they are many, and cleared, in whatever order that comes."""

from collections.abc import Callable

import pytest

from catchup.domain.membership import Membership
from tests.conftest import on_dynamodb_local_alone
from tests.contract.groups import (
    ALICE,
    CAROL,
    a_group,
    admit,
    dismiss,
    group,
    mention,
    note,
    person,
    raise_head,
    say,
    settle,
)
from tests.contract.stores import Stores

pytestmark = on_dynamodb_local_alone


@pytest.fixture
def room(stores: Stores) -> Stores:
    """Bob is a member from seq 2 on, before which there was one message."""
    stores.groups.found(a_group())
    admit(stores, 2)
    return stores


@pytest.fixture
def chat(room: Stores) -> Stores:
    """Of the messages 2 to 10 the even ones are bob's, who has seen none of the others; all are noted."""
    say(room, 2, 4, 6, 8, 10)
    say(room, 3, 5, 7, 9, sender=ALICE)
    note(room, 2, 4, 6, 8, 10)
    raise_head(room, 10)
    return room


def unread(stores: Stores) -> int:
    return person(stores).unread(group(stores)).count


def not_read(stores: Stores) -> int:
    return person(stores).unread(group(stores)).not_read


def clear(stores: Stores, seen: int, found: Membership | None = None) -> bool:
    """Clears as the use case does."""
    found = found or person(stores)
    own = [number for number in (2, 4, 6, 8, 10) if seen < number <= found.own_floor]
    return stores.members.clear(found, seen, len(own))


def others_above(seen: int) -> int:
    return len([seq for seq in (3, 5, 7, 9) if seq > seen])


# ---------------------------------------------------------------- noting


def test_an_own_message_is_noted_once_and_the_row_comes_back(room: Stores) -> None:
    note(room, 5)
    assert note(room, 3) == person(room)
    assert person(room).own == {3, 5}
    before = room.trace()
    assert note(room, 5) == person(room)
    assert room.trace() == before


@pytest.mark.parametrize("late", [1, 2, 4])
def test_what_is_cleared_or_told_by_a_count_is_not_noted_again(chat: Stores, late: int) -> None:
    settle(chat, person(chat), 4)
    for seen in (0, 2):
        if seen:
            clear(chat, seen)
        before = chat.trace()
        assert note(chat, late) == person(chat)
        assert chat.trace() == before


def test_nothing_is_noted_of_who_never_was_a_member(room: Stores) -> None:
    before = room.trace()
    assert note(room, 3, uid=CAROL) is None
    assert room.trace() == before


def test_an_own_message_from_before_the_return_is_not_noted(room: Stores) -> None:
    dismiss(room, 4)
    admit(room, 8)
    assert [note(room, seq).own for seq in (3, 7, 8)] == [set(), set(), {8}]


# ---------------------------------------------------------------- telling them by a count


def test_own_messages_told_by_a_count_are_left_out_as_before(chat: Stores) -> None:
    assert unread(chat) == 4
    settled = settle(chat, person(chat), 6)
    found = person(chat)
    assert found == settled
    assert (found.own_floor, found.own_below, sorted(found.own)) == (6, 3, [8, 10])
    assert unread(chat) == 4


def test_settling_again_changes_nothing(chat: Stores) -> None:
    found = person(chat)
    settle(chat, found, 6)
    before = chat.trace()
    settle(chat, found, 6)
    settle(chat, found, 8)
    assert chat.trace() == before


def test_a_later_floor_adds_to_an_earlier_one(chat: Stores) -> None:
    settle(chat, person(chat), 4)
    settle(chat, person(chat), 8)
    assert (person(chat).own_floor, person(chat).own_below, person(chat).own) == (8, 4, {10})
    assert unread(chat) == 4


def test_an_own_message_that_is_noted_while_older_ones_are_settled_is_left_out_once(room: Stores) -> None:
    raise_head(room, 6)
    found = note(room, 2, 3)
    assert found is not None
    note(room, 4)
    settle(room, found, 3)
    assert (person(room).own_below, person(room).own, unread(room)) == (2, {4}, 2)


def test_a_count_that_starts_from_stale_numbers_is_not_written(chat: Stores) -> None:
    found = person(chat)
    clear(chat, 3)
    before = chat.trace()
    settle(chat, found, 6)
    assert chat.trace() == before
    assert unread(chat) == others_above(3)


def test_nothing_is_settled_of_a_former_membership(chat: Stores) -> None:
    found = person(chat)
    dismiss(chat, 11)
    admit(chat, 12)
    before = chat.trace()
    settle(chat, found, 6)
    assert not clear(chat, 6, found) or person(chat).cleared >= 6
    assert chat.trace() == before


# ---------------------------------------------------------------- clearing


@pytest.mark.parametrize("seen", range(2, 11))
@pytest.mark.parametrize("floor", [0, 3, 6, 10])
def test_clearing_leaves_what_others_wrote_above(chat: Stores, seen: int, floor: int) -> None:
    if floor:
        settle(chat, person(chat), floor)
    mention(chat, 3, 9)
    assert clear(chat, seen)
    found = person(chat)
    assert (found.cleared, unread(chat)) == (seen, others_above(seen))
    assert not_read(chat) == len([seq for seq in (3, 5, 7, 9) if seq > found.read.number])
    # What only a count is left of has been read.
    assert found.read.number == min(floor, seen)
    (row,) = chat.rows("Counter")
    assert ("ownFloor" in row) == ("ownBelow" in row) == (floor > seen)


def test_clearing_only_rises_and_less_is_cleared_already(chat: Stores) -> None:
    clear(chat, 6)
    before = chat.trace()
    for seen in (6, 5, 2):
        assert clear(chat, seen)
    assert chat.trace() == before


def test_clears_that_race_leave_the_higher_one(chat: Stores) -> None:
    settle(chat, person(chat), 8)
    for first, then in ((3, 5), (7, 6)):
        found = person(chat)
        assert clear(chat, first, found)
        # The second may have to be tried again: what is read has risen over own numbers that only a count is left of.
        assert clear(chat, then, found) or clear(chat, then)
        assert (person(chat).cleared, unread(chat)) == (max(first, then), others_above(max(first, then)))


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda stores: settle(stores, person(stores), 6),
        lambda stores: (dismiss(stores, 11), admit(stores, 12)),
    ],
    ids=["older ones are settled", "the person left and came back"],
)
def test_a_clear_that_was_reckoned_from_other_numbers_is_to_be_tried_again(
    chat: Stores, meanwhile: Callable[[Stores], object]
) -> None:
    found = person(chat)
    meanwhile(chat)
    before = chat.trace()
    again = clear(chat, 5, found)
    assert not again or person(chat).cleared >= 5
    assert chat.trace() == before


def test_an_own_message_that_is_noted_while_others_are_cleared_is_left_out(chat: Stores) -> None:
    say(chat, 11)
    raise_head(chat, 11)
    found = person(chat)
    note(chat, 11)
    assert clear(chat, 4, found)
    assert (person(chat).own, unread(chat)) == ({2, 4, 6, 8, 10, 11}, others_above(4))


def test_an_own_message_below_what_is_cleared_disturbs_nothing_if_it_was_noted_first(room: Stores) -> None:
    say(room, 2, 3)
    say(room, 4, sender=ALICE)
    raise_head(room, 4)
    found = person(room)
    note(room, 2, 3)
    assert clear(room, 3, found)
    assert unread(room) == 1
    settle(room, person(room), 3)
    assert unread(room) == 1


def test_clearing_somebody_elses_row_is_not_what_it_does(chat: Stores) -> None:
    admit(chat, 1, ALICE)
    found = person(chat, ALICE)
    clear(chat, 7)
    assert person(chat, ALICE) == found
