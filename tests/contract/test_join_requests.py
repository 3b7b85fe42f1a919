"""Who asks to join a group: one request a person, none of a member, and whatever makes a member ends it."""

import pytest

from catchup.domain.group import JoinRequest
from catchup.domain.ids import MsgId, Seq, Uid
from catchup.domain.membership import Role
from tests.contract.groups import ALICE, BOB, CAROL, HALL, ROOM, admit, dismiss, person
from tests.contract.stores import NOW_MS, Stores


def ask(stores: Stores, uid: Uid = BOB, note: str = "hi", at_ms: int = NOW_MS) -> JoinRequest | None:
    return stores.requests.ask(ROOM, JoinRequest(uid, note, at_ms))


def waiting(stores: Stores) -> list[Uid]:
    return [each.uid for each in stores.requests.page(ROOM, None, 9)[0]]


def test_whoever_asks_is_listed_and_is_no_member(stores: Stores) -> None:
    assert ask(stores) == JoinRequest(BOB, "hi", NOW_MS)
    assert stores.requests.page(ROOM, None, 9) == ([JoinRequest(BOB, "hi", NOW_MS)], None)
    assert stores.requests.page(HALL, None, 9) == ([], None)
    row = stores.members.read([BOB], ROOM)[BOB]
    assert (row.was_member, row.asked_at_ms) == (False, NOW_MS)
    assert stores.counters.named(BOB, [ROOM]) == []
    assert stores.members.page(ROOM, None, 9) == ([], None)


def test_to_ask_again_changes_the_note_alone(stores: Stores) -> None:
    ask(stores)
    assert ask(stores, note="please", at_ms=NOW_MS + 9) == JoinRequest(BOB, "please", NOW_MS)
    assert waiting(stores) == [BOB]


def test_members_do_not_ask(stores: Stores) -> None:
    admit(stores, 2)
    before = stores.trace()
    assert ask(stores) is None
    stores.requests.forget(BOB, ROOM)
    assert stores.trace() == before


def test_a_refusal_ends_one_request(stores: Stores) -> None:
    ask(stores)
    stores.requests.refuse(BOB, ROOM, ALICE, MsgId("r-1"))
    assert waiting(stores) == []
    ask(stores, note="please")
    stores.requests.refuse(BOB, ROOM, ALICE, MsgId("r-1"))
    assert waiting(stores) == [BOB]
    stores.requests.refuse(BOB, ROOM, CAROL, MsgId("r-1"))
    assert waiting(stores) == []


def test_a_refusal_of_nobody_leaves_no_trace(stores: Stores) -> None:
    before = stores.trace()
    stores.requests.refuse(BOB, ROOM, ALICE, MsgId("r-1"))
    assert stores.trace() == before


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OWNER])
def test_an_admission_ends_a_request(stores: Stores, role: Role) -> None:
    ask(stores)
    assert admit(stores, 2, role=role)
    assert waiting(stores) == []
    assert person(stores).asked_at_ms == 0
    dismiss(stores, 4)
    assert waiting(stores) == []
    assert ask(stores, at_ms=NOW_MS + 5) == JoinRequest(BOB, "hi", NOW_MS + 5)


def test_an_admission_that_comes_late_ends_no_newer_request(stores: Stores) -> None:
    admit(stores, 2)
    dismiss(stores, 4)
    ask(stores)
    before = stores.trace()
    assert not admit(stores, 3)
    dismiss(stores, 4)
    assert stores.trace() == before


def test_a_request_is_forgotten_once(stores: Stores) -> None:
    ask(stores)
    for _ in range(2):
        stores.requests.forget(BOB, ROOM)
        assert waiting(stores) == []
    stores.requests.forget(CAROL, ROOM)
    assert [row["uid"]["S"] for row in stores.rows("Counter")] == [BOB], "nobody gets a row by being refused"


def test_requests_come_by_page(stores: Stores) -> None:
    for uid in (CAROL, ALICE, BOB):
        ask(stores, uid)
    first, last = stores.requests.page(ROOM, None, 2)
    assert ([each.uid for each in first], last) == ([ALICE, BOB], BOB)
    rest, last = stores.requests.page(ROOM, last, 2)
    assert ([each.uid for each in rest], last) == ([CAROL], None)


def test_the_owner_and_admins_are_listed_while_they_are(stores: Stores) -> None:
    admit(stores, 1, ALICE, Role.OWNER)
    admit(stores, 2, BOB)
    admit(stores, 3, CAROL)
    assert stores.requests.managers(ROOM, 9) == [ALICE]
    stores.members.set_role(BOB, ROOM, Seq(4), Role.ADMIN)
    stores.members.set_role(CAROL, ROOM, Seq(5), Role.ADMIN)
    assert stores.requests.managers(ROOM, 9) == [ALICE, BOB, CAROL]
    assert stores.requests.managers(ROOM, 2) == [ALICE, BOB]
    stores.members.set_role(BOB, ROOM, Seq(6), Role.MEMBER)
    dismiss(stores, 7, CAROL)
    assert stores.requests.managers(ROOM, 9) == [ALICE]
    assert stores.requests.managers(HALL, 9) == []


def test_a_request_that_can_t_be_read_hides_no_other(stores: Stores) -> None:
    ask(stores, CAROL)
    key = {"uid": {"S": BOB}, "sessionId": {"S": ROOM}}
    stores.put_row("Counter", {**key, "listed": {"S": "asks:room"}, "asked": {"S": "corrupt"}})
    assert waiting(stores) == [CAROL]
    assert stores.poison == [(stores.tables["CounterTable"], key)]


def test_whom_some_have_blocked_among_others(stores: Stores) -> None:
    people = [Uid(f"u{number:02}") for number in range(60)]
    stores.blocks.block(ALICE, people[3])
    stores.blocks.block(BOB, people[59])
    stores.blocks.block(people[5], ALICE)
    assert stores.blocks.blocked_among([ALICE, BOB, ALICE], people) == [people[3], people[59]]
    assert stores.blocks.blocked_among([ALICE], [ALICE]) == []
    assert stores.blocks.blocked_among([ALICE], []) == []
