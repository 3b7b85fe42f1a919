"""Every message once, at the seq that its put has allocated."""

from dataclasses import replace

import pytest

from catchup.domain.counter import Counter
from catchup.domain.group import GroupChange
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Role
from catchup.domain.message import NONE, Message, Numbers, Place
from catchup.domain.page import Bounds
from catchup.domain.standing import Changed
from catchup.errors import OutOfTime
from catchup.usecases.catching_up.ports import Stretch
from catchup.usecases.sending.ports import Link
from catchup.wire.group_changes import content_of
from tests.contract.groups import ROOM
from tests.contract.stores import ALICE, BOB, LONG_TEXT, NOW_MS, SESSION, Stores, message, message_row, sent, tell

OTHER = SessionId("p:alice:carl")


def link(seq: int, author: Uid = ALICE, before: Numbers = NONE) -> Link:
    """A message, as those after it need it."""
    return Link(SESSION, Place(Seq(seq), before), author)


def test_a_free_seq_is_allocated(stores: Stores) -> None:
    assert stores.messages.allocate(message(1)) == message(1)
    assert stores.messages.page(SESSION, Bounds(), 10, newest_first=True) == Stretch([message(1)], more=False, lowest=1)


def test_allocating_again_returns_the_message_as_it_was_first_accepted(stores: Stores) -> None:
    stores.messages.allocate(message(1))
    before = stores.trace()
    again = replace(message(1), accepted_at_ms=NOW_MS + 5_000)
    assert stores.messages.allocate(again) == message(1)
    assert stores.trace() == before


def test_a_seq_that_another_message_has_is_not_allocated(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="first"))
    before = stores.trace()
    assert stores.messages.allocate(message(1, msg_id="second")) == link(1)
    assert stores.trace() == before


def test_the_same_msg_id_of_the_other_person_is_another_message(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="m"))
    assert stores.messages.allocate(message(1, msg_id="m", sender=BOB, to=ALICE)) == link(1)


def test_each_session_has_seqs_of_its_own(stores: Stores) -> None:
    elsewhere = message(1, session=OTHER)
    assert stores.messages.allocate(message(1)) == message(1)
    assert stores.messages.allocate(elsewhere) == elsewhere


def test_a_message_keeps_its_content_to_the_byte(stores: Stores) -> None:
    odd = message(1, text='😀 \u0000 \\ " é ' + "x" * 16_000)
    stores.messages.allocate(odd)
    assert stores.messages.page(SESSION, Bounds(), 1, newest_first=True).messages == [odd]


def test_a_message_is_found_where_its_reservation_says_with_the_receivers_counter(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="m"))
    tell(stores, 1)
    stores.counters.ensure(ALICE, SESSION, NOW_MS)
    found, counter = stores.messages.find(sent(1), SESSION, BOB)
    assert found == message(1, msg_id="m")
    assert counter == Counter(SESSION, last_seq=1, received=1, timestamp_ms=NOW_MS)


def test_a_candidate_proves_nothing_while_its_seq_is_free_or_anothers(stores: Stores) -> None:
    stores.messages.allocate(message(1, msg_id="other"))
    for candidate in (sent(1), sent(2)):
        found, counter = stores.messages.find(candidate, SESSION, BOB)
        assert found is None
        assert counter == Counter(SESSION)


def test_the_messages_between_two_seqs_come_in_their_order(stores: Stores) -> None:
    for number in (1, 2, 4, 6):
        stores.messages.allocate(message(number))
    stores.messages.allocate(message(3, sender=BOB, to=ALICE, before=Numbers(2, 0)))
    found = stores.messages.between(SESSION, Seq(1), Seq(6))
    assert found == [link(2), link(3, BOB, Numbers(2, 0)), link(4)]
    assert [(each.number, each.following) for each in found] == [
        (1, Place(3, Numbers(1, 0))),
        (1, Place(4, Numbers(2, 1))),
        (1, Place(5, Numbers(1, 0))),
    ]
    for after, before in ((1, 2), (2, 2), (6, 3), (6, 99), (4, 6)):
        assert stores.messages.between(SESSION, Seq(after), Seq(before)) == []


def test_all_between_are_found_although_they_exceed_what_one_query_reads(stores: Stores) -> None:
    stores.put_rows("Message", [message_row(message(seq, text=LONG_TEXT)) for seq in range(1, 81)])
    assert [each.place.seq for each in stores.messages.between(SESSION, Seq(0), Seq(80))] == [*range(1, 80)]


def test_no_time_is_no_answer(stores: Stores) -> None:
    stores.messages.allocate(message(1))
    stores.time.left_ms = 900
    for ask in (
        lambda: stores.messages.between(SESSION, Seq(0), Seq(9)),
        lambda: stores.messages.first(SESSION),
    ):
        with pytest.raises(OutOfTime):
            ask()


def test_the_first_message_is_the_first_that_retention_has_left(stores: Stores) -> None:
    assert stores.messages.first(SESSION) is None
    rows = [message_row(message(seq, before=Numbers(seq - 1)), expired=seq < 4) for seq in range(2, 7)]
    stores.put_rows("Message", rows)
    assert stores.messages.first(SESSION) == link(4, before=Numbers(3))
    stores.put_rows("Message", [message_row(message(seq), expired=True) for seq in range(2, 7)])
    assert stores.messages.first(SESSION) is None


def test_messages_that_do_not_say_how_many_are_before_them_are_passed_and_reported(stores: Stores) -> None:
    for seq in (1, 3):
        stores.messages.allocate(message(seq))
    stores.put_row("Message", {**message_row(message(2)), "before": {"S": "1"}})
    assert stores.messages.between(SESSION, Seq(0), Seq(4)) == [link(1), link(3)]
    stores.put_row("Message", {**message_row(message(3)), "before": {"S": "1#x"}})
    assert stores.messages.last(SESSION) is None
    assert stores.messages.allocate(message(3, msg_id="late", before=Numbers(7))) == link(3, before=Numbers(7))
    assert len(stores.poison) == 2


# ---------------------------------------------------------------- the chain of changes


def change(seq: int, event: GroupChange, last_change: int = 0) -> Message:
    plain = message(seq, to="room", session=ROOM, before=Numbers(seq - 1))
    draft = replace(plain.draft, content=content_of(event), is_system=True)
    return replace(plain, draft=draft, last_change=Seq(last_change))


EVENTS = [
    GroupChange("create", (BOB,), name="The room"),
    GroupChange("join"),
    GroupChange("leave"),
    GroupChange("add", (BOB, ALICE)),
    GroupChange("remove", (BOB,)),
    GroupChange("role", (BOB,), role=Role.ADMIN),
]


@pytest.mark.parametrize("event", EVENTS, ids=[event.kind for event in EVENTS])
def test_a_change_can_be_read_from_its_message(stores: Stores, event: GroupChange) -> None:
    stores.messages.allocate(change(4, event, last_change=2))
    found = stores.messages.link(ROOM, Seq(4))
    place = Place(4, Numbers(3), 2)
    assert found == Link(ROOM, place, ALICE, True, Changed(Seq(4), ALICE, event, NOW_MS, number=3))
    assert stores.messages.last(ROOM) == found
    assert found.following == Place(5, Numbers(3), 4)


def test_a_message_hands_the_last_change_on(stores: Stores) -> None:
    stores.messages.allocate(replace(message(5, session=ROOM, before=Numbers(3)), last_change=Seq(4)))
    found = stores.messages.link(ROOM, Seq(5))
    assert found == Link(ROOM, Place(5, Numbers(3), 4), ALICE)
    assert found.following == Place(6, Numbers(4), 4)


def test_who_meets_another_message_learns_what_it_changes(stores: Stores) -> None:
    stores.messages.allocate(change(4, EVENTS[4], last_change=2))
    met = stores.messages.allocate(replace(message(4, msg_id="late", session=ROOM), last_change=Seq(2)))
    assert met._replace(place=Place(4, Numbers(3), 2)) == stores.messages.link(ROOM, Seq(4))


def test_there_is_no_link_where_nothing_is_any_more(stores: Stores) -> None:
    assert stores.messages.link(ROOM, Seq(4)) is None
    assert stores.messages.last(ROOM) is None


@pytest.mark.parametrize("damage", [{"payload": {"B": b"\xff"}}, {"payload": {"S": "x"}}, {"layout": {"N": "9"}}])
def test_a_change_that_cant_be_read_changes_nothing_and_is_one_all_the_same(
    stores: Stores, damage: dict[str, dict[str, object]]
) -> None:
    stores.put_row("Message", message_row(change(4, EVENTS[4], last_change=2)) | damage)
    assert stores.messages.link(ROOM, Seq(4)) == Link(ROOM, Place(4, Numbers(3), 2), ALICE, True, None)
    assert stores.poison
