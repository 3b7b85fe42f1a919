"""The repositories of one deployment, with time, pauses and reports in a test's hands; and rows to put into them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from google.protobuf.struct_pb2 import Struct

from catchup.clock import Deadline
from catchup.domain.counter import Counter
from catchup.domain.ids import ConnectionId, DeviceId, MsgId, Seq, SessionId, Uid
from catchup.domain.message import NONE, Draft, Message, Numbers, Place
from catchup.domain.presence import Connection, Encoding, Endpoint
from catchup.metrics import Metric
from catchup.storage.block_book import DynamoBlocks
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.dynamo import Dynamo
from catchup.storage.group_book import DynamoGroups
from catchup.storage.held_messages import DynamoHeldMessages
from catchup.storage.inbox import DynamoInbox
from catchup.storage.join_requests import DynamoJoinRequests
from catchup.storage.member_book import DynamoMembers
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.position_book import DynamoPositions
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.reading import Storage
from catchup.storage.receipts import DynamoReceipts
from catchup.storage.roster import DynamoRoster
from catchup.storage.sent_log import DynamoSentLog
from catchup.storage.sightings import DynamoSightings
from catchup.usecases.sending.ports import Sent
from tests.support.rows import rows_of
from tests.support.telemetry import KeptTelemetry

ALICE, BOB = Uid("alice"), Uid("bob")
SESSION = SessionId("p:alice:bob")
NOW_MS = 1_700_000_000_000
DAY_MS = 86_400_000
RETENTION_DAYS = 30
EXPIRED = {"N": str(NOW_MS // 1_000 - 1)}
LONG_TEXT = "x" * 16_000
# No client can send so much. Three rows of it are what one query reads: a search stops early after some twenty.
HUGE_TEXT = "x" * 300_000


_NAMES = ("Presence", "Session", "Sent", "Message", "Inbox", "Counter", "Roster", "Held")
_NO_TABLES = {f"{name}Table": name for name in _NAMES}


class InTurn:
    """Concurrency for moto, which is not thread-safe: one task after another."""

    def run(self, *tasks: Callable[[], Any]) -> Sequence[Any]:
        return [task() for task in tasks]


@dataclass
class Time:
    """A clock that a test sets, and the time an invocation has left, of which only pauses take."""

    now_ms: int = NOW_MS
    left_ms: float = 15_000
    pauses: list[float] = field(default_factory=list)

    def clock(self) -> int:
        return self.now_ms

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.left_ms -= seconds * 1_000

    @property
    def deadline(self) -> Deadline:
        return Deadline(lambda: int(self.left_ms))


def settings_of(tables: Mapping[str, str]) -> SimpleNamespace:
    """The settings of a deployment with these tables."""
    names = {f"{name.removesuffix('Table').lower()}_table": table for name, table in tables.items()}
    days = {f"{name}_retention_days": RETENTION_DAYS for name in ("message", "inbox", "held")}
    return SimpleNamespace(**names, **days, sent_retention_days=7)


class Stores:
    """Repositories on the tables of one deployment."""

    def __init__(self, client: Any, tables: Mapping[str, str], time: Time | None = None) -> None:
        self.client = client
        self.tables = tables
        self.time = time or Time()
        self.telemetry = telemetry = KeptTelemetry()
        self.dynamo = Dynamo(client, self.time.sleep)
        self.storage = of = Storage(self.dynamo, settings_of(tables), self.time.clock, InTurn(), telemetry)
        self.groups, self.members, self.roster = DynamoGroups(of), DynamoMembers(of), DynamoRoster(of)
        self.sent_log, self.messages, self.inbox = DynamoSentLog(of), DynamoMessageLog(of), DynamoInbox(of)
        self.positions, self.receipts = DynamoPositions(of), DynamoReceipts(of)
        self.held, self.counters, self.presence = DynamoHeldMessages(of), DynamoCounters(of), DynamoPresenceBook(of)
        self.blocks, self.sightings, self.requests = DynamoBlocks(of), DynamoSightings(of), DynamoJoinRequests(of)

    @property
    def poison(self) -> list[tuple[str, Any]]:
        """Table and key of the rows that could not be read."""
        assert all(metric is Metric.POISON_ROWS and keys["reason"] for metric, keys in self.telemetry.errors)
        return [(keys["table"], keys["key"]) for _, keys in self.telemetry.errors]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, by its logical id without `Table`; sets and attributes in an order of their own."""
        return sorted((_ordered(item) for item in rows_of(self.client, self.tables[f"{table}Table"])), key=str)

    def trace(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that is stored."""
        return {name: self.rows(name.removesuffix("Table")) for name in self.tables}

    def put_row(self, table: str, row: Mapping[str, Any]) -> None:
        """A row as other code may have left it."""
        self.client.put_item(TableName=self.tables[f"{table}Table"], Item=row)

    def put_rows(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Many rows."""
        requests = [{"PutRequest": {"Item": row}} for row in rows]
        for start in range(0, len(requests), 25):
            self.client.batch_write_item(RequestItems={self.tables[f"{table}Table"]: requests[start : start + 25]})

    def add(self, table: str, key: Mapping[str, Any], **attributes: Any) -> None:
        """Adds attributes to a row, as newer code does."""
        self.client.update_item(
            TableName=self.tables[f"{table}Table"],
            Key=key,
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
        )


def _ordered(item: Mapping[str, Any]) -> dict[str, Any]:
    """Sets have no order of their own."""
    return {
        name: {kind: sorted(value, key=int) if kind == "NS" else value for kind, value in item[name].items()}
        for name in sorted(item)
    }


def message(
    seq: int,
    *,
    msg_id: str | None = None,
    sender: Uid = ALICE,
    to: Uid = BOB,
    session: str = SESSION,
    text: str = "hello",
    at_ms: int = NOW_MS,
    before: Numbers = NONE,
) -> Message:
    """A message of alice's to bob. `before`: how many counted messages there are before it."""
    content = Struct()
    content.update({"message": text})
    draft = Draft(
        msg_id=MsgId(msg_id or f"m-{seq}"),
        sender=sender,
        recipient=to,
        wants_ack=True,
        sent_at_ms=at_ms,
        content=content.SerializeToString(deterministic=True),
    )
    return Message(draft, SessionId(session), Seq(seq), at_ms, before)


def tell(stores: Stores, *numbers: int, session: str = SESSION, sender: Uid = ALICE) -> list[Counter | None]:
    """Raises bob's counter to these messages of the other's, which are all that there is in the session."""
    alone = [message(seq, session=session, sender=sender) for seq in numbers]
    is_first = session.startswith(f"p:{sender}:")
    before = [Numbers(one.seq - 1, 0) if is_first else Numbers(0, one.seq - 1) for one in alone]
    told = [replace(one, before=numbers) for one, numbers in zip(alone, before, strict=True)]
    return [stores.counters.raise_to(BOB, one) for one in told]


def come_to(stores: Stores, seq: int) -> None:
    """As if alice's counter knew that the session has come so far, by messages of hers."""
    row = {"lastSeq": seq, "sent": seq, "timestamp": NOW_MS}
    key = {"uid": {"S": ALICE}, "sessionId": {"S": SESSION}}
    stores.put_row("Counter", key | {name: {"N": str(number)} for name, number in row.items()})


def sent(seq: int, msg_id: str = "m", uid: Uid = ALICE, before: Numbers = NONE, is_held: bool = False) -> Sent:
    """A candidate of alice's."""
    return Sent(uid, MsgId(msg_id), b"digest", Place(Seq(seq), before), is_held)


def endpoint(since_ms: int = NOW_MS, uid: Uid = BOB, device: str = "phone", name: str | None = None) -> Endpoint:
    """A connection that opened then; its id is made of the device and the time."""
    connection = ConnectionId(name or f"{uid}-{device}-{since_ms}")
    return Endpoint(uid, DeviceId(device), Connection(connection, Encoding.JSON, since_ms))


class Written:
    """A client that keeps what would be put, so that tests put rows as the repositories do."""

    def __init__(self) -> None:
        self.item: dict[str, Any] = {}

    def put_item(self, Item: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self.item = Item
        return {}


def inbox_row(stored: Message, owner: Uid = BOB, expired: bool = False) -> dict[str, Any]:
    """The row of a message that waits."""
    client = Written()
    Stores(client, _NO_TABLES).inbox.put(owner, stored)
    return client.item | ({"ttl": EXPIRED} if expired else {})


def message_row(stored: Message, expired: bool = False) -> dict[str, Any]:
    """The row of a message in history."""
    client = Written()
    Stores(client, _NO_TABLES).messages.allocate(stored)
    return client.item | ({"ttl": EXPIRED} if expired else {})


def seqs_of(messages: Iterable[Message]) -> list[int]:
    """Their seqs."""
    return [one.seq for one in messages]


def seqs(*numbers: int) -> list[Seq]:
    """Numbers as seqs."""
    return [Seq(number) for number in numbers]


@contextmanager
def last_read(stores: Stores) -> Iterator[list[Any]]:
    """The keys at which queries stopped, in their order."""
    keys: list[Any] = []

    def note(parsed: Any, **_: Any) -> None:
        if "LastEvaluatedKey" in parsed:
            keys.append(parsed["LastEvaluatedKey"])

    stores.client.meta.events.register("after-call.dynamodb.Query", note)
    yield keys
    stores.client.meta.events.unregister("after-call.dynamodb.Query", note)
