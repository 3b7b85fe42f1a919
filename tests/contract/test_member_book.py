"""A person in a group: the newest change of membership wins, whenever each of them comes."""

import itertools
from collections.abc import Callable
from functools import partial

import pytest

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import MENTIONS_LIMIT, Membership, Role
from catchup.usecases.groups.ports import MemberEntry
from tests.conftest import on_dynamodb_local_alone
from tests.contract.groups import (
    ALICE,
    BOB,
    CAROL,
    HALL,
    ROOM,
    a_group,
    admit,
    dismiss,
    mention,
    mentions,
    note,
    person,
    settle,
)
from tests.contract.stores import NOW_MS, SESSION, Stores, tell

Change = Callable[[], bool]


def set_role(stores: Stores, seq: int, role: Role, uid: Uid = BOB) -> bool:
    return stores.members.set_role(uid, ROOM, Seq(seq), role)


def changes_nothing(stores: Stores, change: Callable[[], object]) -> object:
    before = stores.trace()
    result = change()
    assert stores.trace() == before
    return result


# ---------------------------------------------------------------- coming and going


def test_whoever_is_admitted_is_a_member_from_that_message_on(stores: Stores) -> None:
    assert admit(stores, 4, role=Role.ADMIN)
    expected = Membership(BOB, ROOM, role=Role.ADMIN, joined=Seq(4), joined_number=3, cleared=3, timestamp_ms=NOW_MS)
    assert person(stores) == expected
    assert expected.is_member


def test_the_same_change_again_succeeds_and_changes_nothing(stores: Stores) -> None:
    admit(stores, 2)
    for change in (
        partial(admit, stores, 2),
        partial(set_role, stores, 3, Role.ADMIN),
        partial(dismiss, stores, 4),
    ):
        change()
        assert changes_nothing(stores, change) is True


def test_an_admission_again_succeeds_when_the_person_has_left_since(stores: Stores) -> None:
    admit(stores, 2)
    dismiss(stores, 3)
    assert changes_nothing(stores, lambda: admit(stores, 2)) is True
    assert not person(stores).is_member


def test_whoever_is_a_member_is_not_admitted_again(stores: Stores) -> None:
    admit(stores, 2, role=Role.OWNER)
    note(stores, 3)
    found = person(stores)
    assert not admit(stores, 5)
    assert person(stores) == found


def test_whoever_leaves_is_no_member_but_was_one(stores: Stores) -> None:
    admit(stores, 2)
    assert dismiss(stores, 5)
    found = person(stores)
    assert (found.is_member, found.was_member, found.left, found.left_number) == (False, True, 5, 4)
    assert stores.members.page(ROOM, None, 9) == ([], None)


def test_whoever_comes_back_begins_anew(stores: Stores) -> None:
    admit(stores, 2, role=Role.ADMIN)
    found = note(stores, 3, 4, 5)
    assert found is not None
    settle(stores, found, 3)
    mention(stores, 4)
    dismiss(stores, 6)
    assert admit(stores, 9)
    assert person(stores) == Membership(
        BOB,
        ROOM,
        role=Role.MEMBER,
        joined=Seq(9),
        joined_number=8,
        left=Seq(6),
        left_number=5,
        cleared=8,
        timestamp_ms=NOW_MS,
    )


def test_an_admission_that_comes_after_a_later_dismissal_undoes_nothing(stores: Stores) -> None:
    admit(stores, 2)
    dismiss(stores, 6)
    assert changes_nothing(stores, lambda: admit(stores, 4)) is False


def test_a_dismissal_that_comes_after_a_later_admission_undoes_nothing(stores: Stores) -> None:
    admit(stores, 2)
    dismiss(stores, 3)
    admit(stores, 6)
    for seq in (4, 5, 6):
        assert changes_nothing(stores, lambda seq=seq: dismiss(stores, seq)) is False
    assert dismiss(stores, 7)


@on_dynamodb_local_alone
@pytest.mark.parametrize("newest", [4, 5])
def test_what_is_repeated_late_undoes_nothing(make_stores: Callable[[], Stores], newest: int) -> None:
    """Changes are applied in the order of the session; whoever applies them may be slow, and do so once more."""
    stores = make_stores()
    # Admitted by 2 and by 4, dismissed by 3 and by 5.
    change = {seq: (dismiss if seq % 2 else admit) for seq in range(2, newest + 1)}
    for number, late in enumerate(itertools.permutations(change)):
        uid = Uid(f"u{number}")
        for seq in (*change, *late):
            change[seq](stores, seq, uid)
            if seq == newest:
                there = person(stores, uid)
        assert person(stores, uid) == there, f"{late}: the last word was that of {newest}"
        assert there.is_member is (newest == 4)


def test_a_dismissal_of_a_stranger_tells_nobody_of_a_group(stores: Stores) -> None:
    assert changes_nothing(stores, lambda: dismiss(stores, 3)) is False
    assert stores.members.page(ROOM, None, 9) == ([], None)
    assert admit(stores, 4)


# ---------------------------------------------------------------- roles


def test_the_newest_role_stays_whenever_an_older_one_comes(stores: Stores) -> None:
    admit(stores, 2)
    assert set_role(stores, 7, Role.ADMIN)
    assert changes_nothing(stores, lambda: set_role(stores, 5, Role.OWNER)) is True
    assert person(stores).role is Role.ADMIN


def test_a_role_of_a_former_membership_is_not_carried_over(stores: Stores) -> None:
    admit(stores, 2)
    dismiss(stores, 4)
    assert changes_nothing(stores, lambda: set_role(stores, 3, Role.ADMIN)) is False
    admit(stores, 6)
    assert changes_nothing(stores, lambda: set_role(stores, 3, Role.ADMIN)) is False


def test_a_role_of_someone_who_has_left_since_is_theirs_no_more(stores: Stores) -> None:
    admit(stores, 2)
    assert set_role(stores, 3, Role.OWNER)
    dismiss(stores, 4)
    assert changes_nothing(stores, lambda: set_role(stores, 3, Role.OWNER)) is False


def test_whoever_is_no_member_gets_no_role(stores: Stores) -> None:
    assert changes_nothing(stores, lambda: set_role(stores, 3, Role.ADMIN)) is False


# ---------------------------------------------------------------- mentions


def test_a_member_is_mentioned_once_by_each_message(stores: Stores) -> None:
    admit(stores, 2)
    mention(stores, 5, 3, 5)
    assert person(stores).mentions == mentions(3, 5)
    changes_nothing(stores, lambda: mention(stores, 3))


def test_mentions_of_what_was_cleared_or_of_no_member_are_not_noted(stores: Stores) -> None:
    changes_nothing(stores, lambda: mention(stores, 3))
    admit(stores, 4)
    stores.members.clear(person(stores), 6, 0)
    changes_nothing(stores, lambda: mention(stores, 3, 6))
    dismiss(stores, 8)
    changes_nothing(stores, lambda: mention(stores, 9))


@on_dynamodb_local_alone
def test_no_more_mentions_are_kept_than_are_told_and_the_newest_stay(stores: Stores) -> None:
    admit(stores, 1)
    newest = 4 * MENTIONS_LIMIT
    for seq in range(2, newest + 1):
        mention(stores, seq)
        assert len(person(stores).mentions) <= MENTIONS_LIMIT + MENTIONS_LIMIT // 2
    assert person(stores).mentions >= mentions(*range(newest - MENTIONS_LIMIT + 1, newest + 1))


# ---------------------------------------------------------------- what a device knows of


def test_a_clear_says_that_a_device_knows_when_the_person_came_or_went_though_no_number_moves(stores: Stores) -> None:
    admit(stores, 2)
    assert person(stores).seen < person(stores).last_turn
    for seq, turn in ((2, lambda: None), (5, lambda: dismiss(stores, 5)), (7, lambda: admit(stores, 7))):
        turn()
        assert stores.members.clear(person(stores), person(stores).cleared, 0)
        assert person(stores).seen == person(stores).last_turn == seq
        found = person(stores)
        changes_nothing(stores, lambda found=found: stores.members.clear(found, found.cleared, 0))


def test_a_clear_does_not_say_so_of_what_has_changed_since_the_row_was_read(stores: Stores) -> None:
    admit(stores, 2)
    found = person(stores)
    dismiss(stores, 5)
    assert changes_nothing(stores, lambda: stores.members.clear(found, 1, 0)) is False


# ---------------------------------------------------------------- the roster


def test_that_a_login_enters_the_roster_is_noted_of_members(stores: Stores) -> None:
    changes_nothing(stores, lambda: stores.members.roster_noted(BOB, ROOM))
    admit(stores, 2)
    stores.members.roster_noted(BOB, ROOM)
    assert person(stores).in_roster
    changes_nothing(stores, lambda: stores.members.roster_noted(BOB, ROOM))


# ---------------------------------------------------------------- the list of members


def test_members_come_in_the_order_of_their_uids_page_by_page(stores: Stores) -> None:
    for number in (4, 2, 5, 1, 3):
        admit(stores, number, Uid(f"u{number}"), Role.ADMIN if number == 3 else Role.MEMBER)
    admit(stores, 6, Uid("u0"), session=HALL)
    dismiss(stores, 7, Uid("u4"))
    entries = [MemberEntry(Uid(f"u{n}"), Role.ADMIN if n == 3 else Role.MEMBER, Seq(n)) for n in (1, 2, 3, 5)]
    assert stores.members.page(ROOM, None, 4) == (entries, None)
    assert stores.members.page(ROOM, None, 2) == (entries[:2], "u2")
    assert stores.members.page(ROOM, Uid("u2"), 2) == (entries[2:], None)
    assert stores.members.page(ROOM, Uid("u2x"), 1) == (entries[2:3], "u3")
    assert stores.members.page(ROOM, Uid("u5"), 2) == ([], None)


def test_a_group_without_members_has_an_empty_list(stores: Stores) -> None:
    assert stores.members.page(ROOM, None, 3) == ([], None)


# ---------------------------------------------------------------- beside private sessions


def test_private_sessions_and_groups_are_listed_side_by_side(stores: Stores) -> None:
    tell(stores, 1)
    admit(stores, 2)
    admit(stores, 3, session=HALL)
    admit(stores, 2, CAROL)
    private = stores.counters.named(BOB, [SESSION])[0]
    assert isinstance(private, Counter)
    hall, room = person(stores, session=HALL), person(stores)
    assert stores.counters.all(BOB) == [hall, room, private]
    assert stores.counters.page(BOB, None, 2) == ([hall, room], ROOM)
    assert stores.counters.page(BOB, ROOM, 2) == ([private], None)
    assert stores.counters.page(BOB, HALL, 1) == ([room], ROOM)
    nowhere, nobody = SessionId("g:nowhere"), SessionId("p:bob:nobody")
    assert stores.counters.named(BOB, [ROOM, nowhere, SESSION, nobody]) == [
        room,
        private,
        Counter(nobody),
    ]


def test_what_is_counted_privately_leaves_the_group_alone(stores: Stores) -> None:
    admit(stores, 2)
    found = person(stores)
    tell(stores, 1)
    stores.counters.clear(BOB, SESSION, 1)
    assert person(stores) == found


def test_each_person_and_each_group_is_apart(stores: Stores) -> None:
    stores.groups.found(a_group())
    admit(stores, 2)
    admit(stores, 2, ALICE)
    admit(stores, 2, session=HALL)
    note(stores, 3)
    stores.members.clear(person(stores), 2, 0)
    dismiss(stores, 5)
    for uid, session in ((ALICE, ROOM), (BOB, HALL)):
        expected = Membership(uid, session, joined=Seq(2), joined_number=1, cleared=1, timestamp_ms=NOW_MS)
        assert person(stores, uid, session) == expected
    assert person(stores).own == {3}
