"""Measures the cost of write fan-out: a message stored for each member who is offline, like private messages.

Measured with the repositories of private sessions, for groups of up to 1,000: an Inbox row and a Counter update each.
The cost of larger groups is calculated from the cost per member; a thousandth of a unit does not matter.
"""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any

from bench.group.builder import BuiltGroup
from bench.group.figures import Figures
from bench.group.timing import timed_ms
from bench.repositories import storage
from bench.stage import Measured, Stage, expect
from catchup.clock import system_clock
from catchup.concurrency import MAX_PARALLEL_CALLS, Concurrency, Threads
from catchup.domain.ids import Seq, Uid
from catchup.domain.message import Message, Numbers
from catchup.settings import Settings
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.group_book import DynamoGroups
from catchup.storage.inbox import DynamoInbox
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.sent_log import DynamoSentLog
from catchup.usecases.sending.ports import Sent
from tests.support.engines import dynamodb_client

# As many people are online as in the cheaper case of sizes.py.
CASES = ((10, 2), (100, 2), (1_000, 10), (10_000, 100), (100_000, 1_000))
MEASURED_UP_TO = 1_000


class WriteFanOut:
    """Sends a message with a copy for each member."""

    def __init__(self, client: Any, settings: Settings, concurrency: Concurrency) -> None:
        self._concurrency = concurrency
        of = storage(client, settings, system_clock, concurrency)
        self._sent, self._messages = DynamoSentLog(of), DynamoMessageLog(of)
        self._inbox, self._counters = DynamoInbox(of), DynamoCounters(of)
        self._groups = DynamoGroups(of)

    def send(self, group: BuiltGroup, seq: Seq, offline: Sequence[Uid]) -> None:
        """Writes Sent, Message and the head, then the copies, and after them the counters, 25 side by side."""
        draft, digest = group.draft(seq)
        message = Message(draft, group.session, seq, system_clock(), Numbers(max(0, seq - 2)))
        self._sent.reserve(Sent(draft.sender, draft.msg_id, digest, message.place))
        self._messages.allocate(message)
        self._groups.raise_head(group.session, message.following, message.accepted_at_ms)
        self._concurrency.run(*(lambda uid=uid: self._inbox.put(uid, message) for uid in offline))
        self._concurrency.run(*(lambda uid=uid: self._count(uid, message) for uid in offline))

    def _count(self, uid: Uid, message: Message) -> None:
        self._counters.raise_to(uid, message)


def write_fan_out(endpoint: str) -> Iterator[Figures]:
    """A row for each size."""
    measured: Figures = {}
    for members, online in CASES:
        if members <= MEASURED_UP_TO:
            measured = _measured(endpoint, members, online)
            yield measured
        else:
            yield _computed(measured, members, online)


def _measured(endpoint: str, members: int, online: int) -> Figures:
    stage = Stage(endpoint)
    group = BuiltGroup(1, members)
    offline = group.uids()[online:]
    # The metered calls go out one after another, the timed ones side by side.
    metered = WriteFanOut(stage.world.dynamodb, stage.world.settings, stage.concurrency)
    timed = WriteFanOut(dynamodb_client(endpoint, parameter_validation=False), stage.world.settings, Threads())
    one: Measured = stage.measure(lambda: metered.send(group, Seq(1), []))
    all_of_them = stage.measure(lambda: metered.send(group, Seq(2), offline))
    per_member = (all_of_them.cost.write_units - one.cost.write_units) / len(offline)
    expect(len(stage.world.rows("Counter")) == len(offline), "everyone offline is counted for")
    return {
        "members": members,
        "offline": len(offline),
        "wu": all_of_them.cost.write_units,
        "wu_per_offline_member": per_member,
        "calls": all_of_them.cost.sequential,
        "ms": round(timed_ms(lambda: timed.send(group, Seq(3), offline)), 1),
        "computed": False,
    }


def _computed(measured: Figures, members: int, online: int) -> Figures:
    offline, each = members - online, measured["wu_per_offline_member"]
    fixed_wu = measured["wu"] - measured["offline"] * each
    fixed_calls = measured["calls"] - _rounds(measured["offline"])
    return {
        "members": members,
        "offline": offline,
        "wu": fixed_wu + offline * each,
        "wu_per_offline_member": each,
        "calls": fixed_calls + _rounds(offline),
        "ms": None,
        "computed": True,
    }


def _rounds(offline: int) -> int:
    """The rounds of copies, and of counters."""
    return 2 * ceil(offline / MAX_PARALLEL_CALLS)
