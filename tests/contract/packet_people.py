"""A group in which red packets are given and opened, while processes die, answers are lost, and others come between."""

from collections.abc import Callable, Sequence
from typing import Any

from catchup.domain.ids import Seq, Uid
from catchup.domain.message import Draft, Message
from catchup.domain.packets import Claim, Packet, PacketId
from catchup.errors import NotAMember, Unavailable
from catchup.storage.packet_book import DynamoPackets
from catchup.storage.packet_rows import SHARDS
from catchup.usecases.packets.give import GivePacket, MakePacket
from catchup.usecases.packets.open import Opened, OpenPacket
from catchup.usecases.packets.ports import Declined, PacketJob
from catchup.usecases.packets.settle import Settle, Sweep
from catchup.usecases.packets.work import Work
from catchup.wallets.demo import DemoWallet
from tests.contract.packets import HOUR_MS
from tests.contract.stores import Stores

ENDOWMENT = 5_000
MEMBERS = ("alice", "bob", "carol", "dave")
AT_MOST = 10
# Enough for every chain of tasks that leads to rest.
ROUNDS = 12


class Killed(BaseException):
    """The process ends here. No code can catch it."""


class Watched:
    """A part whose calls are counted together with those of others: something happens at one of them."""

    def __init__(self, part: Any, at_call: Callable[[Callable[[], Any]], Any]) -> None:
        self._part, self._at_call = part, at_call

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return lambda *given, **named: self._at_call(lambda: found(*given, **named))


class Circle:
    """The group's session, who is in it, and the queue."""

    def __init__(self) -> None:
        self.members = set(MEMBERS)
        self.given: dict[PacketId, Message] = {}
        self.told: dict[tuple[PacketId, Uid], Claim | None] = {}
        self.queued: list[PacketJob] = []

    def may_give(self, packet: Packet) -> None:
        if packet.giver not in self.members and packet.packet_id not in self.given:
            raise NotAMember

    def may_see(self, packet: Packet, uid: Uid) -> bool:
        return uid in self.members

    def give(self, packet: Packet) -> Message:
        self.may_give(packet)
        draft = Draft(packet.msg_id, packet.giver, Uid("friends"), True, 0, b"")
        placed = Message(draft, packet.session_id, Seq(len(self.given) + 1), 0)
        return self.given.setdefault(packet.packet_id, placed)

    def tell(self, packet: Packet, claim: Claim, luckiest: Claim | None) -> None:
        self.told[packet.packet_id, claim.uid] = luckiest

    def put(self, job: PacketJob, delay_seconds: int = 0) -> None:
        self.queued.append(job)


class Stage:
    """All that there is. `fault`: what happens at the call number `at`, once."""

    def __init__(self, stores: Stores) -> None:
        self.time, self.group = stores.time, Circle()
        self.book = DynamoPackets(stores.storage)
        self.wallet = DemoWallet(stores.client, stores.tables["PacketTable"], ENDOWMENT)
        self.calls, self.at, self.fault = 0, -1, Stage.kill_before

    def kill_before(self, call: Callable[[], Any]) -> Any:
        raise Killed

    def kill_after(self, call: Callable[[], Any]) -> Any:
        call()
        raise Killed

    def lose_answer(self, call: Callable[[], Any]) -> Any:
        call()
        raise Unavailable

    def _at_call(self, call: Callable[[], Any]) -> Any:
        self.calls += 1
        return self.fault(self, call) if self.calls == self.at else call()

    def _parts(self) -> Sequence[Any]:
        return [Watched(part, self._at_call) for part in (self.book, self.wallet, self.group)]

    def settle(self) -> Settle:
        """Each is a process of its own."""
        book, wallet, group = self._parts()
        return Settle(book, wallet, group, self.time.clock)

    def give(self, packet: Packet) -> Message | Declined:
        book, wallet, group = self._parts()
        return GivePacket(book, group, group, MakePacket(book, wallet, group, self.settle()))(packet)

    def open(self, uid: str, packet_id: PacketId) -> Opened:
        book, _, group = self._parts()
        return OpenPacket(book, group, group, self.time.clock)(Uid(uid), packet_id)

    def sweep(self) -> int:
        book, _, group = self._parts()
        return Sweep(book, group, self.time.clock, SHARDS)(AT_MOST)

    def work(self, job: PacketJob) -> None:
        """As the queue's function does."""
        book, wallet, group = self._parts()
        Work(MakePacket(book, wallet, group, self.settle()), self.settle())(job)

    def work_off(self) -> None:
        """Each job once. What fails comes again."""
        jobs, self.group.queued = self.group.queued, []
        for job in jobs:
            if not survives(lambda job=job: self.work(job)):
                self.group.queued.append(job)

    def come_to_rest(self) -> None:
        """All that the queue and the schedule do until nothing is left to do, long after everything has expired."""
        for _ in range(ROUNDS):
            self.time.now_ms += HOUR_MS
            self.work_off()
            survives(self.sweep)
            if not (self.group.queued or any(self.book.due(2**50, shard, AT_MOST) for shard in range(SHARDS))):
                return
        raise AssertionError("it does not come to rest")

    def assert_whole(self, *packets: Packet) -> None:
        """Money is conserved; who has claimed has their share, and nobody else; what was given is visible."""
        expected = dict.fromkeys(MEMBERS, ENDOWMENT)
        for packet in packets:
            account = self.book.account(packet.packet_id)
            assert (account.packet is not None) == (packet.packet_id in self.group.given) or not account.claims.made
            if account.packet is None:
                continue
            for claim in account.claims.made:
                share = account.packet.shares[claim.slot]
                assert account.paid[claim.uid] == share
                expected[claim.uid] += share
                expected[packet.giver] -= share
            assert sum(account.paid.values()) + (account.refunded or 0) == packet.total
        assert {uid: self.wallet.balance_of(uid) for uid in MEMBERS} == expected


def survives(action: Callable[[], Any]) -> bool:
    """Whether it comes to its end."""
    try:
        action()
    except (Killed, Unavailable, NotAMember):
        return False
    return True
