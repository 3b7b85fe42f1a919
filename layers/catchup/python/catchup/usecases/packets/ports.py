"""The ports of red packets. The rules of `usecases.sending.ports` apply."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from catchup.domain.ids import Uid
from catchup.domain.packets import Claim, Claims, Packet, PacketId


class Due(NamedTuple):
    """A packet that is to be settled at `at_ms`: when it expires, or when settling it is to be tried again."""

    packet: Packet
    at_ms: int


class Account(NamedTuple):
    """All that is stored about a packet. `packet`: None if it was cancelled, or never made. `paid`, `refunded`: what
    the wallet has answered to; `refunded` is None before that."""

    packet: Packet | None
    claims: Claims
    paid: Mapping[Uid, int]
    refunded: int | None


class PacketBook(Protocol):
    """The packets and their claims. They are kept for good."""

    def intend(self, packet: Packet) -> None:
        """Notes that a packet may be made, and when it is due, before its money is reserved: whatever becomes of this
        process, somebody will look after the money then."""

    def put(self, packet: Packet) -> Packet | None:
        """Makes a packet whose money is reserved. Returns the packet as it was made first; None if it was cancelled."""

    def cancel(self, packet_id: PacketId) -> Packet | None:
        """Decides that there is no such packet, and never will be. Returns the packet, unchanged, if it was made."""

    def find(self, packet_id: PacketId) -> tuple[Packet, Claims] | None:
        """A packet, and its claims as far as an eventually consistent read knows them. What it has of a claim is true;
        and if it has all claims, or the end of them, it is the whole truth."""

    def claim(self, packet: Packet, seen: Claims, uid: Uid, at_ms: int) -> tuple[Claim | None, Claims]:
        """Claims a share for this person. `seen`: from `find`. Returns their only claim, made now or before; None if
        all are taken or it is closed, as the claims say that are returned beside it. Raises Unavailable."""

    def close(self, packet: Packet, at_ms: int) -> Claims:
        """Decides that nobody claims any more. Returns all claims that there are and will be."""

    def account(self, packet_id: PacketId) -> Account:
        """All about a packet; consistent."""

    def note_paid(self, packet_id: PacketId, uid: Uid, amount: int) -> None:
        """Notes that the wallet has paid a claim."""

    def note_refunded(self, packet_id: PacketId, amount: int) -> None:
        """Notes that the wallet has taken back what was left."""

    def due(self, now_ms: int, shard: int, limit: int) -> Sequence[Due]:
        """The packets of a shard that are due, the oldest first; at most so many."""

    def postpone(self, due: Due, until_ms: int) -> Due:
        """Moves a packet that is due to a later time."""

    def settled(self, due: Due) -> None:
        """Forgets that a packet is due: its money is where it belongs."""
