"""Pays what was claimed, and ends packets: what nobody has claimed in time goes back to the giver.

    cancel ──┬── there is none: give all back ────────────────────────────────┬── nothing is due any more (Packet)
    (Packet) └── close ── pay each claim without a mark ── give the rest back ┘
                (Packet)  (wallet, Packet)                (wallet, Packet)

Each step decides something for good, before anything is paid by it, and may be repeated: the wallet does once what has
the same key, and the keys and amounts never change. So two of these may run side by side, with claims among them.
"""

from dataclasses import dataclass

from catchup.clock import Clock
from catchup.domain.ids import Uid
from catchup.domain.packets import Claims, Packet, balance_of, luckiest, pay_key, refund_key
from catchup.errors import Unavailable
from catchup.usecases.packets.ports import Account, Due, PacketBook, PacketJob, PacketJobs, PacketMessages, Task, Wallet

# A packet that can't be settled is tried again after this time: its jobs are in the queue meanwhile.
AGAIN_MS = 900_000


@dataclass(eq=False, repr=False, slots=True)
class Settle:
    """Pays claims, and ends packets."""

    book: PacketBook
    wallet: Wallet
    messages: PacketMessages
    clock: Clock

    def pay(self, packet: Packet, uid: Uid) -> None:
        """Pays this person's claim, and tells the session. Does nothing if there is none. Raises Unavailable."""
        account = self.book.account(packet.packet_id)
        claim = account.claims.of(uid)
        if account.packet is not None and claim is not None:
            self._pay(account.packet, account, uid)
            is_last = claim.slot == account.packet.count - 1
            self.messages.tell(account.packet, claim, luckiest(account.packet, account.claims) if is_last else None)

    def __call__(self, due: Due) -> None:
        """Settles a packet that is due. Raises Unavailable: then it is due as before."""
        made = self.book.cancel(due.packet.packet_id)
        if made is None:
            self.give_back(due.packet)
        elif made.expires_at_ms > self.clock():
            if made.expires_at_ms == due.packet.expires_at_ms:
                raise Unavailable("the packet is not due yet")
            # Of an attempt that came to nothing: the one that made the packet has noted when that is due.
        else:
            self.end(made)
        self.book.settled(due)

    def end(self, packet: Packet) -> None:
        """Ends a packet now: nobody claims any more, all claims are paid, and the rest goes back."""
        claims = self.book.close(packet, self.clock())
        account = self.book.account(packet.packet_id)
        for claim in claims.made:
            self._pay(packet, account, claim.uid)
        if account.refunded is None:
            self._refund(packet, claims)

    def give_back(self, packet: Packet) -> None:
        """Gives all back that may have been reserved for a packet that was cancelled."""
        self.wallet.refund(refund_key(packet), packet, packet.total)

    def _pay(self, packet: Packet, account: Account, uid: Uid) -> None:
        claim = account.claims.of(uid)
        if claim is None or uid in account.paid:
            return
        amount = packet.shares[claim.slot]
        self.wallet.pay(pay_key(packet, uid), packet, uid, amount)
        self.book.note_paid(packet.packet_id, uid, amount)

    def _refund(self, packet: Packet, claims: Claims) -> None:
        rest = balance_of(packet, claims, {}).open
        if rest:
            self.wallet.refund(refund_key(packet), packet, rest)
        self.book.note_refunded(packet.packet_id, rest)


@dataclass(eq=False, repr=False, slots=True)
class Sweep:
    """Queues what is due, each minute."""

    book: PacketBook
    jobs: PacketJobs
    clock: Clock
    shards: int

    def __call__(self, at_most: int) -> int:
        """Returns how many packets were due: of each shard at most so many. What is queued twice is settled once."""
        now, found = self.clock(), 0
        for shard in range(self.shards):
            for due in self.book.due(now, shard, at_most):
                # First it is due later, so that it is queued again if this job is lost.
                later = self.book.postpone(due, now + AGAIN_MS)
                self.jobs.put(PacketJob(Task.SETTLE, due.packet, due=later))
                found += 1
        return found
