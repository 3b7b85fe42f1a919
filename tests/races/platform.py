"""Everything outside the functions, as a value: what DynamoDB holds, which connections are open, what was pushed and
what is queued.

`Platform.after` is a function: a call and what was there before it in, the answer and what is there after it out. What
rows answer is asked of a real engine, once for each question: an exploration asks the same few hundred again and again.
"""

import pickle
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.people.person import NoAnswer
from tests.people.tables import SETS, tables_of
from tests.support.bucket import Bucket, Stored

Item = Mapping[str, Any]
Rows = frozenset[Hashable]

WRITES = frozenset({"put_item", "update_item", "delete_item", "batch_write_item", "transact_write_items"})
OF_OBJECTS = frozenset({"head_object", "put_object_tagging", "put_object", "delete_object"})
POSTS = frozenset({"post_to_connection", "delete_connection", "send_message"}) | OF_OBJECTS


def freeze(value: Any) -> Hashable:
    """Equal for values that mean the same: neither attributes nor the members of DynamoDB's sets have an order."""
    if isinstance(value, Mapping):
        return tuple(sorted((name, freeze(sorted(inner) if name in SETS else inner)) for name, inner in value.items()))
    if isinstance(value, list | tuple):
        return tuple(freeze(inner) for inner in value)
    hashable: Hashable = value
    return hashable


class _Keyed:
    """Equal to what has an equal key; the hash of a key, which may be long, is made once."""

    def __init__(self, key: Hashable) -> None:
        self._key = key
        self._hash = hash(key)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, type(self)) and self._key == other._key)

    def __hash__(self) -> int:
        return self._hash


class Call(_Keyed):
    """One call of a function to AWS; equal if it asks for the same."""

    def __init__(self, operation: str, arguments: Mapping[str, Any]) -> None:
        super().__init__((operation, freeze(arguments)))
        self.operation = operation
        self.arguments = arguments

    @property
    def can_fail(self) -> bool:
        """Whether it is a function's; the network and a device's look at what it was sent can't fail."""
        return self.operation not in _CONNECTIONS or self.operation in POSTS

    @property
    def tables(self) -> Sequence[str]:
        """The tables that it touches."""
        if "RequestItems" in self.arguments:
            return tuple(sorted(self.arguments["RequestItems"]))
        if "TransactItems" in self.arguments:
            return tables_of(self.arguments)
        return (self.arguments["TableName"],) if "TableName" in self.arguments else ()

    @property
    def eventually_read(self) -> Sequence[str]:
        """The tables that it reads without asking for consistency."""
        if self.operation == "batch_get_item":
            wanted = self.arguments["RequestItems"]
            return tuple(table for table in self.tables if not wanted[table].get("ConsistentRead"))
        return self.tables if self.operation == "query" and not self.arguments.get("ConsistentRead") else ()

    def __str__(self) -> str:
        at = (
            self.arguments.get("ConnectionId")
            or self.arguments.get("QueueUrl")
            or ", ".join(name.rpartition("-")[2] for name in self.tables)
            or self.arguments.get("Key", "").partition("/")[0]
        )
        return f"{self.operation} {at}"


class Answer(_Keyed):
    """What a call gave: a value, or an error of the client's."""

    def __init__(self, value: Any) -> None:
        if isinstance(value, ClientError):
            super().__init__(freeze({name: value.response.get(name) for name in ("Error", "Item")}))
        else:
            super().__init__(repr(value) if isinstance(value, BaseException) else freeze(value))
        self._pickled = pickle.dumps(value)

    def give(self) -> Any:
        """Returns the value, or raises the error: a copy each time, for whoever gets it may change it."""
        value = pickle.loads(self._pickled)  # noqa: S301 - pickled just above
        if isinstance(value, BaseException):
            raise value
        return value


# No response, as often as the SDK tries; and: the function dies instead of going on.
NO_ANSWER = Answer(ReadTimeoutError(endpoint_url="injected"))
DEATH = Answer(NoAnswer())


@dataclass(frozen=True)
class Deployment:
    """One moment of everything outside the functions."""

    tables: tuple[tuple[str, Rows], ...]
    open: frozenset[str] = frozenset()
    posted: tuple[tuple[str, tuple[bytes, ...]], ...] = ()
    ready: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    # What the bucket of media holds, by key, pickled.
    objects: tuple[tuple[str, bytes], ...] = ()

    def frames(self, connection: str) -> tuple[bytes, ...]:
        return dict(self.posted).get(connection, ())

    def lagging(self, old: "Deployment", tables: frozenset[str]) -> "Deployment":
        """As now, but for these tables."""
        there = dict(old.tables)
        return replace(
            self, tables=tuple((name, there[name] if name in tables else rows) for name, rows in self.tables)
        )

    def with_frame(self, connection: str, frame: bytes) -> "Deployment":
        posted = {**dict(self.posted), connection: (*self.frames(connection), frame)}
        return replace(self, posted=tuple(sorted(posted.items())))


class Platform:
    """Answers calls. `client` is an engine whose tables belong to this object alone."""

    def __init__(self, client: Any, tables: Mapping[str, str]) -> None:
        self.names = tables
        self._client = client
        self.keys = {
            table: [key["AttributeName"] for key in client.describe_table(TableName=table)["Table"]["KeySchema"]]
            for table in tables.values()
        }
        self._items: dict[Hashable, Item] = {}
        self._in_engine: dict[str, Rows] = {table: frozenset() for table in tables.values()}
        self._known: dict[Hashable, tuple[Answer, Mapping[str, Rows]]] = {}

    @property
    def empty(self) -> Deployment:
        return Deployment(tuple((table, frozenset()) for table in sorted(self.keys)))

    @property
    def questions(self) -> int:
        """How often the engine was asked."""
        return len(self._known)

    def after(self, call: Call, before: Deployment) -> tuple[Answer, Deployment]:
        """The answer to a call, and what is there then."""
        if call.operation in _CONNECTIONS:
            return _CONNECTIONS[call.operation](before, **call.arguments)
        rows = dict(before.tables)
        touched = {table: rows[table] for table in call.tables}
        question = (call, freeze(touched))
        if question not in self._known:
            self._known[question] = self._ask(call, touched)
        answer, changed = self._known[question]
        if not changed:
            return answer, before
        return answer, replace(before, tables=tuple(sorted({**rows, **changed}.items())))

    def stale(self, call: Call, now: Deployment, old: Deployment) -> list[Answer]:
        """What an eventually consistent read may answer instead, if some of the tables that it reads lag behind."""
        tables = call.eventually_read
        choices = [frozenset(lagging) for size in range(len(tables)) for lagging in combinations(tables, size + 1)]
        answers = dict.fromkeys(self.after(call, now.lagging(old, chosen))[0] for chosen in choices)
        return [answer for answer in answers if answer != self.after(call, now)[0]]

    def _ask(self, call: Call, touched: Mapping[str, Rows]) -> tuple[Answer, Mapping[str, Rows]]:
        for table, rows in touched.items():
            self._bring(table, rows)
        try:
            response = getattr(self._client, call.operation)(**call.arguments)
        except ClientError as error:
            return Answer(error), {}
        answer = Answer({name: inner for name, inner in response.items() if name != "ResponseMetadata"})
        return answer, {table: self._read(table) for table in touched} if call.operation in WRITES else {}

    def _bring(self, table: str, rows: Rows) -> None:
        """Makes the engine's table hold exactly these rows."""
        there = self._in_engine[table]
        for row in there - rows:
            self._client.delete_item(TableName=table, Key={name: self._items[row][name] for name in self.keys[table]})
        for row in rows - there:
            self._client.put_item(TableName=table, Item=self._items[row])
        self._in_engine[table] = rows

    def _read(self, table: str) -> Rows:
        items = self._client.scan(TableName=table, ConsistentRead=True)["Items"]
        found = {freeze(item): item for item in items}
        self._items.update(found)
        self._in_engine[table] = frozenset(found)
        return self._in_engine[table]


def _post(before: Deployment, ConnectionId: str, Data: bytes) -> tuple[Answer, Deployment]:  # noqa: N803 - boto3's names
    if ConnectionId not in before.open:
        return _GONE, before
    return _DONE, before.with_frame(ConnectionId, Data)


def _delete(before: Deployment, ConnectionId: str) -> tuple[Answer, Deployment]:  # noqa: N803
    if ConnectionId not in before.open:
        return _GONE, before
    return _DONE, replace(before, open=before.open - {ConnectionId})


def _connect(before: Deployment, ConnectionId: str) -> tuple[Answer, Deployment]:  # noqa: N803
    return _DONE, replace(before, open=before.open | {ConnectionId})


def _drop(before: Deployment, ConnectionId: str) -> tuple[Answer, Deployment]:  # noqa: N803
    return _DONE, replace(before, open=before.open - {ConnectionId})


def _is_open(before: Deployment, ConnectionId: str) -> tuple[Answer, Deployment]:  # noqa: N803
    return Answer(ConnectionId in before.open), before


def _frames(before: Deployment, ConnectionId: str) -> tuple[Answer, Deployment]:  # noqa: N803
    return Answer(before.frames(ConnectionId)), before


def _send(before: Deployment, MessageBody: str, DelaySeconds: int = 0, **named: str) -> tuple[Answer, Deployment]:  # noqa: N803
    """A hint that is queued already is the same; time stands still."""
    if "MessageGroupId" in named and MessageBody in before.later:
        return _DONE, before
    if "MessageGroupId" in named or DelaySeconds:
        return _DONE, replace(before, later=(*before.later, MessageBody))
    return _DONE, replace(before, ready=(*before.ready, MessageBody))


def _take(before: Deployment, delayed: bool) -> tuple[Answer, Deployment]:
    if delayed:
        return Answer((*before.ready, *before.later)), replace(before, ready=(), later=())
    return Answer(before.ready), replace(before, ready=())


def _give_back(before: Deployment, bodies: tuple[str, ...]) -> tuple[Answer, Deployment]:
    return _DONE, replace(before, later=(*before.later, *bodies))


def _in_bucket(operation: str) -> Callable[..., tuple[Answer, Deployment]]:
    """A call to the bucket of media."""

    def perform(before: Deployment, **arguments: Any) -> tuple[Answer, Deployment]:
        bucket = Bucket()
        bucket.objects = objects_of(before)
        try:
            answer = Answer(getattr(bucket, operation)(**arguments))
        except ClientError as error:
            answer = Answer(error)
        return answer, replace(before, objects=with_objects(bucket.objects))

    return perform


def objects_of(moment: Deployment) -> dict[str, Stored]:
    """What the bucket holds."""
    return {key: pickle.loads(stored) for key, stored in moment.objects}  # noqa: S301 - our own


def with_objects(objects: Mapping[str, Stored]) -> tuple[tuple[str, bytes], ...]:
    """The same as a value. When a note that is empty was put makes no difference."""
    steady = {
        key: stored if stored.body else Stored(b"", {"LastModified": None, "ContentLength": 0})
        for key, stored in objects.items()
    }
    return tuple(sorted((key, pickle.dumps(stored)) for key, stored in steady.items()))


_DONE = Answer({})
_GONE = Answer(
    ClientError({"Error": {"Code": "Gone"}, "ResponseMetadata": {"HTTPStatusCode": 410}}, "PostToConnection")  # type: ignore[typeddict-item]
)
_CONNECTIONS = {
    "post_to_connection": _post,
    "delete_connection": _delete,
    "send_message": _send,
    # What is no call of a function's: the network connects and drops, a device looks at what it was sent, SQS polls.
    "connect": _connect,
    "drop": _drop,
    "is_open": _is_open,
    "frames": _frames,
    **{operation: _in_bucket(operation) for operation in OF_OBJECTS},
    "take": _take,
    "give_back": _give_back,
}
