"""The rows behind the page: a backlog is written in bulk, as sends would have written it, and read as it waits."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.backlog import Correspondence
from bench.builder import Builder
from catchup.clock import system_clock
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Numbers, Place
from catchup.domain.presence import Encoding
from catchup.settings import VARIABLES, Settings, read
from catchup.storage.tables import pair_of
from catchup.wire.codec import encode
from catchup.wire.messages import decode_payload
from catchup.wire.pushes import message_push
from local.aws import client

if TYPE_CHECKING:
    from local.stack import LocalStack

FRIENDS = ("Anna", "Ben", "Chen", "Dora", "Emil", "Fatima", "Goran", "Hana", "Ivo", "Juno")
LINES = (
    "Are you there?",
    "We meet at eight, at the usual place.",
    "Look at this: the train is late again, so take the next one.",
    "你到了吗？我们在老地方见。",
    "The tickets are with me.",
    "Never mind, it has sorted itself out.",
    "Call me when you are back, it is nothing urgent.",
)


@dataclass(frozen=True, slots=True)
class Letters(Correspondence):
    """What a friend has written while the person was away."""

    def text(self, seq: int) -> str:
        """One of some lines, with its number, so that a lost or doubled one would be seen."""
        return f"{LINES[seq % len(LINES)]} ({seq})"


def seed(stack: "LocalStack", to: str, count: int, round_number: int) -> float:
    """Writes `count` messages of ten friends to a person; returns the seconds that it took. It blocks.

    Each round has friends of its own: their sessions are new, so every row is known without reading one.
    """
    started, now_ms = time.perf_counter(), system_clock()
    per_friend, rest = divmod(count, len(FRIENDS))
    letters = [
        Letters(Uid(to), Uid(f"{friend}-{round_number}"), 0, waiting, now_ms - (index + 1) * 60_000 - waiting)
        for index, friend in enumerate(FRIENDS)
        if (waiting := per_friend + (index < rest)) > 0
    ]
    dynamodb: Any = client("dynamodb", stack.engine.dynamodb, stack.options.region)
    Builder(dynamodb, _settings_of(stack)).write(letters)
    return time.perf_counter() - started


def waiting_frames(stack: "LocalStack", uid: str) -> Sequence[str]:
    """The frames in which a server of the old kind pushes all private messages that wait for a person."""
    dynamodb: Any = client("dynamodb", stack.engine.dynamodb, stack.options.region)
    pages = dynamodb.get_paginator("query").paginate(
        TableName=stack.tables["InboxTable"],
        KeyConditionExpression="uid = :u",
        ExpressionAttributeValues={":u": {"S": uid}},
    )
    frames = []
    for row in (row for page in pages for row in page["Items"]):
        session, seq = row["key"]["S"].rsplit("#", 1)
        place = Place(Seq(int(seq)), Numbers(*pair_of(row["before"]["S"])))
        message = decode_payload(row["payload"]["B"], SessionId(session), place)
        frames.append(encode(message_push(message, message.accepted_at_ms), Encoding.JSON))
    return frames


def _settings_of(stack: "LocalStack") -> Settings:
    environments = stack.functions.environments
    return read(
        [name for name in VARIABLES if not name.startswith("jwt_")],
        {name: value for each in environments.values() for name, value in each.items()},
    )
