"""The demo wallet: money moves once a key, and none is made or lost."""

from functools import partial
from itertools import permutations

import pytest

from catchup.domain.packets import pay_key, refund_key, reserve_key
from catchup.errors import Unavailable
from catchup.usecases.packets.ports import Declined, Paid, Refunded, Reserved
from catchup.wallets.demo import CANCELLED, INSUFFICIENT_FUNDS, DemoWallet
from tests.contract.packets import packet
from tests.contract.stores import Stores

ENDOWMENT = 5_000
GIVEN = packet(total=1_000)


@pytest.fixture
def wallet(stores: Stores) -> DemoWallet:
    """A wallet in which nothing has moved. Its table has the keys of the packets'."""
    return DemoWallet(stores.client, stores.tables["PacketTable"], ENDOWMENT)


def balances(wallet: DemoWallet) -> list[int]:
    return [wallet.balance_of(uid) for uid in ("alice", "bob", "carol")]


def test_a_packet_is_held_paid_and_refunded(wallet: DemoWallet) -> None:
    for _ in range(2):
        assert wallet.reserve(reserve_key(GIVEN), GIVEN) == Reserved()
    assert balances(wallet) == [4_000, 5_000, 5_000]
    for _ in range(2):
        assert wallet.pay(pay_key(GIVEN, "bob"), GIVEN, "bob", 300) == Paid()
    assert balances(wallet) == [4_000, 5_300, 5_000]
    for _ in range(2):
        assert wallet.refund(refund_key(GIVEN), GIVEN, 700) == Refunded()
    assert balances(wallet) == [4_700, 5_300, 5_000]


def test_who_has_not_enough_gives_nothing(wallet: DemoWallet) -> None:
    dear = packet(total=3_000, name="dear")
    assert wallet.reserve(reserve_key(dear), dear) == Reserved()
    other = packet(total=3_000, name="other")
    assert wallet.reserve(reserve_key(other), other) == Declined(INSUFFICIENT_FUNDS)
    all_of_it = packet(total=5_001, giver="carol", name="all")
    assert wallet.reserve(reserve_key(all_of_it), all_of_it) == Declined(INSUFFICIENT_FUNDS)
    assert balances(wallet) == [2_000, 5_000, 5_000]


def test_what_was_given_back_is_never_reserved_again(wallet: DemoWallet) -> None:
    for _ in range(2):
        assert wallet.refund(refund_key(GIVEN), GIVEN, GIVEN.total) == Refunded()
    assert wallet.reserve(reserve_key(GIVEN), GIVEN) == Declined(CANCELLED)
    with pytest.raises(Unavailable):
        wallet.pay(pay_key(GIVEN, "bob"), GIVEN, "bob", 300)
    assert balances(wallet) == [5_000, 5_000, 5_000]


def test_more_than_is_held_is_no_answer(wallet: DemoWallet) -> None:
    wallet.reserve(reserve_key(GIVEN), GIVEN)
    wallet.pay(pay_key(GIVEN, "bob"), GIVEN, "bob", 300)
    for call in (
        partial(wallet.refund, refund_key(GIVEN), GIVEN, 701),
        partial(wallet.pay, pay_key(GIVEN, "carol"), GIVEN, "carol", 701),
    ):
        with pytest.raises(Unavailable):
            call()
    assert balances(wallet) == [4_000, 5_300, 5_000]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_any_order_the_sum_stays(wallet: DemoWallet, order: tuple[int, ...]) -> None:
    calls = [
        partial(wallet.reserve, reserve_key(GIVEN), GIVEN),
        partial(wallet.pay, pay_key(GIVEN, "bob"), GIVEN, "bob", 300),
        partial(wallet.refund, refund_key(GIVEN), GIVEN, 700),
    ]
    for index in order * 2:
        try:
            calls[index]()
        except Unavailable:
            continue
    # Either it was given back before it was reserved, or all came to its end.
    assert balances(wallet) in ([5_000, 5_000, 5_000], [4_700, 5_300, 5_000])
