"""The message behind a sender's msgId."""

from catchup.domain.ids import MsgId, Seq
from catchup.domain.message import Place, Route
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, endpoint, sent
from tests.support.outages import Outages


def test_a_new_msg_id_is_reserved(stores: Stores) -> None:
    assert stores.sent_log.reserve(sent(1)) is None
    found = stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [])
    assert found.sent == sent(1)


def test_reserving_again_changes_nothing_and_returns_what_is_there(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    before = stores.trace()
    assert stores.sent_log.reserve(sent(7, route=Route.LIVE)) == sent(1)
    assert stores.trace() == before


def test_each_person_and_each_msg_id_has_a_reservation_of_its_own(stores: Stores) -> None:
    others = [sent(2, msg_id="n"), sent(3, uid=BOB), sent(4, msg_id="M")]
    stores.sent_log.reserve(sent(1))
    assert [stores.sent_log.reserve(other) for other in others] == [None] * 3
    assert [stores.sent_log.reserve(other) for other in others] == others


def test_a_candidate_moves_if_it_is_where_the_mover_saw_it(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    assert stores.sent_log.move(sent(1), Place(Seq(2))) == sent(2)
    assert stores.sent_log.reserve(sent(1)) == sent(2)


def test_a_candidate_that_another_has_moved_stays_and_is_returned(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    stores.sent_log.move(sent(1), Place(Seq(2)))
    before = stores.trace()
    assert stores.sent_log.move(sent(1), Place(Seq(5))) == sent(2)
    assert stores.trace() == before


def test_a_live_message_is_rerouted_to_stored(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1, route=Route.LIVE))
    assert stores.sent_log.reroute(sent(1, route=Route.LIVE)) == sent(1)


def test_rerouting_again_changes_nothing(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1, route=Route.LIVE))
    stores.sent_log.reroute(sent(1, route=Route.LIVE))
    before = stores.trace()
    assert stores.sent_log.reroute(sent(1, route=Route.LIVE)) == sent(1)
    assert stores.trace() == before


def test_moving_keeps_the_route_and_rerouting_the_seq(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1, route=Route.LIVE))
    assert stores.sent_log.move(sent(1, route=Route.LIVE), Place(Seq(2))) == sent(2, route=Route.LIVE)
    assert stores.sent_log.reroute(sent(1, route=Route.LIVE)) == sent(2)


def test_a_reservation_lasts_for_days(stores: Stores) -> None:
    stores.sent_log.reserve(sent(1))
    (row,) = stores.rows("Sent")
    assert int(row["ttl"]["N"]) == NOW_MS // 1_000 + 7 * 86_400


def test_looking_up_what_nobody_sent_finds_nothing_and_no_head(stores: Stores) -> None:
    found = stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [BOB, ALICE])
    assert (found.sent, found.head, dict(found.presence)) == (None, 0, {BOB: (), ALICE: ()})


def test_one_call_looks_up_the_reservation_the_head_and_who_is_online(stores: Stores, outages: Outages) -> None:
    stores.sent_log.reserve(sent(9))
    stores.messages.raise_head(SESSION, Seq(8))
    stores.presence.register(endpoint())
    outages.heal()
    found = stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, [BOB, ALICE])
    assert (found.sent, found.head, dict(found.presence)) == (sent(9), 8, {BOB: (endpoint(),), ALICE: ()})
    assert outages.sent == ["BatchGetItem"]


def test_nobodys_presence_is_read_unless_asked_for(stores: Stores) -> None:
    stores.presence.register(endpoint())
    assert stores.sent_log.look_up(ALICE, MsgId("m"), SESSION, []).presence == {}
