"""The parts of red packets. No function has them yet."""

from functools import cached_property

from catchup import settings as limits
from catchup.bootstrap.sending import Writing
from catchup.domain.allowance import Allowances, Limits
from catchup.push.packet_queue import PacketQueue
from catchup.storage.packet_book import DynamoPackets
from catchup.storage.packet_rows import SHARDS
from catchup.storage.sightings import DynamoSightings
from catchup.usecases.media.attaching import Unattached
from catchup.usecases.packets.give import GivePacket, MakePacket
from catchup.usecases.packets.giving import GiveMessage, Messages
from catchup.usecases.packets.open import OpenPacket
from catchup.usecases.packets.ports import Wallet
from catchup.usecases.packets.rights import Rights
from catchup.usecases.packets.settle import Settle, Sweep
from catchup.usecases.packets.state import TellPacket
from catchup.usecases.packets.telling import TellOpened
from catchup.usecases.packets.work import Work
from catchup.usecases.sending.gate import OpenGate
from catchup.usecases.sending.send_limit import SendLimit
from catchup.wire.packets import content_of, notice_of

# Money was reserved for these messages: the limit is asked before that.
UNLIMITED = 1_000_000_000
# The value of `wallet` for the local stack.
DEMO = "demo"


class Packets(Writing):
    """All that is done with red packets."""

    @cached_property
    def limit(self) -> SendLimit:
        """No limit, but a person who is refused because of a flood is refused here too; the job comes again."""
        allowances = Allowances(Limits(UNLIMITED, UNLIMITED, limits.SEND_COOLDOWN_MS))
        return SendLimit(allowances, self.presence, self.clock, self.telemetry)

    @cached_property
    def book(self) -> DynamoPackets:
        """The table."""
        return DynamoPackets(self.storage)

    @cached_property
    def wallet(self) -> Wallet:
        """Who holds the money."""
        if self.settings.wallet == DEMO:
            from catchup.wallets.demo import DemoWallet

            return DemoWallet(self.clients.dynamodb, self.settings.packet_table)
        from catchup.wallets.hook import NoWallet, load_wallet

        return load_wallet(self.settings.wallet) if self.settings.wallet else NoWallet()

    @cached_property
    def jobs(self) -> PacketQueue:
        """The queue."""
        return PacketQueue(self.clients.sqs, self.settings.packet_queue_url)

    @cached_property
    def rights(self) -> Rights:
        """Who may do what."""
        return Rights(self.groups, self.members, DynamoSightings(self.storage), self.sent_log, self.clock)

    @cached_property
    def packet_messages(self) -> Messages:
        """The messages of packets."""
        gate, no_media = OpenGate(), Unattached()
        give = GiveMessage(self.send(gate, no_media), self.send_to_group(gate, no_media), content_of)
        tell = TellOpened(self.placing, self.sent_log, self.delivery, self.private_delivery, notice_of)
        return Messages(give, tell)

    @cached_property
    def settle(self) -> Settle:
        """Pays claims, and ends packets."""
        return Settle(self.book, self.wallet, self.packet_messages, self.clock)

    @cached_property
    def make(self) -> MakePacket:
        """Reserves money, and gives a packet."""
        return MakePacket(self.book, self.wallet, self.packet_messages, self.settle)

    @cached_property
    def give(self) -> GivePacket:
        """Gives a packet for somebody who waits."""
        return GivePacket(self.book, self.jobs, self.rights, self.make)

    @cached_property
    def open(self) -> OpenPacket:
        """Opens a packet."""
        return OpenPacket(self.book, self.jobs, self.rights, self.clock)

    @cached_property
    def state(self) -> TellPacket:
        """Tells the state of a packet."""
        return TellPacket(self.book, self.rights, self.clock)

    @cached_property
    def work(self) -> Work:
        """Does the tasks of the queue."""
        return Work(self.make, self.settle)

    @cached_property
    def sweep(self) -> Sweep:
        """Queues what is due."""
        return Sweep(self.book, self.jobs, self.clock, SHARDS)
