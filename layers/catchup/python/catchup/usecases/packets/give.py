"""Gives a red packet: its money is reserved, and then it is a message of the session.

    may they? ── due ── queue ── reserve ──┬── packet ── message ── answer
                (Packet) (SQS)  (wallet)   │  (Packet)
                                           └── declined: no packet, ever (Packet)

The order of the steps makes it correct. What is due is noted first: whatever becomes of this process, the packet is
settled when its time is over. The job comes when this process can't be at work any more, and does what it left undone.
The packet's row is put when its money is reserved, and its message after that, so nobody sees a packet without money.
"""

from dataclasses import dataclass

from catchup.domain.message import Message
from catchup.domain.packets import Packet, reserve_key
from catchup.errors import Denied, MsgIdReused, Refused
from catchup.usecases.packets.ports import (
    Declined,
    Due,
    PacketBook,
    PacketJob,
    PacketJobs,
    PacketMessages,
    PacketRights,
    Task,
    Wallet,
)
from catchup.usecases.packets.settle import Settle

# Longer than a function may run: the job meets nobody at work.
LATER_SECONDS = 30


@dataclass(eq=False, repr=False, slots=True)
class MakePacket:
    """Reserves a packet's money, and gives it. It may be repeated, by the same process or by another."""

    book: PacketBook
    wallet: Wallet
    messages: PacketMessages
    settle: Settle

    def __call__(self, packet: Packet) -> Message | Declined:
        """Returns the packet's message. Declined: there is no packet. Raises Denied, Refused or MsgIdReused if it
        can't have its message any more: its money goes back. Raises Unavailable."""
        answer = self.wallet.reserve(reserve_key(packet), packet)
        if isinstance(answer, Declined):
            made = self.book.cancel(packet.packet_id)
            if made is None:
                return answer
            # The wallet has told another attempt yes, and that one was faster.
        else:
            made = self.book.put(packet)
            if made is None:
                # It was told no, or waited for too long, and the end was decided meanwhile.
                self.settle.give_back(packet)
                return Declined("CANCELLED")
        try:
            return self.messages.give(made)
        except (Denied, MsgIdReused, Refused):
            self.settle.end(made)
            raise


@dataclass(eq=False, repr=False, slots=True)
class GivePacket:
    """Gives a packet for its giver, who waits for the answer."""

    book: PacketBook
    jobs: PacketJobs
    rights: PacketRights
    make: MakePacket

    def __call__(self, packet: Packet) -> Message | Declined:
        """As `MakePacket`. If it raises Unavailable, it goes on without the giver, who may also ask again."""
        self.rights.may_give(packet)
        self.book.intend(packet)
        due = Due(packet, packet.expires_at_ms)
        self.jobs.put(PacketJob(Task.MAKE, packet, due=due), LATER_SECONDS)
        return self.make(packet)
