"""The ports of red packets. The rules of `usecases.sending.ports` apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from catchup.domain.ids import Uid
from catchup.domain.message import Message
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


@dataclass(frozen=True)
class Reserved:
    """The wallet holds the total of a packet: the giver can't spend it elsewhere."""


@dataclass(frozen=True)
class Declined:
    """The wallet will not hold it. `reason`: a word for programs, such as `INSUFFICIENT_FUNDS`."""

    reason: str


@dataclass(frozen=True)
class Paid:
    """The person has their share."""


@dataclass(frozen=True)
class Refunded:
    """The giver has back what was left. If nothing was reserved, nothing was given back."""


class Wallet(Protocol):
    """Who holds the money. Each call is repeated with the same key until it has answered, perhaps days later, and two
    may run at once: a wallet does it once, and answers as before. An exception is no answer.

    What it pays and gives back for a packet is what was reserved for it. After a `refund` it reserves nothing for that
    packet any more: a late call is declined.
    """

    def reserve(self, key: str, packet: Packet) -> Reserved | Declined:
        """Takes the total from the giver, and holds it for this packet."""

    def pay(self, key: str, packet: Packet, uid: Uid, amount: int) -> Paid:
        """Pays a share of what is held to this person."""

    def refund(self, key: str, packet: Packet, amount: int) -> Refunded:
        """Gives the rest of what is held back to the giver."""


class Task(Enum):
    """What is left to do for a packet. MAKE: reserve its money, and give it. PAY: pay a claim. SETTLE: end it if it is
    over, pay what is not paid, and give back the rest."""

    MAKE = "make"
    PAY = "pay"
    SETTLE = "settle"


class PacketJob(NamedTuple):
    """A task of the queue. `uid`: whom to pay. `due`: of a SETTLE, what is due."""

    task: Task
    packet: Packet
    uid: Uid | None = None
    due: Due | None = None


class PacketJobs(Protocol):
    """The queue. A job comes again until it has succeeded, and may come twice."""

    def put(self, job: PacketJob, delay_seconds: int = 0) -> None:
        """Queues a job, which comes after this time."""


class PacketRights(Protocol):
    """Who may do what with a packet at this moment."""

    def may_give(self, packet: Packet) -> None:
        """Raises Denied or Refused if the giver may not give it. A packet that has its message may be given again."""

    def may_see(self, packet: Packet, uid: Uid) -> bool:
        """Whether this person is in its session now: a member of the group, or one of the two."""


class PacketMessages(Protocol):
    """The messages of a packet. Each is placed once, however often it is sent."""

    def give(self, packet: Packet) -> Message:
        """The packet's own. Raises Denied or Refused if it has no place, and may have none any more; Unavailable."""

    def tell(self, packet: Packet, claim: Claim, luckiest: Claim | None) -> None:
        """The quiet one that somebody has opened it. `luckiest`: who got most, if that was the last share."""
