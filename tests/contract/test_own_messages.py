"""Own messages never count: noted, told by a number when they are many, and cleared, in whatever order that comes."""

from collections.abc import Callable

import pytest

from catchup.domain.group import Membership
from catchup.domain.ids import Seq
from catchup.domain.message import Place
from catchup.storage import message_log
from catchup.storage.reading import MAX_QUERIES
from tests.conftest import on_dynamodb_local_alone
from tests.contract.groups import ALICE, BOB, CAROL, ROOM, a_group, admit, group, note, person, say, settle
from tests.contract.stores import NOW_MS, Stores

pytestmark = on_dynamodb_local_alone


@pytest.fixture
def room(stores: Stores) -> Stores:
    """Bob is a member from seq 1 on, and has seen it."""
    stores.groups.found(a_group())
    stores.members.admit(BOB, ROOM, Seq(1), 0, 1, NOW_MS)
    return stores


@pytest.fixture
def chat(room: Stores) -> Stores:
    """Of the messages 2 to 10 the even ones are bob's, who has seen none of the others; all are noted."""
    say(room, 2, 4, 6, 8, 10)
    say(room, 3, 5, 7, 9, sender=ALICE)
    note(room, 2, 4, 6, 8, 10)
    room.groups.raise_head(ROOM, Place(Seq(10)), NOW_MS)
    return room


def unread(stores: Stores) -> int:
    return person(stores).unread(group(stores)).count


def clear(stores: Stores, seen: int, found: Membership | None = None) -> bool:
    """Clears as the use case does."""
    found = found or person(stores)
    left = stores.messages.own_between(ROOM, BOB, Seq(seen), found.own_floor)[0] if found.own_floor > seen else 0
    return stores.members.clear(found, Seq(seen), left)


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
def test_what_is_cleared_or_told_by_a_number_is_not_noted_again(chat: Stores, late: int) -> None:
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
    room.members.dismiss(BOB, ROOM, Seq(4))
    admit(room, 8)
    assert [note(room, seq).own for seq in (3, 7, 8)] == [set(), set(), {8}]


# ---------------------------------------------------------------- counting them in the log


def test_own_messages_between_two_seqs_are_counted(chat: Stores) -> None:
    for after, to, expected in ((0, 10, 5), (2, 10, 4), (2, 9, 3), (1, 2, 1), (4, 5, 0), (6, 6, 0), (7, 3, 0)):
        assert chat.messages.own_between(ROOM, BOB, Seq(after), Seq(to)) == (expected, to)


def test_the_search_ends_after_some_queries_and_says_how_far_it_came(
    room: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_log, "ROWS_PER_LONG_QUERY", 2)
    reached = 2 * MAX_QUERIES
    for number in range(1, reached + 2):
        say(room, number, sender=BOB if number % 2 else ALICE)
    assert room.messages.own_between(ROOM, BOB, Seq(0), Seq(reached)) == (reached // 2, reached)
    assert room.messages.own_between(ROOM, BOB, Seq(0), Seq(reached + 1)) == (reached // 2, reached)


# ---------------------------------------------------------------- telling them by a number


def test_own_messages_told_by_a_number_are_left_out_as_before(chat: Stores) -> None:
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


def test_an_own_message_that_nobody_has_noted_is_in_the_number(room: Stores) -> None:
    say(room, 2, 3, 4)
    note(room, 2, 4)
    settle(room, person(room), 3)
    assert (person(room).own_below, person(room).own) == (2, {4})
    before = room.trace()
    note(room, 3)
    assert room.trace() == before


def test_an_own_message_that_is_noted_while_older_ones_are_settled_is_left_out_once(room: Stores) -> None:
    say(room, 2, 3, 4)
    say(room, 5, 6, sender=ALICE)
    room.groups.raise_head(ROOM, Place(Seq(6)), NOW_MS)
    found = note(room, 2, 4)
    assert found is not None
    note(room, 3)
    settle(room, found, 3)
    assert unread(room) == 2
    assert clear(room, 2)
    assert unread(room) == 2


def test_a_number_that_starts_from_stale_numbers_is_not_written(chat: Stores) -> None:
    found = person(chat)
    clear(chat, 3)
    before = chat.trace()
    settle(chat, found, 6)
    assert chat.trace() == before
    assert unread(chat) == others_above(3)


def test_nothing_is_settled_of_a_former_membership(chat: Stores) -> None:
    found = person(chat)
    chat.members.dismiss(BOB, ROOM, Seq(11))
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
    chat.members.mention(BOB, ROOM, Seq(3))
    chat.members.mention(BOB, ROOM, Seq(9))
    assert clear(chat, seen)
    found = person(chat)
    assert (found.cleared, unread(chat)) == (seen, others_above(seen))
    assert all(seq > seen for seq in found.own | found.mentions)
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
        assert clear(chat, then, found)
        assert (person(chat).cleared, unread(chat)) == (max(first, then), others_above(max(first, then)))


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda stores: settle(stores, person(stores), 6),
        lambda stores: (stores.members.dismiss(BOB, ROOM, Seq(11)), admit(stores, 12)),
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
    chat.groups.raise_head(ROOM, Place(Seq(11)), NOW_MS)
    found = person(chat)
    note(chat, 11)
    assert clear(chat, 4, found)
    assert (person(chat).own, unread(chat)) == ({6, 8, 10, 11}, others_above(4))


def test_an_own_message_below_what_is_cleared_disturbs_nothing_if_it_was_noted_first(room: Stores) -> None:
    say(room, 2, 3)
    say(room, 4, sender=ALICE)
    room.groups.raise_head(ROOM, Place(Seq(4)), NOW_MS)
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
