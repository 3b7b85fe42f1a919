"""Opens a red packet for a person: they get a share, once, as long as there is some.

    packet, claims ──┬── opened before: the same answer
    (Packet)         └── may they? ──┬── over, or nothing left: no write
                       (Session, …)  └── queue ── claim ── queue ── answer
                                         (SQS)    (Packet) (SQS)

A claim is the person's when it is in the table. A job was queued before that, for a process that dies just after it;
the one after it pays at once.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from catchup.clock import Clock
from catchup.domain.ids import Uid
from catchup.domain.packets import Claims, Packet, PacketId
from catchup.errors import courtesy
from catchup.usecases.packets.give import LATER_SECONDS
from catchup.usecases.packets.ports import PacketBook, PacketJob, PacketJobs, PacketRights, Task

# Packets whose claims are final, and are not read again by this process: the newest that somebody asked for.
REMEMBERED = 100


class Outcome(Enum):
    """What came of opening a packet."""

    OPENED = "OPENED"
    ALREADY_OPENED = "ALREADY_OPENED"
    NOTHING_LEFT = "NOTHING_LEFT"
    EXPIRED = "EXPIRED"
    NOT_FOR_YOU = "NOT_FOR_YOU"


class Opened(NamedTuple):
    """What came of it, and the person's share. There is none: 0."""

    outcome: Outcome
    amount: int = 0


NOT_FOR_YOU = Opened(Outcome.NOT_FOR_YOU)


@dataclass(eq=False, repr=False, slots=True)
class OpenPacket:
    """Opens a packet."""

    book: PacketBook
    jobs: PacketJobs
    rights: PacketRights
    clock: Clock
    _final: dict[PacketId, tuple[Packet, Claims]] = field(default_factory=dict)

    def __call__(self, uid: Uid, packet_id: PacketId) -> Opened:
        """The answer is the same for a packet that is not there and for one of others. Raises Unavailable."""
        found = self._final.get(packet_id) or self.book.find(packet_id)
        if found is None:
            return NOT_FOR_YOU
        packet, claims = found
        before = claims.of(uid)
        if before is not None:
            return Opened(Outcome.ALREADY_OPENED, packet.shares[before.slot])
        if not (packet.is_for(uid) and self.rights.may_see(packet, uid)):
            return NOT_FOR_YOU
        now = self.clock()
        if len(claims.made) < packet.count and not claims.is_closed and now < packet.expires_at_ms:
            job = PacketJob(Task.PAY, packet, uid)
            self.jobs.put(job, LATER_SECONDS)
            claim, claims = self.book.claim(packet, claims, uid, now)
            if claim is not None:
                # If it fails, the other one comes.
                with courtesy():
                    self.jobs.put(job)
                is_new = claim.at_ms == now
                return Opened(Outcome.OPENED if is_new else Outcome.ALREADY_OPENED, packet.shares[claim.slot])
        self._remember(packet, claims)
        is_empty = len(claims.made) >= packet.count
        return Opened(Outcome.NOTHING_LEFT if is_empty else Outcome.EXPIRED)

    def _remember(self, packet: Packet, claims: Claims) -> None:
        if not (claims.is_closed or len(claims.made) >= packet.count):
            return
        self._final[packet.packet_id] = packet, claims
        while len(self._final) > REMEMBERED:
            del self._final[next(iter(self._final))]
