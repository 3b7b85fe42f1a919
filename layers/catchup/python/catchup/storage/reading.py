"""Reading rows: one that can't be read is skipped, reported and kept, and the rest of its page arrives."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from catchup.metrics import Metric, Telemetry
from catchup.storage.dynamo import Item

T = TypeVar("T")

# Queries that one page may take when expired or unreadable rows are in the way; the second and later ones read as much
# as a query can (1 MB), so that a page gets past some thousands of them.
MAX_QUERIES = 5
ROWS_PER_LONG_QUERY = 5_000

# What decoding a corrupt row raises: PynamoDB's attributes and protobuf raise all of these.
_CORRUPT = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError)


class NewerLayout(ValueError):
    """A row of a newer layout than this code knows."""


class Reader:
    """Decodes rows of one table."""

    def __init__(self, table: str, key_names: Sequence[str], telemetry: Telemetry) -> None:
        self._table = table
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

    def report(self, item: Item, error: Exception) -> None:
        """Says that a row can't be used, and why."""
        key = {name: item.get(name) for name in self._key_names}
        reason = f"{type(error).__name__}: {error}"[:200]
        self._telemetry.error("poison row", Metric.POISON_ROWS, table=self._table, key=key, reason=reason)


def expired(item: Item, now_ms: int) -> bool:
    """Whether a row's time is over: DynamoDB deletes expired rows within days, not at once.

    A `ttl` that can't be read does not expire a row.
    """
    text = item.get("ttl", {}).get("N")
    try:
        return text is not None and int(text) * 1_000 <= now_ms
    except ValueError:
        return False
