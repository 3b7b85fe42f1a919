"""Measures the cost of changes of a group, of messages that meet changes on their way, and of denials."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import patch

from bench.group.figures import Figures
from bench.stage import Measured, Stage, expect
from catchup.commands import COMMANDS
from catchup.domain.ids import Uid
from catchup.storage.sent_log import DynamoSentLog
from catchup.usecases.groups.ports import GroupLookup
from tests.support.world import Phone

GROUP = "5ab2fe83-59ec-44f0-8adc-abf26c1e1029"
# How many changes a message finds above the head that its author has read.
RACES = (1, 2, 4)


class Room:
    """A group of three people, and their phones."""

    def __init__(self, endpoint: str) -> None:
        self._stage = Stage(endpoint)
        self._stage.world.fans_out_at_once = False
        self._ids = (f"5ab2fe83-59ec-44f0-8adc-{number:012}" for number in count(1))
        self.owner, self.member, self.other = (self._stage.phone(Uid(name)) for name in ("owner", "member", "other"))
        self.change(self.owner, "create", uids=["member", "other"])

    def change(self, phone: Phone, cmd: str, **more: Any) -> Figures:
        """Makes a change; the answer must be OK."""
        return _row(cmd, self._stage.ask(phone, cmd, msgId=next(self._ids), groupId=GROUP, **more))

    def add_one_by_one(self, uids: Sequence[str]) -> None:
        """Adds these people, with one change for each."""
        for uid in uids:
            self.change(self.owner, "add", uids=[uid])

    def say(self, name: str, phone: Phone) -> Figures:
        """Sends a message; the answer must be OK."""
        return _row(name, self._stage.ask(phone, "chat", **self._message()))

    def denied(self, phone: Phone) -> Figures:
        """Sends a message that must be denied."""
        frame, answer = json.dumps({"cmd": "chat", "body": self._message()}), ""

        def send() -> None:
            nonlocal answer
            answer = phone.send_frame(frame, COMMANDS["chat"].function, "chat")

        measured = self._stage.measure(send)
        expect(json.loads(answer)["code"] == "PERMISSION_DENIED", "a stranger is denied")
        return _row("a message that is denied", measured)

    def with_an_old_look_up(self, happens: Callable[[], object], then: Callable[[], Figures]) -> Figures:
        """Runs `happens`, then `then`. Look-ups in `then` return the state from before `happens`."""
        original, found = DynamoSentLog.look_up_in_group, self._looked_up()

        def look_up(log: DynamoSentLog, *given: Any) -> GroupLookup:
            return original(log, *given)._replace(group=found.group, membership=found.membership)

        happens()
        with patch.object(DynamoSentLog, "look_up_in_group", look_up):
            return then()

    def _looked_up(self) -> GroupLookup:
        original, found = DynamoSentLog.look_up_in_group, []

        def look_up(log: DynamoSentLog, *given: Any) -> GroupLookup:
            found.append(original(log, *given))
            return found[-1]

        with patch.object(DynamoSentLog, "look_up_in_group", look_up):
            self.say("", self.member)
        last = found[-1]
        (head,) = (row for row in self._stage.world.rows("Session") if "founder" in row)
        expect(last.group is not None and int(head["lastSeq"]["N"]) == last.group.head + 1, "the head was raised once")
        return last

    def _message(self) -> dict[str, Any]:
        return {"msgId": next(self._ids), "chatType": 2, "to": GROUP, "msg": {"message": "hello"}}


def changes(endpoint: str) -> Iterator[Figures]:
    """A row for each kind of request."""
    room = Room(endpoint)
    yield room.say("a message", room.member)
    yield room.change(room.owner, "add", uids=["newcomer"])
    yield room.change(room.owner, "role", uid="member", role="ADMIN")
    yield room.change(room.owner, "remove", uids=["newcomer"])
    yield room.change(room.other, "leave")
    yield room.denied(room.other)
    for number in RACES:
        uids = [f"guest-{number}-{each}" for each in range(number)]
        met = room.with_an_old_look_up(
            partial(room.add_one_by_one, uids),
            partial(room.say, "a message that meets another and changes", room.member),
        )
        yield {**met, "met": number}


def _row(name: str, measured: Measured) -> Figures:
    cost = measured.cost
    return {"request": name, "wu": cost.write_units, "ru": cost.read_units, "calls": cost.sequential, "met": 0}
