"""1,000 people open a red packet at once: exactly as many get a share as there are, each once."""

import random
from collections import Counter
from functools import partial
from time import sleep
from typing import Any

import pytest

from catchup.domain.packets import Claim, Claims, Packet
from catchup.storage.packet_book import DynamoPackets
from catchup.usecases.packets.open import Opened
from catchup.usecases.packets.ports import Due
from tests.concurrency.crowd import together
from tests.contract.packet_people import ENDOWMENT, Stage, survives
from tests.contract.packets import packet, seen
from tests.contract.stores import NOW_MS, Stores
from tests.support.engines import lent_tables

pytestmark = [pytest.mark.dynamodb_local, pytest.mark.concurrency]

PEOPLE = [f"person{number}" for number in range(1_000)]
THREADS = 40


@pytest.fixture
def book(dynamodb: Any) -> Any:
    """The packets, in an empty table."""
    with lent_tables(dynamodb) as tables:
        yield DynamoPackets(Stores(dynamodb, tables()).storage)


def tap(book: DynamoPackets, given: Packet, uid: str) -> Claim | None:
    """Opens it as a function does."""
    return book.claim(given, seen(book, given), uid, NOW_MS)[0]


def taps(book: DynamoPackets, given: Packet, uids: list[str]) -> list[tuple[str, Claim | None]]:
    """Opens it for some people, one after another."""
    return [(uid, tap(book, given, uid)) for uid in uids]


def assert_whole(given: Packet, claims: Claims) -> None:
    """Slots without a gap, one a person, and no more than there are."""
    assert [claim.slot for claim in claims.made] == list(range(len(claims.made)))
    assert max(Counter(claim.uid for claim in claims.made).values(), default=1) == 1
    assert len(claims.made) <= given.count


@pytest.mark.parametrize("count", [1, 10, 95, 500])
def test_1000_claims_at_once(book: DynamoPackets, count: int) -> None:
    given = packet(count=count, total=10_000)
    book.put(given)
    answered = together(partial(taps, book, given, PEOPLE[first::THREADS]) for first in range(THREADS))
    won = {uid: claim for each in answered for uid, claim in each if claim is not None}
    claims = seen(book, given)
    assert_whole(given, claims)
    assert won == {claim.uid: claim for claim in claims.made}
    assert len(won) == count
    assert sum(given.shares[claim.slot] for claim in won.values()) == given.total


def test_the_same_taps_many_times_at_once(book: DynamoPackets) -> None:
    given = packet(count=30)
    book.put(given)
    people = PEOPLE[:50]
    orders = [random.Random(number).sample(people, len(people)) for number in range(12)]
    answered = [dict(each) for each in together(partial(taps, book, given, order) for order in orders)]
    claims = seen(book, given)
    assert_whole(given, claims)
    assert len(claims.made) == 30
    assert all(each[uid] == claims.of(uid) for each in answered for uid in people)


@pytest.mark.parametrize("count", [10, 60])
@pytest.mark.parametrize("round_", range(5))
def test_claims_and_closings_at_once(book: DynamoPackets, count: int, round_: int) -> None:
    given = packet(count=count, name=f"m{round_}")
    book.put(given)
    for uid in PEOPLE[100 : 100 + count // 2]:
        tap(book, given, uid)
    people = PEOPLE[:60]
    claiming = [partial(taps, book, given, people[first::12]) for first in range(12)]
    closing = [partial(book.close, given, NOW_MS) for _ in range(3)]
    *answered, one, two, three = together([*claiming, *closing])
    final = seen(book, given)
    assert_whole(given, final)
    # What a closing has said stays true, whoever claims at the same moment.
    assert one == two == three == final
    won = {uid: claim for each in answered for uid, claim in each if claim is not None}
    assert won == {claim.uid: claim for claim in final.made if claim.uid in people}
    assert final.is_closed or len(final.made) == count


def test_money_is_conserved_while_all_open_pay_and_end_it_at_once(dynamodb: Any) -> None:
    with lent_tables(dynamodb) as tables:
        stores = Stores(dynamodb, tables())
        stage, given = Stage(stores), packet(count=40, total=4_000)
        stage.group.members |= set(PEOPLE)
        stage.give(given)
        due = Due(given, given.expires_at_ms)

        def open_and_pay(uids: list[str]) -> list[Opened]:
            told = []
            for uid in uids:
                told.append(stage.open(uid, given.packet_id))
                # A conflict of the wallet's transactions is no answer: another one comes.
                while not survives(partial(stage.settle().pay, given, uid)):
                    pass
            return told

        def end() -> None:
            sleep(0.3)
            for _ in range(3):
                survives(lambda: stage.settle().end(given))

        people = PEOPLE[:200]
        opening = [partial(open_and_pay, people[first::20]) for first in range(20)]
        *told, _, _ = together([*opening, end, end])
        stores.time.now_ms = given.expires_at_ms
        stage.group.queued.clear()
        while not survives(lambda: stage.settle()(due)):
            pass
        account = stage.book.account(given.packet_id)
        assert_whole(given, account.claims)
        won = {claim.uid: given.shares[claim.slot] for claim in account.claims.made}
        assert account.paid == won
        assert sum(won.values()) + (account.refunded or 0) == given.total
        assert {uid: stage.wallet.balance_of(uid) - ENDOWMENT for uid in won} == won
        assert stage.wallet.balance_of("alice") == ENDOWMENT - sum(won.values())
        assert sorted(opened.amount for each in told for opened in each if opened.amount) == sorted(won.values())


def test_making_and_cancelling_at_once(book: DynamoPackets) -> None:
    for number in range(20):
        given = packet(name=f"m{number}")
        making = [partial(book.put, given) for _ in range(2)]
        cancelling = [partial(book.cancel, given.packet_id) for _ in range(2)]
        first, *others = together([*making, *cancelling])
        assert all(each == first for each in others)
