"""Red packets from the giver to the end, with a fault or somebody else at each call: money is conserved, a person has
one claim, and who was told of a share gets it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from catchup.domain.message import Message
from catchup.domain.packets import Claims, reserve_key
from catchup.errors import NotAMember
from catchup.usecases.packets.open import Opened, Outcome
from catchup.usecases.packets.ports import Declined, Due
from catchup.usecases.packets.state import TellPacket
from tests.conftest import on_dynamodb_local_alone
from tests.contract.packet_people import ENDOWMENT, Stage, survives
from tests.contract.packets import HOUR_MS, packet
from tests.contract.stores import NOW_MS, Stores
from tests.support.engines import template
from tests.support.rows import delete_rows

GIVEN = packet(count=2, total=1_000)
FAULTS = [Stage.kill_before, Stage.kill_after, Stage.lose_answer]
# More than there are calls in any of these stories.
MOST_CALLS = 60


def story(stage: Stage, tries: int) -> list[Opened]:
    """Alice gives a packet, and others open it; each tries again as often. Returns what they were told."""
    told: list[Opened] = []
    actions: list[Callable[[], Any]] = [partial(stage.give, GIVEN)]
    actions += [lambda uid=uid: told.append(stage.open(uid, GIVEN.packet_id)) for uid in ("bob", "alice", "carol")]
    for action in actions:
        any(survives(action) for _ in range(tries))
    return told


def test_a_packet_is_given_opened_and_its_rest_given_back(stores: Stores) -> None:
    stage, given = Stage(stores), packet(count=3, total=1_000)
    assert isinstance(stage.give(given), Message)
    assert stage.wallet.balance_of("alice") == ENDOWMENT - 1_000
    first, second, third = given.shares
    assert stage.open("bob", given.packet_id) == Opened(Outcome.OPENED, first)
    stores.time.now_ms += 1
    assert stage.open("bob", given.packet_id) == Opened(Outcome.ALREADY_OPENED, first)
    assert stage.open("alice", given.packet_id) == Opened(Outcome.OPENED, second)
    assert stage.open("stranger", given.packet_id) == Opened(Outcome.NOT_FOR_YOU)
    stage.work_off()
    assert stage.wallet.balance_of("bob") == ENDOWMENT + first
    stores.time.now_ms += HOUR_MS
    assert stage.open("carol", given.packet_id) == Opened(Outcome.EXPIRED)
    stage.come_to_rest()
    assert stage.wallet.balance_of("alice") == ENDOWMENT - 1_000 + second + third
    assert stage.open("carol", given.packet_id) == Opened(Outcome.EXPIRED)
    assert stage.open("bob", given.packet_id) == Opened(Outcome.ALREADY_OPENED, first)
    stage.assert_whole(given)


def test_the_last_share_tells_who_was_luckiest(stores: Stores) -> None:
    stage = Stage(stores)
    story(stage, 1)
    assert stage.open("carol", GIVEN.packet_id) == Opened(Outcome.NOTHING_LEFT)
    stage.work_off()
    best = max(range(2), key=lambda slot: GIVEN.shares[slot])
    told = stage.group.told
    assert told[GIVEN.packet_id, "bob"] is None
    assert told[GIVEN.packet_id, "alice"].slot == best
    state = TellPacket(stage.book, stage.group, stores.time.clock)
    seen = state("carol", GIVEN.packet_id)
    assert [(claim.uid, seen.amount_of(claim)) for claim in seen.claims.made] == list(
        zip(("bob", "alice"), GIVEN.shares, strict=True)
    )
    assert (seen.luckiest.slot, seen.is_over) == (best, True)
    assert state("stranger", GIVEN.packet_id) is None
    assert state("carol", "unknown") is None


def test_nobody_is_told_who_is_luckiest_as_long_as_it_may_be_another(stores: Stores) -> None:
    stage = Stage(stores)
    stage.give(GIVEN)
    stage.open("bob", GIVEN.packet_id)
    seen = TellPacket(stage.book, stage.group, stores.time.clock)("bob", GIVEN.packet_id)
    assert (seen.luckiest, seen.is_over) == (None, False)


def test_a_packet_for_one_is_for_nobody_else(stores: Stores) -> None:
    stage, given = Stage(stores), packet(count=1, receiver="carol")
    stage.give(given)
    assert stage.open("bob", given.packet_id) == Opened(Outcome.NOT_FOR_YOU)
    assert stage.open("carol", given.packet_id).amount == 1_000


def test_who_gives_to_one_other_person_opens_nothing(stores: Stores) -> None:
    stage, given = Stage(stores), packet(count=1, session_id="p:alice:bob")
    stage.give(given)
    assert stage.open("alice", given.packet_id) == Opened(Outcome.NOT_FOR_YOU)
    assert stage.open("bob", given.packet_id).amount == 1_000


def test_without_enough_money_there_is_no_packet(stores: Stores) -> None:
    stage, dear = Stage(stores), packet(total=ENDOWMENT + 1)
    assert isinstance(stage.give(dear), Declined)
    assert stage.open("bob", dear.packet_id) == Opened(Outcome.NOT_FOR_YOU)
    stage.come_to_rest()
    assert not stage.group.given
    stage.assert_whole(dear)


def test_if_its_message_has_no_place_the_money_goes_back(stores: Stores) -> None:
    stage = Stage(stores)

    def leave(stage: Stage, call: Callable[[], Any]) -> Any:
        stage.group.members.discard("alice")
        return call()

    stage.at, stage.fault = 2, leave
    with pytest.raises(NotAMember):
        stage.give(GIVEN)
    assert stage.wallet.balance_of("alice") == ENDOWMENT
    stage.come_to_rest()
    stage.assert_whole(GIVEN)


def fresh(stores: Stores) -> Stage:
    """A stage on which nothing has happened."""
    delete_rows(stores.client, stores.tables["PacketTable"], template().tables["PacketTable"].properties)
    stores.time.now_ms = NOW_MS
    return Stage(stores)


@on_dynamodb_local_alone
@pytest.mark.parametrize("tries", [1, 2], ids=["gone", "again"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_at_each_call(stores: Stores, fault: Any, tries: int) -> None:
    calls = at = 0
    while at <= calls:
        at += 1
        stage = fresh(stores)
        stage.at, stage.fault = at, fault
        told = story(stage, tries)
        stage.come_to_rest()
        calls = stage.calls
        stage.assert_whole(GIVEN)
        claims = stage.book.account(GIVEN.packet_id).claims
        shares = {GIVEN.shares[claim.slot] for claim in claims.made}
        assert {opened.amount for opened in told if opened.amount} <= shares
        if tries > 1:
            assert len(claims.made) == 2
        assert at < MOST_CALLS * 2
    assert calls > 20


def expire(stage: Stage) -> None:
    """Its time is over, and the schedule and the queue work, just now."""
    stage.time.now_ms += HOUR_MS
    stage.sweep()
    stage.work_off()


def again(stage: Stage) -> None:
    """The giver's other device repeats the request, which is made of new random bytes and a later time."""
    survives(partial(stage.give, replace(GIVEN, seed=b"t" * 32, expires_at_ms=GIVEN.expires_at_ms + 1)))


def tap(stage: Stage) -> None:
    """Everybody opens it."""
    for uid in ("bob", "carol", "alice"):
        stage.open(uid, GIVEN.packet_id)


def leave(stage: Stage) -> None:
    """The giver is no member any more."""
    stage.group.members.discard("alice")


def work(stage: Stage) -> None:
    """The queue works, on all that is in it."""
    stage.work_off()


@on_dynamodb_local_alone
@pytest.mark.parametrize("intruder", [expire, again, tap, leave, work], ids=lambda intruder: intruder.__name__)
def test_somebody_else_between_any_two_calls(stores: Stores, intruder: Any) -> None:
    calls = at = 0
    while at <= calls:
        at += 1
        stage = fresh(stores)

        def interrupt(stage: Stage, call: Callable[[], Any]) -> Any:
            stage.at = -1
            intruder(stage)
            return call()

        stage.at, stage.fault = at, interrupt
        story(stage, 1)
        calls = stage.calls
        stage.come_to_rest()
        stage.assert_whole(GIVEN)
        assert at < MOST_CALLS * 2


def test_who_was_told_no_is_not_given_the_packet_later(stores: Stores) -> None:
    stage, dear = Stage(stores), packet(total=ENDOWMENT + 500)
    assert isinstance(stage.give(dear), Declined)
    gift = packet(count=1, total=1_000, name="gift", giver="bob")
    stage.give(gift)
    stage.open("alice", gift.packet_id)
    stage.settle().pay(gift, "alice")
    # Now alice has enough, and the job comes.
    assert stage.wallet.balance_of("alice") > dear.total
    stage.work_off()
    assert dear.packet_id not in stage.group.given
    stage.come_to_rest()
    stage.assert_whole(dear, gift)


def at_each_call_of_settling(stores: Stores, begin: Callable[[Stage], Any], intruder: Callable[[Stage], Any]) -> None:
    calls = at = 0
    while at <= calls:
        at += 1
        stage = fresh(stores)
        begin(stage)
        stores.time.now_ms = GIVEN.expires_at_ms

        def interrupt(stage: Stage, call: Callable[[], Any]) -> Any:
            stage.at = -1
            intruder(stage)
            return call()

        stage.calls, stage.at, stage.fault = 0, at, interrupt
        survives(partial(stage.settle(), Due(GIVEN, GIVEN.expires_at_ms)))
        calls = stage.calls
        stage.come_to_rest()
        stage.assert_whole(GIVEN)
        assert at < MOST_CALLS


def test_a_claim_that_is_under_way_when_the_time_is_over(stores: Stores) -> None:
    """It looked at the clock before."""
    at_each_call_of_settling(
        stores,
        partial(Stage.give, packet=GIVEN),
        lambda stage: stage.book.claim(GIVEN, Claims(), "bob", GIVEN.expires_at_ms - 1),
    )


def test_a_packet_that_is_made_while_its_time_is_over(stores: Stores) -> None:
    """Its money was reserved long before."""

    def begin(stage: Stage) -> None:
        stage.book.intend(GIVEN)
        stage.wallet.reserve(reserve_key(GIVEN), GIVEN)

    def make(stage: Stage) -> None:
        if stage.book.put(GIVEN) is not None:
            stage.group.give(GIVEN)
            stage.book.claim(GIVEN, Claims(), "bob", GIVEN.expires_at_ms - 1)

    at_each_call_of_settling(stores, begin, make)
