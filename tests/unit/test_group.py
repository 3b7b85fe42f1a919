"""What is unread in a group: what others wrote above what was cleared, whatever was noted, settled and cleared."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchup.domain import group as groups
from catchup.domain.group import MENTIONS_LIMIT, Group, Membership, Role, group_id_of, group_session, is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.page import Bounds
from catchup.domain.unread import OwnBelow

ROOM = SessionId("g:room")
BOB = Uid("bob")


def room(head: int, **more: Any) -> Group:
    return replace(Group(ROOM, "The room", head=Seq(head)), **more)


def member(**more: Any) -> Membership:
    return replace(Membership(BOB, ROOM, joined=Seq(1), cleared=1), **more)


def seqs(*numbers: int) -> frozenset[Seq]:
    return frozenset(map(Seq, numbers))


class Model:
    """A group's messages, and bob's row as the storage keeps it."""

    def __init__(self, joined: int) -> None:
        self.authors = ["founder"] * joined
        self.row = Membership(BOB, ROOM, joined=Seq(joined), cleared=joined - 1)

    def own(self, above: int, to: int | None = None) -> int:
        return sum(author == BOB for author in self.authors[above:to])

    def note(self, seq: int) -> None:
        """As the condition of `note_own` has it."""
        if self.row.joined <= seq and max(self.row.cleared, self.row.own_floor) < seq:
            self.row = replace(self.row, own=self.row.own | {Seq(seq)})

    def settle(self, floor: int) -> None:
        after = self.row.counted_from()
        count = self.own(after, floor) if floor > after else 0
        self.row = self.row.with_floor(Seq(floor), count)

    def clear(self, seen: int) -> None:
        """As the use case and `clear` do."""
        floor = self.row.own_floor
        if seen <= self.row.cleared:
            return
        below = self.own(seen, floor) if floor > seen else 0
        own = frozenset(seq for seq in self.row.own if seq > seen)
        self.row = replace(
            self.row, cleared=seen, own=own, own_below=below, own_floor=floor if floor > seen else Seq(0)
        )

    def check(self) -> None:
        head = len(self.authors)
        told = self.row.unread(room(head))
        unread = [seq for seq in range(self.row.cleared + 1, head + 1) if self.authors[seq - 1] != BOB]
        assert told.count == len(unread)
        assert (told.received, told.last_seq) == (head, head)
        # A device that holds a message of another at `seq` has to know how many own ones lie between.
        below = told.own_below or OwnBelow(Seq(0), 0)
        own = [seq for seq in range(self.row.cleared + 1, head + 1) if self.authors[seq - 1] == BOB]
        assert list(told.own) == [seq for seq in own if seq > below.to]
        assert below.count == len([seq for seq in own if seq <= below.to])


STEPS = st.lists(st.tuples(st.sampled_from(["own", "other", "clear", "settle"]), st.floats(0, 1)), max_size=60)


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
            case "clear":
                model.clear(round(part * len(model.authors)))
            case _:
                due = [seq for seq in model.row.own if seq <= part * len(model.authors)]
                if due:
                    model.settle(max(due))
        model.check()


@given(STEPS, st.data())
def test_unread_is_right_in_the_end_in_whatever_order_own_messages_are_noted(
    steps: list[tuple[str, float]], data: st.DataObject
) -> None:
    """Several devices at once, one of which crashed on the way: its retry notes the message late."""
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
            case "clear":
                model.clear(round(part * len(model.authors)))
            case _:
                # What was found before another message was noted.
                found = model.row
                if late:
                    model.note(late.pop())
                due = [seq for seq in found.own if seq > found.counted_from()]
                if due:
                    floor = due[round(part * (len(due) - 1))]
                    settled = found.with_floor(floor, model.own(found.counted_from(), floor))
                    own = model.row.own - (found.own - settled.own)
                    model.row = replace(model.row, own=own, own_floor=settled.own_floor, own_below=settled.own_below)
    for seq in late:
        model.note(seq)
    model.check()


@given(st.sets(st.integers(2, 60)), st.integers(0, 60), st.integers(0, 40), st.integers(0, 200))
def test_unread_is_never_negative(own: set[int], floor: int, below: int, head: int) -> None:
    row = member(own=seqs(*own), own_floor=Seq(floor), own_below=below)
    assert row.unread(room(head)).count >= 0


def test_a_head_that_was_read_before_the_last_clear_takes_nothing_back() -> None:
    told = member(cleared=9).unread(room(7))
    assert (told.count, told.received, told.cleared) == (0, 9, 9)


@pytest.mark.parametrize("cleared", [0, 2, 5])
def test_nothing_is_unread_for_whoever_has_left_and_nothing_later_is_told(cleared: int) -> None:
    told = member(left=Seq(5), cleared=cleared, own=seqs(4, 7), own_floor=Seq(3), own_below=1, mentions=seqs(3)).unread(
        room(9, to_all=seqs(4, 8), timestamp_ms=99)
    )
    assert (told.count, told.received, told.cleared, told.last_seq, told.timestamp_ms) == (0, 5, 5, 5, 0)
    assert (told.own, told.own_below, told.mentions, told.left) == ((), None, (), 5)
    assert told.is_news is (cleared < 5), "until a device has said that it knows"


def test_a_counter_with_left_speaks_of_the_message_that_ended_the_membership_before_the_head_does() -> None:
    told = member(left=Seq(5)).unread(room(3))
    assert (told.received, told.cleared, told.last_seq, told.left, told.count) == (5, 5, 5, 5, 0)


# ---------------------------------------------------------------- when own messages are told by a number


def test_there_is_room_to_list_own_messages_until_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "OWN_LIMIT", 4)
    monkeypatch.setattr(groups, "OWN_KEPT", 2)
    assert member(own=seqs(2, 3, 5)).due_own_floor() is None
    assert member(own=seqs(2, 3, 5, 8)).due_own_floor() == 3
    assert member(own=seqs(2, 3, 5, 8), cleared=2).due_own_floor() is None, "what is cleared takes no room"
    assert member(own=seqs(2, 3, 5, 8), own_floor=Seq(4)).due_own_floor() is None, "nor what a number tells"


def test_a_new_floor_keeps_what_the_former_one_stands_for_unless_it_is_cleared() -> None:
    row = member(own=seqs(6, 8), own_floor=Seq(4), own_below=2)
    assert row.with_floor(Seq(6), 1) == replace(row, own=seqs(8), own_floor=Seq(6), own_below=3)
    cleared = replace(row, cleared=4)
    assert cleared.with_floor(Seq(6), 1).own_below == 1


# ---------------------------------------------------------------- mentions


def test_mentions_are_told_above_what_was_cleared_since_the_person_came_the_newest_of_them() -> None:
    row = member(joined=Seq(3), cleared=4, mentions=seqs(2, 4, 6, 11), own=seqs(8))
    assert row.unread(room(10, to_all=seqs(3, 5, 8, 9))).mentions == [5, 6, 9]
    many = member(mentions=frozenset(map(Seq, range(2, 200)))).unread(room(150)).mentions
    assert many == list(range(151 - MENTIONS_LIMIT, 151))


# ---------------------------------------------------------------- who may what


@pytest.mark.parametrize("joined", [0, 3])
@pytest.mark.parametrize("left", [0, 2, 5])
@pytest.mark.parametrize("role", Role)
def test_whoever_came_later_than_they_left_is_a_member(joined: int, left: int, role: Role) -> None:
    row = member(joined=Seq(joined), left=Seq(left), role=role)
    assert row.is_member == (joined > left)
    assert row.was_member == (joined > 0)
    assert row.may_manage == (joined > left and role is not Role.MEMBER)


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
