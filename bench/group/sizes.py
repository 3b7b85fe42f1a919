"""Measures a message to a group of one size, up to chatAck, and its fan-out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from bench.backlog import SENT_AT_MS, TEXT, peer
from bench.group.builder import BuiltGroup, GroupBuilder
from bench.group.figures import Figures, cost_figures
from bench.group.queue import CountedQueues
from bench.group.timing import spread_ms, timed_ms
from bench.stage import DEVICE, Measured, Stage, expect
from catchup.clock import system_clock
from catchup.domain.group import ROSTER_FROM
from catchup.domain.ids import ConnectionId, DeviceId, Uid
from catchup.domain.membership import OWN_LIMIT
from catchup.domain.presence import Connection, Encoding, Endpoint
from tests.support.engines import dynamodb_client
from tests.support.world import World

# Sizes, and how many people are online, including the sender: 1 % (at least one other), and 100.
CASES: Sequence[tuple[int, Sequence[int]]] = (
    (10, (2,)),
    (100, (2, 100)),
    (1_000, (10, 100)),
    (10_000, (100,)),
    (100_000, (100, 1_000)),
)
YOUNG_MEMBERS = 1_000
# A roster is used from two hours after it was begun.
ROSTER_AGE_MS = 3 * 3_600_000
# How many fan-outs are metered, and how many chats are sent at most to get them: hints come once a second.
METERED = 3
CHATS_AT_MOST = 100
TIMED = 200


class GroupOfSize:
    """A group on its own tables, with two deployments: one is metered, the other uses threads and is timed. Its owner,
    who sends, is online."""

    def __init__(self, endpoint: str, members: int, builder_client: Any, roster_age_ms: int = ROSTER_AGE_MS) -> None:
        now_ms = system_clock()
        has_roster = members > ROSTER_FROM
        self._group = BuiltGroup(
            1, members, roster_since_ms=now_ms - roster_age_ms if has_roster else 0, at_ms=now_ms - ROSTER_AGE_MS
        )
        self._stage = Stage(endpoint)
        self._builder = GroupBuilder(builder_client, self._stage.world.settings, system_clock)
        self._queue = CountedQueues(self._stage.world.queues)
        self._stage.world.parts.clients.queues = self._queue
        self._timed = World(dynamodb_client(endpoint, parameter_validation=False), self._stage.world.tables)
        self._timed.gateway.open = self._stage.world.gateway.open
        for world in (self._stage.world, self._timed):
            world.fans_out_at_once = False
        self._msg_ids = (f"5ab2fe83-59ec-44f0-8adc-{number:012}" for number in count(1))
        self._builder.write_group(self._group)
        self._sender = self._stage.world.online(peer(0), DEVICE)
        self._online = 1

    def bring_online(self, online: int) -> None:
        """Brings as many people online, including the sender."""
        uids = [peer(number) for number in range(self._online, online)]
        self._online = online
        if not self._group.roster_since_ms:
            for uid in uids:
                self._stage.world.online(uid, DEVICE)
            return
        since_ms = system_clock()
        endpoints = [_endpoint(uid, since_ms) for uid in uids]
        self._stage.world.gateway.open.update(endpoint.connection.connection_id for endpoint in endpoints)
        self._builder.enter_roster(self._group, endpoints)

    def figures(self) -> Figures:
        """A row of `sizes`."""
        first = self._send_and_fan_out()[1]
        chats, fan_outs = zip(*self._metered(), strict=True)
        # The usual chat, not one that happens to replace older own messages by a number.
        chat = sorted(chats, key=lambda each: each.cost.write_units)[len(chats) // 2]
        fan_out = max((each for each in fan_outs if each is not None), key=lambda each: each.cost.write_units)
        marks = first is not None and first.cost.write_units > 0
        found_by = ("hints" if marks else "roster") if self._group.roster_since_ms else "presence"
        # A hint is for messages of several connections, so it goes to all.
        told = self._online if found_by == "hints" else self._online - 1
        expect(fan_out.pushes == told, "everyone online is told, but for the sender's connection")
        timed_chats, timed_fan_outs = self._times()
        return {
            "members": self._group.members,
            "online": self._online,
            "found_by": found_by,
            "chat": {
                **_cost(chat),
                "queue_messages": self._queue_messages,
                **spread_ms(timed_chats),
                "times": len(timed_chats),
            },
            "fan_out": {
                **_cost(fan_out),
                "pushes": fan_out.pushes,
                "per_chat": len(timed_fan_outs) / len(timed_chats),
                **spread_ms(timed_fan_outs),
            },
            **({"marks_hot": first.cost.write_units} if marks and first is not None else {}),
        }

    def own_messages(self) -> Figures:
        """The highest cost of a chat of a sender who never clears, and how many chats cost so much."""
        chats = [self._send_and_fan_out()[0].cost for _ in range(2 * OWN_LIMIT)]
        dearest = max(chats, key=lambda cost: cost.write_units)
        return {
            "wu": dearest.write_units,
            "ru": dearest.read_units,
            "calls": dearest.sequential,
            "share": sum(cost.write_units == dearest.write_units for cost in chats) / len(chats),
            "mean_wu": sum(cost.write_units for cost in chats) / len(chats),
        }

    def fan_out(self) -> Figures:
        """The fan-out of one message."""
        fan_out = self._send_and_fan_out()[1]
        expect(fan_out is not None, "each message has a fan-out of its own")
        return {} if fan_out is None else {**_cost(fan_out), "pushes": fan_out.pushes}

    def _metered(self) -> Iterator[tuple[Measured, Measured | None]]:
        fan_outs = 0
        for _ in range(CHATS_AT_MOST):
            before = self._queue.sent
            chat, fan_out = self._send_and_fan_out()
            self._queue_messages = self._queue.sent - before
            yield chat, fan_out
            fan_outs += fan_out is not None
            if fan_outs == METERED:
                return

    def _send_and_fan_out(self) -> tuple[Measured, Measured | None]:
        """Sends a message and fans it out. None: an earlier hint already covers this message."""
        chat = self._stage.ask(self._sender, "chat", **self._message())
        world = self._stage.world
        if not (world.queues.ready or world.queues.later):
            return chat, None
        return chat, self._stage.measure(lambda: world.fan_out(delayed=True))

    def _times(self) -> tuple[Sequence[float], Sequence[float]]:
        sender, world = replace(self._sender, world=self._timed), self._timed
        chats, fan_outs = [], []
        for _ in range(TIMED):
            chats.append(timed_ms(lambda: sender.ok("chat", **self._message())))
            if world.queues.ready or world.queues.later:
                fan_outs.append(timed_ms(lambda: world.fan_out(delayed=True)))
        return chats, fan_outs

    def _message(self) -> dict[str, Any]:
        content = {"msg": {"message": TEXT}, "time": SENT_AT_MS}
        return {"msgId": next(self._msg_ids), "chatType": 2, "to": self._group.group_id, **content}


def _endpoint(uid: Uid, since_ms: int) -> Endpoint:
    return Endpoint(uid, DeviceId(DEVICE), Connection(ConnectionId(f"{uid}-{DEVICE}"), Encoding.JSON, since_ms))


def _cost(measured: Measured) -> dict[str, Any]:
    write_units, read_units = measured.cost.by_rule
    return {**cost_figures(measured.cost), "by_rule": {"wu": write_units, "ru": read_units}}


def sizes(endpoint: str, client: Any) -> Iterator[Figures]:
    """A row for each case."""
    for members, cases in CASES:
        group = GroupOfSize(endpoint, members, client)
        for online in cases:
            group.bring_online(online)
            yield group.figures()


def own_messages(endpoint: str, client: Any) -> Figures:
    """The cost of a sender who never clears."""
    group = GroupOfSize(endpoint, CASES[0][0], client)
    return group.own_messages()


def young_roster(endpoint: str, client: Any) -> Figures:
    """A group with a new roster: for two hours the presence of every member is read."""
    group = GroupOfSize(endpoint, YOUNG_MEMBERS, client, roster_age_ms=0)
    return {"members": YOUNG_MEMBERS, "online": 1, "fan_out": group.fan_out()}
