"""The rows behind the page: a backlog is written in bulk, as sends would have written it, and read as it waits."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from bench.backlog import Correspondence
from bench.builder import Builder
from catchup.clock import system_clock
from catchup.concurrency import Concurrency
from catchup.domain.ids import Seq, SessionId, Uid, private_session
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
# The time between two messages of a friend, and between the newest ones of two friends.
MESSAGE_MS = 7_000
FRIEND_MS = 60_000
ROWS_PER_CALL = 25


@dataclass(frozen=True, slots=True)
class Letters(Correspondence):
    """What a friend has written while the person was away."""

    def text(self, seq: int) -> str:
        """One of some lines, which friends say in turn, with its number: a lost or doubled one would be seen."""
        return f"{LINES[(seq + len(self.peer) + ord(self.peer[0])) % len(LINES)]} ({seq})"

    def at_ms(self, seq: int) -> int:
        """The time when this message was accepted."""
        return self.began_ms + seq * MESSAGE_MS

    def sent_at_ms(self, seq: int) -> int:
        """The friend's clock is right, and a message takes no time."""
        return self.at_ms(seq)


def seed(stack: "LocalStack", to: str, messages: int) -> float:
    """Writes messages of ten friends to a person; returns the seconds that it took. It blocks.

    The friends are people with whom the person has no session yet, so every row is known without reading one.
    """
    started = time.perf_counter()
    dynamodb: Any = client("dynamodb", stack.engine.dynamodb, stack.options.region)
    written = letters(Uid(to), messages, strangers(dynamodb, stack.tables["CounterTable"], Uid(to)), system_clock())
    if stack.engine.dynamodb == stack.engine.services:
        Builder(_Moto(stack), settings_of(stack), _InOrder()).write(written)
    else:
        Builder(dynamodb, settings_of(stack)).write(written)
    return time.perf_counter() - started


def letters(to: Uid, messages: int, friends: Sequence[Uid], now_ms: int) -> Sequence[Letters]:
    """The messages, spread over friends. The first friend has the newest."""
    per_friend, rest = divmod(messages, len(friends))
    return [
        Letters(to, friend, 0, waiting, now_ms - index * FRIEND_MS - waiting * MESSAGE_MS)
        for index, friend in enumerate(friends)
        if (waiting := per_friend + (index < rest)) > 0
    ]


def strangers(dynamodb: Any, counter_table: str, to: Uid) -> Sequence[Uid]:
    """Ten uids without a session with this person: Anna, Ben, …, or Anna-2, Ben-2, …"""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=counter_table,
        KeyConditionExpression="uid = :u",
        ExpressionAttributeValues={":u": {"S": to}},
        ProjectionExpression="sessionId",
        ConsistentRead=True,
    )
    known = {row["sessionId"]["S"] for page in pages for row in page["Items"]} | {private_session(to, to)}
    return next(
        friends for friends in _friends() if known.isdisjoint(private_session(to, friend) for friend in friends)
    )


def _friends() -> Iterator[Sequence[Uid]]:
    yield tuple(map(Uid, FRIENDS))
    for number in count(2):
        yield tuple(Uid(f"{friend}-{number}") for friend in FRIENDS)


class _Moto:
    """The one call of DynamoDB that the builder makes, without HTTP."""

    def __init__(self, stack: "LocalStack") -> None:
        self._stack = stack

    def batch_write_item(self, RequestItems: Mapping[str, Sequence[Any]]) -> Mapping[str, Any]:  # noqa: N803 - boto3's
        for table, requests in RequestItems.items():
            items = [request["PutRequest"]["Item"] for request in requests]
            self._stack.engine.moto.put_items(self._stack.options.region, table, items)
        return {"UnprocessedItems": {}}


class _InOrder(Concurrency):
    """One call after another: moto takes one at a time."""

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        return [task() for task in tasks]


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


def settings_of(stack: "LocalStack") -> Settings:
    """The settings of all functions of the stack."""
    environments = stack.functions.environments
    return read(
        [name for name in VARIABLES if not name.startswith("jwt_")],
        {name: value for each in environments.values() for name, value in each.items()},
    )
