"""Red packets: an amount in a chat, of which each person who opens it gets one share, as long as there is some."""

from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, NewType

from catchup.domain.ids import MsgId, SessionId, Uid, private_members
from catchup.domain.shares import Mode, luckiest_of, shares_of

PacketId = NewType("PacketId", str)
PACKET_ID_CHARACTERS = 26
MAX_COUNT = 500


def packet_id_of(giver: Uid, msg_id: MsgId, digest: bytes) -> PacketId:
    """The id of a packet. `digest`: of all that a retry must repeat. So a retry meets the same packet, and the same
    msgId with another amount is another packet, whose money is reserved apart.

    >>> packet_id_of(Uid("alice"), MsgId("m"), b"")
    'airehxk2hy36j26cjhuhowmkce'
    """
    said = sha256(b"\0".join((giver.encode(), msg_id.encode(), digest))).digest()
    return PacketId(b32encode(said)[:PACKET_ID_CHARACTERS].decode().lower())


@dataclass(frozen=True, repr=False)
class Packet:
    """A packet as its giver made it. It never changes.

    `session_id`: where it was given; `msg_id`: of its message. `receiver`: the only one who may open it, if somebody is
    named. `seed`: what the shares are made of; nobody is told. `digest`: of all that a retry must repeat.
    """

    packet_id: PacketId
    giver: Uid
    session_id: SessionId
    msg_id: MsgId
    total: int
    count: int
    mode: Mode
    currency: str
    seed: bytes
    digest: bytes
    created_at_ms: int
    expires_at_ms: int
    greeting: str = ""
    receiver: Uid | None = None

    @cached_property
    def shares(self) -> Sequence[int]:
        """The shares, in the order in which they are claimed."""
        return shares_of(self.seed, self.total, self.count, self.mode)

    def is_for(self, uid: Uid) -> bool:
        """Whether this person may have a share of it, if they are in its session. Who gives a packet to one other
        person gets nothing of it."""
        is_private = private_members(self.session_id) is not None
        return self.receiver in (None, uid) and not (is_private and uid == self.giver)


class Claim(NamedTuple):
    """Who has claimed a share, which one (from 0 on, in the order of the claims), and when."""

    uid: Uid
    slot: int
    at_ms: int


class Claims(NamedTuple):
    """All claims of a packet, in their order. `is_closed`: there will be no more."""

    made: tuple[Claim, ...] = ()
    is_closed: bool = False

    def of(self, uid: Uid) -> Claim | None:
        """This person's."""
        return next((claim for claim in self.made if claim.uid == uid), None)


class Balance(NamedTuple):
    """Where the money of a packet is: total = paid + owed + open. `owed`: claimed, and not paid yet."""

    paid: int
    owed: int
    open: int


def balance_of(packet: Packet, claims: Claims, paid: Mapping[Uid, int]) -> Balance:
    """Where the money of a packet is. `paid`: what the wallet has paid, by person."""
    claimed = sum(packet.shares[claim.slot] for claim in claims.made)
    out = sum(paid.values())
    return Balance(out, claimed - out, packet.total - claimed)


def luckiest(packet: Packet, claims: Claims) -> Claim | None:
    """Who got most; None as long as somebody may still get more."""
    is_over = claims.is_closed or len(claims.made) == packet.count
    if not (is_over and claims.made):
        return None
    return claims.made[luckiest_of([packet.shares[claim.slot] for claim in claims.made])]


def reserve_key(packet: Packet) -> str:
    """The idempotency key with which the wallet is asked to hold a packet's money. It never changes."""
    return f"{packet.packet_id}:reserve"


def pay_key(packet: Packet, uid: Uid) -> str:
    """The key of paying a person's claim."""
    return f"{packet.packet_id}:{uid}:pay"


def refund_key(packet: Packet) -> str:
    """The key of giving back what is left. A packet is either cancelled or closed, so the amount never changes."""
    return f"{packet.packet_id}:refund"
