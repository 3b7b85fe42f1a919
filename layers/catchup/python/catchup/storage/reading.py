"""What the class of each table is made of; and reading rows: one that can't be read is skipped, reported and kept, and
the rest of its page arrives."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from catchup.clock import Clock
from catchup.concurrency import Concurrency
from catchup.errors import Unreadable
from catchup.metrics import Metric, Telemetry
from catchup.settings import DAY_SECONDS, Settings
from catchup.storage.dynamo import Dynamo, Item

T = TypeVar("T")

# Queries that one page may take when expired or unreadable rows are in the way; the second and later ones read as much
# as a query can (1 MB), so that a page gets past some thousands of them.
MAX_QUERIES = 5
ROWS_PER_LONG_QUERY = 5_000

# A query reads at most 1 MB. A page whose messages have come to half of that ends: as many again may not fit an answer,
# and would be read for nothing.
FULL_PAGE_BYTES = 500_000

# The keys of each table, by which a row that can't be read is reported.
KEYS = {
    "session": ("sessionId",),
    "sent": ("uid", "msgId"),
    "message": ("sessionId", "seq"),
    "inbox": ("uid", "key"),
    "held": ("uid", "msgId"),
    "counter": ("uid", "sessionId"),
    "hidden": ("uid", "key"),
    "roster": ("sessionId", "device"),
    "packet": ("pk", "sk"),
}

# What decoding a corrupt row raises: PynamoDB's attributes and protobuf raise all of these.
_CORRUPT = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError)


class Reader:
    """Decodes rows of one table. `table`: its name."""

    def __init__(self, table: str, key_names: Sequence[str], telemetry: Telemetry) -> None:
        self.table = table
        self._key_names = key_names
        self._telemetry = telemetry

    def readable(self, items: Sequence[Item], decode: Callable[[Any], T]) -> Iterator[T]:
        """The rows that can be decoded, in their order."""
        for item in items:
            decoded = self.one(item, decode)
            if decoded is not None:
                yield decoded

    def one(self, item: Item, decode: Callable[[Any], T]) -> T | None:
        """The decoded row; None, and a report, if it can't be decoded."""
        try:
            return decode(dict(item))
        except _CORRUPT as error:
            self.report(item, error)
            return None

    def certain(self, item: Item, decode: Callable[[Any], T]) -> T:
        """The decoded row. Raises Unreadable, and reports, if it can't be decoded."""
        decoded = self.one(item, decode)
        if decoded is None:
            raise Unreadable(item["msgId"]["S"])
        return decoded

    def report(self, item: Item, error: Exception) -> None:
        """Reports that a row can't be used, and why."""
        key = {name: item.get(name) for name in self._key_names}
        reason = f"{type(error).__name__}: {error}"[:200]
        self._telemetry.error("poison row", Metric.POISON_ROWS, table=self.table, key=key, reason=reason)


@dataclass(eq=False, repr=False, slots=True)
class Storage:
    """What the class of each table is made of. `settings`: those of the function, which has the names of its tables."""

    dynamo: Dynamo
    settings: Settings
    clock: Clock
    concurrency: Concurrency
    telemetry: Telemetry

    def table(self, name: str) -> str:
        """The name of a table in this deployment."""
        return str(getattr(self.settings, f"{name}_table"))

    def reader(self, name: str) -> Reader:
        """A reader of this table's rows."""
        return Reader(self.table(name), KEYS[name], self.telemetry)

    def seconds_kept(self, name: str) -> int:
        """How long this table keeps a row. A function that puts none has no such setting: then 0."""
        return int(getattr(self.settings, f"{name}_retention_days", 0)) * DAY_SECONDS


def payload_bytes(items: Sequence[Item]) -> int:
    """The size of the messages of these rows."""
    return sum(len(item.get("payload", {}).get("B", b"")) for item in items)


def expired(item: Item, now_ms: int) -> bool:
    """Whether a row has expired: DynamoDB deletes expired rows within days, not at once.

    A `ttl` that can't be read does not expire a row.
    """
    text = item.get("ttl", {}).get("N")
    try:
        return text is not None and int(text) * 1_000 <= now_ms
    except ValueError:
        return False
