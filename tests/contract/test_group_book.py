"""A group's own row: made once, its head only rises, its members are counted once for each change."""

from dataclasses import replace

import pytest

from catchup.domain.ids import Seq, SessionId
from catchup.domain.membership import MENTIONS_LIMIT, Mention
from catchup.domain.message import Numbers, Place
from tests.conftest import on_dynamodb_local_alone
from tests.contract.groups import ALICE, BOB, CAROL, HALL, ROOM, a_group, admit, group, mentions, person, raise_head
from tests.contract.stores import NOW_MS, Stores


@pytest.fixture
def room(stores: Stores) -> Stores:
    """A group that was just made."""
    assert stores.groups.found(a_group())
    return stores


# ---------------------------------------------------------------- making


def test_a_group_is_as_its_founder_made_it(stores: Stores) -> None:
    made = replace(a_group(), is_open=True, open_history=True)
    assert stores.groups.found(made)
    assert group(stores) == made


def test_making_it_again_succeeds_and_changes_nothing(room: Stores) -> None:
    raise_head(room, 4)
    room.groups.count_members(ROOM, Seq(1), 3)
    before = room.trace()
    assert room.groups.found(replace(a_group(name="Another name"), timestamp_ms=NOW_MS + 5))
    assert room.trace() == before


def test_the_id_of_anothers_group_or_of_another_request_is_taken(room: Stores) -> None:
    before = room.trace()
    for founder in ("bob#create", "alice#another", "alice#creat"):
        assert not room.groups.found(a_group(founder=founder))
    assert room.trace() == before


# ---------------------------------------------------------------- reading


def test_a_group_is_seen_with_a_person_in_it(room: Stores) -> None:
    admit(room, 2)
    admit(room, 3, ALICE, session=HALL)
    assert room.groups.seen_by(BOB, ROOM) == (a_group(), person(room))
    assert room.groups.seen_by(ALICE, ROOM) == (a_group(), None)
    assert room.groups.seen_by(BOB, HALL) == (None, None)


def test_of_many_groups_those_that_there_are_come(room: Stores) -> None:
    sessions = [SessionId(f"g:c{number:03}") for number in range(101)]
    for session in (sessions[0], sessions[-1]):
        room.groups.found(a_group(session))
    assert set(room.groups.many([*sessions, ROOM])) == {sessions[0], sessions[-1], ROOM}
    assert room.groups.many([]) == {}


# ---------------------------------------------------------------- the head


def test_the_head_is_raised_with_its_time_and_never_lowered(room: Stores) -> None:
    found = []
    for seq in (2, 5, 3, 5):
        raise_head(room, seq, at_ms=NOW_MS + seq)
        found.append((group(room).head, group(room).timestamp_ms - NOW_MS))
    assert found == [(2, 2), (5, 5), (5, 5), (5, 5)]
    raise_head(room, 5, at_ms=NOW_MS + 99)
    assert group(room).timestamp_ms == NOW_MS + 5


def test_number_and_last_change_are_raised_together_with_the_head(room: Stores) -> None:
    found = []
    for seq, number, last_change in ((2, 1, 1), (5, 3, 5), (3, 2, 1), (6, 4, 5)):
        raise_head(room, seq, number, last_change)
        found.append((group(room).head, group(room).number, group(room).last_change))
        assert group(room).after_head == Place(found[-1][0] + 1, Numbers(found[-1][1]), found[-1][2])
    assert found == [(2, 1, 1), (5, 3, 5), (5, 3, 5), (6, 4, 5)]


# ---------------------------------------------------------------- the owner


def test_the_last_hand_over_in_the_order_of_the_session_counts_whenever_it_comes(stores: Stores) -> None:
    stores.groups.found(replace(a_group(), owner=ALICE))
    found = []
    for seq, heir in ((5, BOB), (3, CAROL), (5, CAROL), (7, ALICE), (5, BOB)):
        stores.groups.hand_over(ROOM, Seq(seq), heir)
        found.append((group(stores).owner, group(stores).owner_seq))
    assert found == [(BOB, 5), (BOB, 5), (BOB, 5), (ALICE, 7), (ALICE, 7)]


# ---------------------------------------------------------------- the number of members


def test_members_are_counted_once_for_each_message_whenever_it_is_repeated(room: Stores) -> None:
    for seq, change in ((1, 3), (1, 3), (3, 2), (1, 3), (4, -1), (3, 2), (4, -1)):
        room.groups.count_members(ROOM, Seq(seq), change)
    assert group(room).members == 3 + 2 - 1
    before = room.trace()
    room.groups.count_members(ROOM, Seq(3), 2)
    assert room.trace() == before


# ---------------------------------------------------------------- the rest of the row


@on_dynamodb_local_alone
def test_messages_that_mention_all_are_noted_once_and_the_newest_stay(room: Stores) -> None:
    for seq in (3, 1, 3):
        room.groups.mention_all(ROOM, Mention(seq, seq))
    room.groups.mention_all(ROOM, Mention(Seq(2), 2, "Ab3d"))
    assert group(room).to_all == {*mentions(1, 3), Mention(Seq(2), 2, "Ab3d")}
    newest = 4 * MENTIONS_LIMIT
    for seq in range(4, newest + 1):
        room.groups.mention_all(ROOM, Mention(seq, seq))
        assert len(group(room).to_all) <= MENTIONS_LIMIT + MENTIONS_LIMIT // 2
    assert group(room).to_all >= mentions(*range(newest - MENTIONS_LIMIT + 1, newest + 1))


def test_a_roster_begins_once(room: Stores) -> None:
    room.groups.start_roster(ROOM, NOW_MS + 1)
    before = room.trace()
    room.groups.start_roster(ROOM, NOW_MS + 9)
    assert room.trace() == before
    assert group(room).roster_since_ms == NOW_MS + 1


def test_a_group_becomes_hot_and_cools_down(room: Stores) -> None:
    cool = room.trace()
    for _ in range(2):
        room.groups.set_hot(ROOM, True)
        assert group(room).hot
    for _ in range(2):
        room.groups.set_hot(ROOM, False)
        assert room.trace() == cool


def test_cooling_a_group_that_there_is_not_makes_none(stores: Stores) -> None:
    stores.groups.set_hot(ROOM, False)
    assert stores.rows("Session") == []
