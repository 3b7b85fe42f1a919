"""The registers that changes of a group set: in each the message with the highest seq counts, whenever it comes."""

from dataclasses import replace

import pytest

from catchup.domain.group import Announcement
from catchup.domain.ids import Seq
from tests.contract.groups import ALICE, BOB, CAROL, ROOM, a_group, admit, dismiss, group, person
from tests.contract.stores import NOW_MS, Stores

# In this order: later ones, earlier ones, and repetitions.
SEQS = (5, 3, 5, 7, 5)
AFTER_EACH = (5, 5, 5, 7, 7)


@pytest.fixture
def room(stores: Stores) -> Stores:
    """A group that was just made, with Bob."""
    assert stores.groups.found(a_group())
    admit(stores, 2)
    return stores


def announced(stores: Stores) -> Announcement:
    return stores.groups.described_to(BOB, ROOM)[2]


def test_the_last_name_counts(room: Stores) -> None:
    assert group(room).name == "The room"
    found = []
    for seq in SEQS:
        room.groups.rename(ROOM, Seq(seq), f"name {seq}")
        found.append(group(room).name)
    assert found == [f"name {seq}" for seq in AFTER_EACH]
    room.groups.rename(ROOM, Seq(9), "")
    assert group(room).name == ""


def test_the_last_announcement_counts_and_stands_beside_the_group(room: Stores) -> None:
    assert announced(room) == Announcement()
    found = []
    before = group(room)
    for seq in SEQS:
        room.groups.announce(ROOM, Seq(seq), Announcement(f"text {seq}", CAROL, NOW_MS + seq))
        found.append(announced(room))
    assert found == [Announcement(f"text {seq}", CAROL, NOW_MS + seq) for seq in AFTER_EACH]
    assert room.groups.described_to(BOB, ROOM)[:2] == (before, person(room)) == room.groups.seen_by(BOB, ROOM)
    assert room.groups.described_to(ALICE, ROOM)[:2] == (before, None)
    room.groups.announce(ROOM, Seq(9), Announcement("", CAROL, NOW_MS))
    assert announced(room).text == ""


def test_the_last_mute_of_all_counts(room: Stores) -> None:
    found = []
    for seq in SEQS:
        room.groups.mute_all(ROOM, Seq(seq), NOW_MS + seq)
        found.append(group(room).muted_until_ms - NOW_MS)
    assert tuple(found) == AFTER_EACH
    room.groups.mute_all(ROOM, Seq(9), 0)
    assert group(room).muted_until_ms == 0


def test_the_last_mute_of_a_member_counts_and_outlasts_the_membership(room: Stores) -> None:
    found = []
    for seq in SEQS:
        room.members.mute(BOB, ROOM, Seq(seq), NOW_MS + seq)
        found.append(person(room).muted_until_ms - NOW_MS)
    assert tuple(found) == AFTER_EACH
    dismiss(room, 9)
    admit(room, 11)
    assert person(room).muted_until_ms == NOW_MS + 7


def test_whoever_is_no_member_is_not_muted(room: Stores) -> None:
    before = room.trace()
    room.members.mute(CAROL, ROOM, Seq(5), NOW_MS)
    room.members.mute(BOB, ROOM, Seq(1), NOW_MS)
    assert room.trace() == before
    dismiss(room, 9)
    before = room.trace()
    room.members.mute(BOB, ROOM, Seq(10), NOW_MS)
    assert room.trace() == before


def test_a_group_ends_once(room: Stores) -> None:
    for seq, number in ((5, 3), (5, 3), (7, 4)):
        room.groups.dissolve(ROOM, Seq(seq), number)
        assert (group(room).dissolved, group(room).dissolved_number) == (5, 3)


def test_whoever_counts_the_last_member_out_learns_that_nobody_is_left(room: Stores) -> None:
    assert not room.groups.count_members(ROOM, Seq(1), 2)
    assert not room.groups.count_members(ROOM, Seq(3), -1)
    for _ in range(2):
        assert room.groups.count_members(ROOM, Seq(4), -1)
    assert not room.groups.count_members(ROOM, Seq(3), -1), "nobody is left after a later message"
    assert group(room) == replace(a_group(), counted_to=Seq(4))
