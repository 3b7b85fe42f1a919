"""The message behind a sender's msgId."""

from catchup.domain.ids import MsgId, Seq
from catchup.domain.message import Numbers, Place
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, endpoint, message, sent, tell
from tests.support.outages import Outages


def test_a_new_msg_id_is_reserved(stores: Stores) -> None:
    assert stores.sent_log.reserve(sent(1)) is None
    found = stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [])
    assert found.sent == sent(1)


def test_reserving_again_changes_nothing_and_returns_what_is_there(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    before = stores.trace()
    assert stores.sent_log.reserve(sent(7, is_held=True)) == sent(1)
    assert stores.trace() == before


def test_each_person_and_each_msg_id_has_a_reservation_of_its_own(stores: Stores) -> None:
    others = [sent(2, msg_id="n"), sent(3, uid=BOB), sent(4, msg_id="M")]
    stores.sent_log.reserve(sent(1))
    assert [stores.sent_log.reserve(other) for other in others] == [None] * 3
    assert [stores.sent_log.reserve(other) for other in others] == others


def test_a_candidate_moves_if_it_is_where_the_mover_saw_it(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    there = sent(2, before=Numbers(3, 4))
    assert stores.sent_log.move(sent(1), there.place) == there
    assert stores.sent_log.reserve(sent(1)) == there


def test_a_candidate_that_another_has_moved_stays_and_is_returned(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    stores.sent_log.move(sent(1), Place(Seq(2)))
    before = stores.trace()
    assert stores.sent_log.move(sent(1), Place(Seq(5))) == sent(2)
    assert stores.trace() == before


def test_a_message_is_held_and_released_if_it_is_as_was_seen(stores: Stores) -> None:
    held, free = sent(1, is_held=True), sent(1)
    stores.sent_log.reserve(held)
    for _ in range(2):
        assert stores.sent_log.hold(held, is_held=False) == free
    before = stores.trace()
    assert stores.sent_log.hold(held, is_held=False) == free
    assert stores.trace() == before
    for _ in range(2):
        assert stores.sent_log.hold(free, is_held=True) == held


def test_moving_keeps_what_is_held_and_releasing_the_place(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1, is_held=True))
    assert stores.sent_log.move(sent(1, is_held=True), Place(Seq(2))) == sent(2, is_held=True)
    assert stores.sent_log.hold(sent(1, is_held=True), is_held=False) == sent(2)


def test_what_is_not_there_is_neither_held_nor_released(stores: Stores) -> None:
    stores.sent_log.hold(sent(1), is_held=True)
    stores.sent_log.hold(sent(1, is_held=True), is_held=False)
    assert stores.rows("Sent") == []


def test_a_reservation_lasts_for_days(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    (row,) = stores.rows("Sent")
    assert int(row["ttl"]["N"]) == NOW_MS // 1_000 + 7 * 86_400


def test_looking_up_what_nobody_sent_finds_nothing_and_no_head(stores: Stores) -> None:
    found = stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [BOB, ALICE])
    assert (found.sent, found.after_head, dict(found.presence)) == (None, Place(1), {BOB: (), ALICE: ()})
    assert (found.is_listed, found.counter.blocked) == (False, False)


def test_one_call_looks_up_the_reservation_the_head_and_who_is_online(stores: Stores, outages: Outages) -> None:
    stores.sent_log.reserve(sent(9))
    stores.counters.ensure(ALICE, SESSION, NOW_MS)
    tell(stores, 1, 2)
    stores.presence.register(endpoint())
    outages.heal()
    found = stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [BOB, ALICE])
    assert (found.sent, dict(found.presence)) == (sent(9), {BOB: (endpoint(),), ALICE: ()})
    assert (found.after_head, found.is_listed) == (Place(3, Numbers(2, 0)), True)
    assert outages.sent == ["BatchGetItem"]


def test_nobodys_presence_is_read_unless_asked_for(stores: Stores) -> None:
    stores.presence.register(endpoint())
    assert stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, []).presence == {}


def test_the_head_is_the_higher_one_of_the_two_counters_with_the_numbers_there(stores: Stores) -> None:
    tell(stores, 1, 2)
    stores.counters.raise_to(ALICE, message(4, sender=BOB, before=Numbers(2, 0)))
    for uid in (ALICE, BOB):
        assert stores.sent_log.look_up(uid, MsgId("m"), SESSION, []).after_head == Place(5, Numbers(2, 1))


def test_notes_have_one_counter(stores: Stores) -> None:
    notes = "p:alice:alice"
    assert stores.sent_log.look_up(ALICE, MsgId("m"), notes, [ALICE]).after_head == Place(1)
    stores.counters.raise_to(ALICE, message(1, session=notes, to=ALICE))
    assert stores.sent_log.look_up(ALICE, MsgId("m"), notes, [ALICE]).after_head == Place(2, Numbers(1))


def test_the_receivers_counter_says_whether_a_message_was_told(stores: Stores) -> None:
    tell(stores, 1, 2)
    assert stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, []).counter.has_told(Seq(2))
    assert not stores.sent_log.look_up(BOB, MsgId("m"), SESSION, []).counter.has_told(Seq(1))


def test_who_is_blocked_by_the_receiver_is_told_so(stores: Stores) -> None:
    stores.blocks.block(BOB, ALICE)
    assert [stores.sent_log.look_up(uid, MsgId("m"), SESSION, []).counter.blocked for uid in (ALICE, BOB)] == [
        True,
        False,
    ]
    assert not stores.sent_log.look_up(BOB, MsgId("m"), SESSION, []).is_listed
    stores.blocks.unblock(BOB, ALICE)
    assert not stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, []).counter.blocked
