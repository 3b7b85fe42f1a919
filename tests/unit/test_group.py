"""What is unread in a group: what others wrote above what was cleared, whatever was noted, settled and cleared."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchup.domain import membership
from catchup.domain.authorization import Who, includes
from catchup.domain.group import Group, group_id_of, group_session, is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import MENTIONS_LIMIT, Membership, Mention, Role
from catchup.domain.page import Bounds
from catchup.domain.reading import at_number
from catchup.domain.unread import OwnBelow

ROOM = SessionId("g:room")
BOB = Uid("bob")


def room(head: int, number: int | None = None, **more: Any) -> Group:
    """A group whose messages are all counted, unless it is said otherwise."""
    return replace(Group(ROOM, "The room", head=Seq(head), number=head if number is None else number), **more)


def member(**more: Any) -> Membership:
    return replace(Membership(BOB, ROOM, joined=Seq(1), cleared=1), **more)


def own(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def mentions(*numbers: int) -> frozenset[Mention]:
    return frozenset(Mention(Seq(number), number) for number in numbers)


class Model:
    """A group's counted messages, and bob's row as the storage keeps it. `quiet`: how many messages are not counted."""

    def __init__(self, joined: int) -> None:
        self.authors = ["founder"] * joined
        self.quiet = 1
        self.row = Membership(BOB, ROOM, joined=Seq(joined + 1), joined_number=joined, cleared=joined)

    @property
    def group(self) -> Group:
        return room(len(self.authors) + self.quiet, len(self.authors))

    def own(self, above: int, to: int | None = None) -> int:
        return sum(author == BOB for author in self.authors[above:to])

    def note(self, number: int) -> None:
        """As the condition of `note_own` has it."""
        if max(self.row.cleared, self.row.own_floor) < number:
            self.row = replace(self.row, own=self.row.own | {number})

    def clear(self, seen: int) -> None:
        """As the use case and `clear` do."""
        floor = self.row.own_floor
        if seen <= self.row.cleared:
            return
        below = self.own(seen, floor) if floor > seen else 0
        left = frozenset(number for number in self.row.own if number > seen)
        self.row = replace(self.row, cleared=seen, own=left, own_below=below, own_floor=floor if floor > seen else 0)

    def check(self) -> None:
        head = len(self.authors)
        told = self.row.unread(self.group)
        unread = [number for number in range(self.row.cleared + 1, head + 1) if self.authors[number - 1] != BOB]
        assert told.count == len(unread)
        assert (told.received, told.last_seq) == (head, head + self.quiet)
        # A device that holds a message of another has to know how many own ones lie between.
        below = told.own_below or OwnBelow(0, 0)
        mine = [number for number in range(self.row.cleared + 1, head + 1) if self.authors[number - 1] == BOB]
        assert list(told.own) == [number for number in mine if number > below.to]
        assert below.count == len([number for number in mine if number <= below.to])


STEPS = st.lists(st.tuples(st.sampled_from(["own", "other", "quiet", "clear", "settle"]), st.floats(0, 1)), max_size=60)


@given(STEPS, st.integers(1, 5))
def test_unread_is_what_others_wrote_above_what_was_cleared(steps: list[tuple[str, float]], joined: int) -> None:
    model = Model(joined)
    for step, part in steps:
        match step:
            case "own":
                model.authors.append(BOB)
                model.note(len(model.authors))
            case "other":
                model.authors.append("alice")
            case "quiet":
                model.quiet += 1
            case "clear":
                model.clear(round(part * len(model.authors)))
            case _:
                due = [number for number in model.row.own if number <= part * len(model.authors)]
                if due:
                    model.row = model.row.with_floor(max(due), model.group)
        model.check()


@given(STEPS, st.data())
def test_unread_is_right_in_the_end_in_whatever_order_own_messages_are_noted(
    steps: list[tuple[str, float]], data: st.DataObject
) -> None:
    """Several devices at once, one of which crashed on the way: its retry notes the message late. The head is below
    what is not noted."""
    model = Model(1)
    late: list[int] = []
    for step, part in steps:
        match step:
            case "own":
                model.authors.append(BOB)
                late.append(len(model.authors))
                if part < 0.5:
                    model.note(late.pop(data.draw(st.integers(0, len(late) - 1))))
            case "other":
                model.authors.append("alice")
            case "quiet":
                model.quiet += 1
            case "clear":
                model.clear(round(part * (min(late) - 1 if late else len(model.authors))))
            case _:
                # What was found before another message was noted.
                found = model.row
                head = min(late) - 1 if late else len(model.authors)
                if late:
                    model.note(late.pop())
                due = [number for number in found.own if max(found.cleared, found.own_floor) < number <= head]
                if due:
                    settled = found.with_floor(due[round(part * (len(due) - 1))], model.group)
                    kept = model.row.own - (found.own - settled.own)
                    model.row = replace(model.row, own=kept, own_floor=settled.own_floor, own_below=settled.own_below)
    for number in late:
        model.note(number)
    model.check()


@given(st.sets(st.integers(2, 60)), st.integers(0, 60), st.integers(0, 40), st.integers(0, 200))
def test_unread_is_never_negative(noted: set[int], floor: int, below: int, head: int) -> None:
    """A floor tells of no more own messages than there are numbers up to it, and none is listed below it."""
    row = member(own=own(*(number for number in noted if number > floor)), own_floor=floor, own_below=min(below, floor))
    assert replace(row, cleared=0).unread(room(head)).count >= 0


def test_a_head_that_was_read_before_the_last_clear_takes_nothing_back() -> None:
    told = member(cleared=9).unread(room(7))
    assert (told.count, told.received, told.cleared) == (0, 9, 9)


@pytest.mark.parametrize("seen", [0, 1, 5])
def test_nothing_is_unread_for_whoever_has_left_and_nothing_later_is_told(seen: int) -> None:
    row = member(left=Seq(5), left_number=4, seen=Seq(seen), own=own(4), own_floor=3, own_below=1, mentions=mentions(3))
    told = row.unread(room(9, to_all=mentions(4, 8), timestamp_ms=99))
    assert (told.count, told.received, told.cleared, told.last_seq, told.timestamp_ms) == (0, 4, 4, 5, 0)
    assert (told.own, told.own_below, told.mentions, told.left) == ([], None, (), 5)
    assert told.is_news is (seen < 5), "until a device has said that it knows"


def test_whoever_was_added_is_told_so_though_nothing_is_unread_until_a_device_has_cleared() -> None:
    row = member(joined=Seq(6), joined_number=4, cleared=4)
    told = row.unread(room(6, 4))
    assert (told.count, told.joined, told.joined_number, told.is_news) == (0, 6, 4, True)
    assert not replace(row, seen=Seq(6)).unread(room(6, 4)).is_news


def test_a_counter_with_left_speaks_of_the_message_that_ended_the_membership_before_the_head_does() -> None:
    told = member(left=Seq(5), left_number=4).unread(room(3))
    assert (told.received, told.cleared, told.last_seq, told.left, told.count) == (4, 4, 5, 5, 0)


# ---------------------------------------------------------------- when own messages are told by a count


def test_there_is_room_to_list_own_messages_until_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "OWN_LIMIT", 4)
    monkeypatch.setattr(membership, "OWN_KEPT", 2)
    assert member(own=own(2, 3, 5)).due_own_floor(9) is None
    assert member(own=own(2, 3, 5, 8)).due_own_floor(9) == 3
    assert member(own=own(2, 3, 5, 8), cleared=2).due_own_floor(9) is None, "what is cleared takes no room"
    assert member(own=own(2, 3, 5, 8), own_floor=4).due_own_floor(9) is None, "nor what a count tells"


def test_own_messages_above_the_head_are_not_told_by_a_count_for_others_may_come_below_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(membership, "OWN_LIMIT", 4)
    monkeypatch.setattr(membership, "OWN_KEPT", 1)
    row = member(own=own(2, 3, 5, 8))
    assert [row.due_own_floor(head) for head in (1, 2, 4, 5, 8)] == [None, 2, 3, 5, 5]


def test_a_new_floor_keeps_what_the_former_one_stands_for_unless_it_is_cleared() -> None:
    row = member(own=own(6, 8), own_floor=4, own_below=2)
    assert row.with_floor(6, room(9)) == replace(row, own=own(8), own_floor=6, own_below=3)
    assert replace(row, cleared=4).with_floor(6, room(9)).own_below == 1


def test_an_own_message_to_all_that_a_count_tells_is_no_mention_of_its_author() -> None:
    group = room(9, to_all=mentions(4, 8))
    settled = member(own=own(4, 6)).with_floor(6, group)
    assert (settled.own_below, settled.own, settled.unread(group).own) == (2, own(4), [])
    assert settled.unread(group).mentions == [8]
    assert settled.with_floor(6, group) == settled


# ---------------------------------------------------------------- mentions


def test_mentions_are_told_above_what_was_read_since_the_person_came_the_newest_of_them() -> None:
    row = member(joined=Seq(3), cleared=6, read=at_number(4), mentions=mentions(2, 4, 6, 11), own=own(8))
    assert row.unread(room(10, to_all=mentions(3, 5, 8, 9))).mentions == [5, 6, 9]
    many = member(mentions=mentions(*range(2, 200))).unread(room(150)).mentions
    assert many == list(range(151 - MENTIONS_LIMIT, 151))


def test_mentions_are_read_by_their_numbers_and_told_by_their_seqs() -> None:
    row = member(read=at_number(4), mentions=frozenset({Mention(Seq(9), 4), Mention(Seq(10), 5)}))
    assert row.unread(room(12, 6)).mentions == [10]


# ---------------------------------------------------------------- who may what


@pytest.mark.parametrize("joined", [0, 3])
@pytest.mark.parametrize("left", [0, 2, 5])
@pytest.mark.parametrize("role", Role)
def test_whoever_came_later_than_they_left_is_a_member(joined: int, left: int, role: Role) -> None:
    row = member(joined=Seq(joined), left=Seq(left), role=role)
    assert row.is_member == (joined > left)
    assert row.was_member == (joined > 0)
    assert includes(Who.MANAGER, row) == (joined > left and role is not Role.MEMBER)


@given(
    st.integers(1, 9), st.integers(0, 9), st.none() | st.integers(1, 12), st.none() | st.integers(0, 12), st.booleans()
)
def test_a_person_sees_what_was_asked_for_between_coming_and_going(
    joined: int, left: int, before: int | None, after: int | None, open_history: bool
) -> None:
    row = member(joined=Seq(joined), left=Seq(left))
    asked = Bounds(before=None if before is None else Seq(before), after=None if after is None else Seq(after))
    bounds = row.sees(asked, open_history)

    def within(seq: int, bounds: Bounds) -> bool:
        return bounds.lowest <= seq and (bounds.before is None or seq < bounds.before)

    for seq in range(1, 13):
        may_see = (open_history or seq >= joined) and (row.is_member or seq <= left)
        assert within(seq, bounds) == (within(seq, asked) and may_see)


def test_a_session_id_says_whether_it_is_of_a_group_and_of_which() -> None:
    assert group_session("room") == ROOM
    assert group_id_of(ROOM) == "room"
    assert is_group(ROOM)
    assert not is_group(SessionId("p:alice:bob"))
