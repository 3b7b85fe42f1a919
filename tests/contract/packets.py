"""A packet to put into a table, and those who open it."""

from dataclasses import replace

from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.packets import Claims, Packet, packet_id_of
from catchup.domain.shares import Mode
from catchup.storage.packet_book import DynamoPackets
from tests.contract.stores import NOW_MS

HOUR_MS = 3_600_000


def packet(count: int = 3, total: int = 1_000, name: str = "m", **changes: object) -> Packet:
    """A packet of alice's."""
    giver, msg_id, digest = Uid("alice"), MsgId(name), b"digest"
    made = Packet(
        packet_id=packet_id_of(giver, msg_id, digest),
        giver=giver,
        session_id=SessionId("g:friends"),
        msg_id=msg_id,
        total=total,
        count=count,
        mode=Mode.LUCKY,
        currency="EUR",
        seed=b"s" * 32,
        digest=digest,
        created_at_ms=NOW_MS,
        expires_at_ms=NOW_MS + HOUR_MS,
    )
    return replace(made, **changes)


def seen(book: DynamoPackets, given: Packet) -> Claims:
    """The claims as a read tells them."""
    found = book.find(given.packet_id)
    assert found is not None
    return found[1]


def slots(claims: Claims) -> list[tuple[str, int]]:
    """Who has which slot."""
    return [(claim.uid, claim.slot) for claim in claims.made]
