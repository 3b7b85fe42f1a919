"""What a red packet is, before anything is stored."""

import re

from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.packets import Balance, Claim, Claims, Packet, balance_of, luckiest, packet_id_of
from catchup.domain.shares import Mode

ALICE, BOB, CAROL = Uid("alice"), Uid("bob"), Uid("carol")


def packet(total: int = 90, count: int = 3) -> Packet:
    return Packet(
        packet_id=packet_id_of(ALICE, MsgId("m"), b"digest"),
        giver=ALICE,
        session_id=SessionId("g:friends"),
        msg_id=MsgId("m"),
        total=total,
        count=count,
        mode=Mode.LUCKY,
        currency="EUR",
        seed=b"s" * 32,
        digest=b"digest",
        created_at_ms=1,
        expires_at_ms=2,
    )


def test_a_packets_id_is_the_same_for_a_retry_and_differs_for_everything_else() -> None:
    first = packet_id_of(ALICE, MsgId("m"), b"digest")
    assert re.fullmatch("[a-z2-7]{26}", first)
    assert packet_id_of(ALICE, MsgId("m"), b"digest") == first
    others = [(BOB, MsgId("m"), b"digest"), (ALICE, MsgId("n"), b"digest"), (ALICE, MsgId("m"), b"other")]
    assert first not in {packet_id_of(*other) for other in others}


def test_a_balance_has_what_is_paid_owed_and_open() -> None:
    given = packet()
    claims = Claims((Claim(BOB, 0, 5), Claim(CAROL, 1, 6)))
    first, second, third = given.shares
    assert balance_of(given, claims, {BOB: first}) == Balance(first, second, third)


def test_the_luckiest_is_known_only_when_nobody_can_get_more() -> None:
    given = packet()
    some = Claims((Claim(BOB, 0, 5), Claim(CAROL, 1, 6)))
    best = max(some.made, key=lambda claim: given.shares[claim.slot])
    assert luckiest(given, some) is None
    assert luckiest(given, some._replace(is_closed=True)) == best
    assert luckiest(given, Claims((), is_closed=True)) is None


def test_a_claim_is_found_by_its_person() -> None:
    claims = Claims((Claim(BOB, 0, 5),))
    assert claims.of(BOB) == Claim(BOB, 0, 5)
    assert claims.of(ALICE) is None
