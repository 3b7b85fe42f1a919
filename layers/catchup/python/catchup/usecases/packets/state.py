"""Tells what has become of a red packet: who has opened it, when, and what they got."""

from dataclasses import dataclass
from typing import NamedTuple

from catchup.clock import Clock
from catchup.domain.ids import Uid
from catchup.domain.packets import Claim, Claims, Packet, PacketId, luckiest
from catchup.usecases.packets.ports import PacketBook, PacketRights


class PacketState(NamedTuple):
    """A packet as those in its session see it. Shares that nobody has are told to nobody; nor is the luckiest, as long
    as somebody may still get more."""

    packet: Packet
    claims: Claims
    luckiest: Claim | None
    is_over: bool

    def amount_of(self, claim: Claim) -> int:
        """What somebody got."""
        return self.packet.shares[claim.slot]


@dataclass(eq=False, repr=False, slots=True)
class TellPacket:
    """Tells the state of a packet."""

    book: PacketBook
    rights: PacketRights
    clock: Clock

    def __call__(self, uid: Uid, packet_id: PacketId) -> PacketState | None:
        """None: there is no such packet, or it is not in a session of this person's."""
        found = self.book.find(packet_id)
        if found is None or not self.rights.may_see(found[0], uid):
            return None
        packet, claims = found
        is_over = claims.is_closed or len(claims.made) == packet.count or self.clock() >= packet.expires_at_ms
        return PacketState(packet, claims, luckiest(packet, claims), is_over)
