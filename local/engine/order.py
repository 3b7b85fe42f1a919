"""The items of a table in the order of a key: the key of the table or of an index."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import RESULT_SIZE_LIMIT
from sortedcontainers import SortedDict

# The values of a key's attributes: (hash, range, …).
Place = tuple[Any, ...]


class _Above:
    """A value that sorts directly after all values for which `below` is true."""

    def __init__(self, below: Callable[[Any], bool]) -> None:
        self._below = below

    def __gt__(self, value: Any) -> bool:
        return self._below(value)

    def __lt__(self, value: Any) -> bool:
        return not self._below(value)


_LAST = _Above(lambda _: True)


class Order:
    """Items by their places.

    Args:
        names: the key's attributes, hash and range first; then attributes that distinguish items with equal keys.
        types: the types of attributes, as the table declares them: {"uid": "S"}.
    """

    def __init__(self, names: Sequence[str], types: Mapping[str, str]) -> None:
        self._key = [(name, types[name]) for name in names]
        self._items: SortedDict = SortedDict()

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def place(self, attributes: Mapping[str, DynamoType] | None) -> Place | None:
        """The place of an item; None if it lacks an attribute of the key, as in a sparse index."""
        if attributes is None:
            return None
        values = [attributes.get(name) for name, _ in self._key]
        if any(value is None or value.type != kind for value, (_, kind) in zip(values, self._key, strict=True)):
            return None
        return tuple(value.cast_value for value in values if value is not None)

    def move(self, before: Place | None, after: Place | None, item: Item | None) -> None:
        """Moves `item` from `before` to `after`."""
        if before is not None and before != after:
            self._items.pop(before, None)
        if after is not None:
            self._items[after] = item

    def read(
        self,
        of: DynamoType,
        comparison: str | None,
        values: Sequence[DynamoType],
        start: Place | None,
        limit: int | None,
        forward: bool,
    ) -> list[Item]:
        """The items that a query can read, in order, and one more, which shows the query that there are others.

        Args:
            of: the hash key.
            comparison, values: the condition on the range key.
            start: the place after which to start.
            limit: the most items; without it the page ends at a megabyte, as in DynamoDB.
            forward: whether to start from the lowest; otherwise from the highest.
        """
        at = self._items.bisect_left
        first, last = at((of.cast_value,)), at((of.cast_value, _LAST))
        low, high = self._range(of.cast_value, comparison, [value.cast_value for value in values], first, last)
        if start is not None and forward:
            low = max(low, self._items.bisect_right(start))
        elif start is not None:
            high = min(high, at(start))
        if forward:
            low, high = low, min(high + 1, last)
        else:
            low, high = max(low - 1, first), high
        if limit is not None and forward:
            high = min(high, low + limit + 1)
        elif limit is not None:
            low = max(low, high - limit - 1)
        found = (self._items[place] for place in self._items.islice(low, max(low, high), reverse=not forward))
        return list(found if limit is not None else _a_page(found))

    def _range(self, of: Any, comparison: str | None, values: Sequence[Any], first: int, last: int) -> tuple[int, int]:
        """The slice of places whose range key meets the comparison. Source: moto.dynamodb.comparisons."""
        at = self._items.bisect_left
        match comparison, values:
            case "=", [value]:
                return at((of, value)), at((of, value, _LAST))
            case "<", [value]:
                return first, at((of, value))
            case "<=", [value]:
                return first, at((of, value, _LAST))
            case ">", [value]:
                return at((of, value, _LAST)), last
            case ">=", [value]:
                return at((of, value)), last
            case "BETWEEN", [low, high]:
                return at((of, low)), at((of, high, _LAST))
            case "BEGINS_WITH", [str(prefix)]:
                return at((of, prefix)), at((of, _Above(lambda value: value < prefix or value.startswith(prefix))))
        return first, last


def _a_page(items: Iterator[Item]) -> Iterator[Item]:
    """The items of a page, and the first one that no longer fits."""
    size = 0
    for item in items:
        yield item
        size += item.size()
        if size > RESULT_SIZE_LIMIT:
            return
