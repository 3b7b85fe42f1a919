"""Red packets with all their real parts: a giver, those who open, a queue, a wallet, and the messages of it all."""

from dataclasses import replace
from typing import Any

import pytest

from catchup.bootstrap.packets import DEMO, Packets
from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Message
from catchup.domain.packets import Packet
from catchup.entrypoint.packet_queue import packet_queue_handler, sweep_handler
from catchup.errors import MsgIdReused, Unavailable
from catchup.observability import FunctionTelemetry
from catchup.usecases.packets.open import Opened, Outcome
from catchup.usecases.packets.ports import Declined
from catchup.wallets.demo import ENDOWMENT, DemoWallet
from tests.contract.packets import HOUR_MS, packet
from tests.support.world import Context, World

GROUP = SessionId("g:friends")
NOW_MS = 1_900_000_000_000
GIVEN = packet(session_id=GROUP, count=2, created_at_ms=NOW_MS, expires_at_ms=NOW_MS + HOUR_MS, greeting="cheers")
FRIENDS = ("alice", "bob", "carol")


class Deployment:
    """A deployment with red packets: the functions' parts, and the queue."""

    def __init__(self, world: World, wallet: str = DEMO) -> None:
        self.world, self.now_ms = world, NOW_MS
        world.settings.packet_table, world.settings.packet_queue_url = world.tables["PacketTable"], "packets"
        world.settings.wallet = wallet
        self.parts = Packets(world.settings, replace(world.parts, clock=lambda: self.now_ms))
        self.work = packet_queue_handler(self.parts.work, FunctionTelemetry())
        self.sweep = sweep_handler(self.parts.sweep, FunctionTelemetry())

    def work_off(self) -> None:
        """What is queued, also what was delayed; jobs of the fan-out go to theirs."""
        queues = self.world.queues
        records = queues.take(delayed=True)
        packets = [record for record in records if '"packetId"' in record["body"]]
        queues.ready += [record for record in records if record not in packets]
        failed = {item["itemIdentifier"] for item in self.work({"Records": packets}, Context())["batchItemFailures"]}
        queues.give_back([record for record in packets if record["messageId"] in failed])
        self.world.fan_out()

    def balances(self) -> dict[str, int]:
        wallet = self.parts.wallet
        assert isinstance(wallet, DemoWallet)
        return {uid: wallet.balance_of(Uid(uid)) - ENDOWMENT for uid in FRIENDS}


@pytest.fixture
def deployed(world: World) -> Deployment:
    """Three friends in a group."""
    world.phone("alice").change("create", "friends", uids=["bob", "carol"], name="friends")
    return Deployment(world)


def said_in(deployed: Deployment, session: str = GROUP) -> list[dict[str, Any]]:
    messages = deployed.world.phone("carol").ok("history", sessionId=session)["messages"]
    oldest_first = sorted(messages, key=lambda each: int(each["seq"]))
    return [each for each in oldest_first if each.get("type") != "system"]


def test_a_packet_goes_its_way(deployed: Deployment) -> None:
    first, second = GIVEN.shares
    assert isinstance(deployed.parts.give(GIVEN), Message)
    assert deployed.balances() == {"alice": -1_000, "bob": 0, "carol": 0}
    assert deployed.parts.open(Uid("bob"), GIVEN.packet_id) == Opened(Outcome.OPENED, first)
    deployed.work_off()
    assert deployed.parts.open(Uid("alice"), GIVEN.packet_id) == Opened(Outcome.OPENED, second)
    assert deployed.parts.open(Uid("carol"), GIVEN.packet_id) == Opened(Outcome.NOTHING_LEFT)
    assert deployed.parts.open(Uid("dave"), GIVEN.packet_id) == Opened(Outcome.NOT_FOR_YOU)
    deployed.work_off()
    deployed.now_ms += HOUR_MS
    assert deployed.sweep({}, Context()) == {"due": 1}
    deployed.work_off()
    assert deployed.sweep({}, Context()) == {"due": 0}
    assert not deployed.world.queues.later
    assert deployed.balances() == {"alice": second - 1_000, "bob": first, "carol": 0}
    given, *notices = said_in(deployed)
    assert given["msg"]["greeting"] == "cheers"
    assert [(each["type"], each["from"]) for each in notices] == [("opened", "bob"), ("opened", "alice")]
    best = "bob" if first >= second else "alice"
    assert [each["msg"].get("luckiest") for each in notices] == [None, best]


def test_what_nobody_opens_goes_back(deployed: Deployment) -> None:
    deployed.parts.give(GIVEN)
    deployed.now_ms += HOUR_MS
    assert deployed.parts.open(Uid("bob"), GIVEN.packet_id) == Opened(Outcome.EXPIRED)
    deployed.sweep({}, Context())
    deployed.work_off()
    assert deployed.balances() == {"alice": 0, "bob": 0, "carol": 0}


def test_between_two_people_the_other_one_gets_all(deployed: Deployment) -> None:
    given = replace(GIVEN, session_id=SessionId("p:alice:carol"), count=1)
    deployed.parts.give(given)
    assert deployed.parts.open(Uid("alice"), given.packet_id).outcome is Outcome.NOT_FOR_YOU
    assert deployed.parts.open(Uid("bob"), given.packet_id).outcome is Outcome.NOT_FOR_YOU
    assert deployed.parts.open(Uid("carol"), given.packet_id) == Opened(Outcome.OPENED, 1_000)
    deployed.work_off()
    assert deployed.balances() == {"alice": -1_000, "bob": 0, "carol": 1_000}
    assert [each.get("type") for each in said_in(deployed, given.session_id)] == [None, "opened"]


def test_who_has_too_little_leaves_no_message(deployed: Deployment) -> None:
    dear = replace(GIVEN, total=ENDOWMENT + 1)
    assert isinstance(deployed.parts.give(dear), Declined)
    assert not said_in(deployed)
    deployed.work_off()
    assert not said_in(deployed)
    assert deployed.balances() == {"alice": 0, "bob": 0, "carol": 0}


def test_a_msgid_of_another_message_costs_nothing(deployed: Deployment) -> None:
    deployed.world.phone("alice").say("friends", msg_id=GIVEN.msg_id)
    with pytest.raises(MsgIdReused):
        deployed.parts.give(GIVEN)
    assert deployed.balances() == {"alice": 0, "bob": 0, "carol": 0}
    deployed.work_off()
    assert not deployed.world.queues.later
    assert deployed.balances() == {"alice": 0, "bob": 0, "carol": 0}


class Mute:
    """A wallet that gives no answer at first."""

    def __init__(self, wallet: DemoWallet) -> None:
        self.wallet, self.answers = wallet, False

    def reserve(self, key: str, given: Packet) -> Any:
        answer = self.wallet.reserve(key, given)
        if not self.answers:
            raise Unavailable
        return answer


def test_a_giver_whose_wallet_does_not_answer_gets_the_packet_later(deployed: Deployment) -> None:
    demo = deployed.parts.wallet
    assert isinstance(demo, DemoWallet)
    mute = Mute(demo)
    deployed.parts.make.wallet = mute  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        deployed.parts.give(GIVEN)
    deployed.work_off()
    assert not said_in(deployed)
    assert deployed.parts.open(Uid("bob"), GIVEN.packet_id).outcome is Outcome.NOT_FOR_YOU
    mute.answers = True
    deployed.work_off()
    assert [each["msg"]["packetId"] for each in said_in(deployed)] == [GIVEN.packet_id]
    assert deployed.parts.open(Uid("bob"), GIVEN.packet_id).outcome is Outcome.OPENED


def test_without_a_wallet_jobs_wait(deployed: Deployment) -> None:
    deployed.parts.give(GIVEN)
    deployed.parts.open(Uid("bob"), GIVEN.packet_id)
    without = Deployment(deployed.world, wallet="")
    without.work_off()
    assert without.world.queues.later
    again = Deployment(deployed.world)
    again.work_off()
    assert again.balances()["bob"] == GIVEN.shares[0]
