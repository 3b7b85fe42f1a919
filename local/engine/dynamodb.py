"""moto's DynamoDB with queries whose cost depends only on what they return.

moto 5.2.5 answers a query by walking through all items of the table, sorting the items of the partition, and comparing
each with the condition: 0.02 ms of CPU for each stored item. Here the items are kept in the order of the table's key
and of the key of each index. moto's query gets only the items that can be in the answer, and decides about them as
before, so only the time changes.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from moto.dynamodb.exceptions import ResourceInUseException
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import SecondaryIndex, Table

from local.engine import answers, expressions, sizes
from local.engine.order import Order

# moto is not thread-safe. This lock keeps our additions from making that worse when several threads use its mocks.
_one_at_a_time = threading.RLock()


class SortedTable(Table):
    """A table that finds the items of a query by their places in the order of a key."""

    # moto looks for a model's service in the name of its module.
    __module__ = Table.__module__

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # By the attributes of a key; each order is made at its first use.
        self._orders: dict[tuple[str, ...], Order] = {}

    @contextmanager
    def changing(self, key: Mapping[str, Any]) -> Iterator[None]:
        """Wraps code that makes, changes or removes the item of this key. `key` may have other attributes too."""
        with _one_at_a_time:
            old = self._stored(key)
            before = {names: order.place(old.attrs if old else None) for names, order in self._orders.items()}
            try:
                yield
            finally:
                new = self._stored(key)
                for names, order in self._orders.items():
                    order.move(before.get(names), order.place(new.attrs if new else None), new)

    def put_item(self, item_attrs: dict[str, Any], *args: Any, **kwargs: Any) -> Item:
        """As moto's."""
        with self.changing(item_attrs):
            return super().put_item(item_attrs, *args, **kwargs)

    def delete_item(self, hash_key: DynamoType, range_key: DynamoType | None) -> Item | None:
        """As moto's."""
        with self.changing(dict(zip(self.table_key_attrs, (hash_key, range_key), strict=False))):
            return super().delete_item(hash_key, range_key)

    def all_items(self) -> list[Item]:
        """As moto's, but without sorting them at each call."""
        with _one_at_a_time:
            return list(self._order(tuple(self.table_key_attrs)))

    def query(
        self,
        hash_key: DynamoType | None,
        range_comparison: str | None,
        range_objs: list[DynamoType],
        limit: Any,  # may be None, as may the next, whatever moto's types say
        exclusive_start_key: Any,
        scan_index_forward: bool,
        projection_expressions: list[list[str]] | None,
        index_name: str | None = None,
        consistent_read: bool = False,
        filter_expression: Any = None,
        hash_key_conditions: list[tuple[str, DynamoType]] | None = None,
        range_key_conditions: list[tuple[str, str, list[DynamoType]]] | None = None,
        **filter_kwargs: Any,
    ) -> tuple[list[Item], int, dict[str, Any] | None]:
        """As moto's."""
        items: Sequence[Item] | None = None
        # moto alone handles keys of several attributes, and the old filters that are no expressions.
        if hash_key and not filter_kwargs and len(hash_key_conditions or ()) < 2 > len(range_key_conditions or ()):
            with _one_at_a_time:
                items = self._near(
                    *(index_name, hash_key, range_comparison, range_objs),
                    *(exclusive_start_key, limit, scan_index_forward),
                )
        return Table.query(
            _part(self, self.all_items() if items is None else items),
            *(hash_key, range_comparison, range_objs, limit, exclusive_start_key),
            *(scan_index_forward, projection_expressions, index_name, consistent_read, filter_expression),
            hash_key_conditions=hash_key_conditions,
            range_key_conditions=range_key_conditions,
            **filter_kwargs,
        )

    def _near(
        self,
        index_name: str | None,
        hash_key: DynamoType,
        comparison: str | None,
        values: Sequence[DynamoType],
        start_key: Mapping[str, Any] | None,
        limit: int | None,
        forward: bool,
    ) -> list[Item] | None:
        """The items that the query can read; None if moto must report what is wrong with it."""
        names = self._names(index_name)
        if names is None:
            return None
        types = self._types
        order = self._order(names)
        start = order.place({name: DynamoType(value) for name, value in (start_key or {}).items()})
        right_types = all(value.type == types[names[1]] for value in values) if values else True
        if hash_key.type != types[names[0]] or not right_types:
            return None
        if start_key is not None and (start is None or start[0] != hash_key.cast_value):
            return None
        return order.read(hash_key, comparison, values, start, limit, forward)

    def _names(self, index_name: str | None) -> tuple[str, ...] | None:
        """The attributes by which moto sorts; None if there is no such index, or its key has more than two."""
        if index_name is None:
            return tuple(self.table_key_attrs)
        index = next((each for each in self.all_indexes() if each.name == index_name), None)
        if index is None or len(index.schema) > 2:
            return None
        of_index = {each["KeyType"]: each["AttributeName"] for each in index.schema}
        return (of_index["HASH"], of_index.get("RANGE", self.table_key_attrs[-1]), *self.table_key_attrs)

    @property
    def _types(self) -> dict[str, str]:
        return {each["AttributeName"]: each["AttributeType"] for each in self.attr}

    def _order(self, names: tuple[str, ...]) -> Order:
        if names not in self._orders:
            self._orders[names] = order = Order(names, self._types)
            for item in super().all_items():
                order.move(None, order.place(item.attrs), item)
        return self._orders[names]

    def _stored(self, key: Mapping[str, Any]) -> Item | None:
        values = [DynamoType(key[name]) for name in self.table_key_attrs if key.get(name)]
        if len(values) < len(self.table_key_attrs):
            return None
        return self.get_item(values[0], values[1] if self.has_range_key else None)


class _Part(Table):
    """A table with only some of its items."""

    __module__ = Table.__module__
    part: list[Item]

    def all_items(self) -> list[Item]:
        return self.part

    def get_index(self, index_name: str, error_if_not: bool = False) -> Any:
        return _Index(super().get_index(index_name, error_if_not))


class _Index:
    """An index that projects whole attributes, as DynamoDB does; moto's treats them as paths."""

    def __init__(self, index: SecondaryIndex) -> None:
        self._index = index

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def project(self, item: Item) -> Item:
        """A copy of the item with only the attributes of the index."""
        index = self._index
        if index.projection.get("ProjectionType") in ("KEYS_ONLY", "INCLUDE"):
            key = {*index.table_key_attrs, *(each["AttributeName"] for each in index.schema)}
            for name in item.attrs.keys() - key - {*index.projection.get("NonKeyAttributes", ())}:
                del item.attrs[name]
        return item


def _part(table: Table, items: Sequence[Item]) -> _Part:
    # Not made as usual: moto notes each table that is made.
    kind: Any = _Part
    part: _Part = object.__new__(kind)
    part.__dict__.update(table.__dict__, part=list(items))
    return part


class _Nothing(list[Item]):
    def append(self, _item: Item) -> None:
        pass


class DynamoDb(DynamoDBBackend):
    """The DynamoDB of one account in one region."""

    __module__ = DynamoDBBackend.__module__

    def create_table(self, name: str, **settings: Any) -> Table:  # type: ignore[override] # moto names them all
        """As moto's."""
        if name in self.tables:
            raise ResourceInUseException(f"Table already exists: {name}")
        # moto's own Table leaves the same methods of its base out.
        table = SortedTable(name, self.account_id, self.region_name, **settings)  # type: ignore[abstract]
        self.tables[name] = table
        return table

    def update_item(self, table_name: str, key: dict[str, Any], *args: Any, **kwargs: Any) -> Item:
        """As moto's, which changes the item where it lies."""
        table = self.get_table(table_name)
        if not isinstance(table, SortedTable):
            return super().update_item(table_name, key, *args, **kwargs)
        with table.changing(key):
            return super().update_item(table_name, key, *args, **kwargs)


def dynamodb_of(account_id: str, region: str) -> DynamoDb:
    """Returns the account's DynamoDB and registers it in moto. Call it before the first table is made."""
    of_account = dynamodb_backends[account_id]
    backend = dict.get(of_account, region)
    if not isinstance(backend, DynamoDb):
        answers.install()
        expressions.install()
        sizes.install()
        # moto keeps each item and each copy for a web page that shows them, so a stack would grow without end.
        Item.instances_tracked = _Nothing()  # type: ignore[attr-defined]
        backend = of_account[region] = DynamoDb(region, account_id)
    return backend
