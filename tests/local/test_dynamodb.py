"""The local stack's DynamoDB answers as moto's own does, from the rows that can be in the answer."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend

from local.engine import dynamodb
from local.engine.dynamodb import DynamoDb

Row = dict[str, dict[str, str]]

BY_TEXT = "by text"
BY_NUMBER = "by number"
WITHOUT_RANGE = "without range"
SETTINGS: dict[str, Any] = {
    "schema": [{"AttributeName": "h", "KeyType": "HASH"}, {"AttributeName": "r", "KeyType": "RANGE"}],
    "attr": [{"AttributeName": name, "AttributeType": "N" if name == "n" else "S"} for name in "hrgtn"],
    "global_indexes": [
        {
            "IndexName": BY_TEXT,
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "t", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
        },
        {
            "IndexName": WITHOUT_RANGE,
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ],
    "indexes": [
        {
            "IndexName": BY_NUMBER,
            "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "throughput": None,
    "streams": None,
    "billing_mode": "PAY_PER_REQUEST",
    "sse_specification": None,
    "tags": [],
    "deletion_protection_enabled": False,
    "warm_throughput": None,
}
# The key of what is queried: the table's, or an index's.
KEYS = {None: ("h", "r"), BY_TEXT: ("g", "t"), BY_NUMBER: ("h", "n"), WITHOUT_RANGE: ("g", "")}

few = st.sampled_from("ab")
texts = st.sampled_from(["", "a", "aa", "ab", "abc", "b", "b\U0010ffff", "b\U0010ffffz", "ba", "é"])
numbers = st.sampled_from(["-10", "-1", "0", "1.5", "2", "10", "9"])


def typed(name: str, value: str) -> dict[str, str]:
    return {"N" if name == "n" else "S": value}


def row(h: str, r: str, **more: str | None) -> Row:
    named = {"h": h, "r": r, **more}
    return {name: typed(name, value) for name, value in named.items() if value is not None}


rows = st.builds(
    row,
    h=few,
    r=texts.filter(bool),
    g=st.none() | few,
    t=st.none() | texts.filter(bool),
    n=st.none() | numbers,
    x=few,
    y=st.none() | few,
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A write, as the backends take it."""
    kind, item = (
        draw(st.sampled_from(["put", "put", "put", "update", "update", "remove", "delete", "fail"])),
        draw(rows),
    )
    key = {name: item[name] for name in "hr"}
    rest = {name: value for name, value in item.items() if name not in "hr"}
    if kind == "put":
        return "put_item", {"item_attrs": item}
    if kind == "delete":
        return "delete_item", {"key": key}
    names, values, condition = {f"#{name}": name for name in rest}, {f":{name}": v for name, v in rest.items()}, None
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in rest)
    if kind == "remove":
        expression, values = "REMOVE " + ", ".join(names), {}
    if kind == "fail":
        condition = "attribute_exists(nothing)"
    return "update_item", {
        "key": key,
        "update_expression": expression,
        "expression_attribute_names": names,
        "expression_attribute_values": values,
        "condition_expression": condition,
    }


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    """A query without its start, as the backends take it."""
    index = draw(st.sampled_from([*KEYS]))
    hash_name, range_name = KEYS[index]
    comparison = draw(st.sampled_from([None, "=", "<", "<=", ">", ">=", "BETWEEN", "BEGINS_WITH"]))
    if not range_name or (range_name == "n" and comparison == "BEGINS_WITH"):
        comparison = None
    values = [typed(range_name, draw(numbers if range_name == "n" else texts)) for _ in range(2)]
    values = [] if comparison is None else values if comparison == "BETWEEN" else values[:1]
    of = typed(hash_name, draw(few))
    return {
        "hash_key_dict": of,
        "range_comparison": comparison,
        "range_value_dicts": values,
        "limit": draw(st.none() | st.integers(1, 4)),
        "scan_index_forward": draw(st.booleans()),
        "projection_expressions": draw(st.sampled_from([None, [["h"], ["x"]]])),
        "index_name": index,
        "filter_expression": draw(st.sampled_from([None, "x = :x"])),
        "expr_values": {":x": {"S": "a"}},
        "hash_key_conditions": [(hash_name, of)],
        "range_key_conditions": [(range_name, comparison, values)] if comparison else [],
    }


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except JsonRESTError as error:
        return type(error), error.message


def pages(backend: Any, query: dict[str, Any]) -> list[Any]:
    """All pages of a query, as far as they go."""
    found: list[Any] = []
    start: dict[str, Any] | None = None
    while not found or start:
        items, scanned, last = backend.query("t", exclusive_start_key=start, **query)
        start = last and {name: value.to_json() for name, value in last.items()}
        found.append(([item.to_json() for item in items], scanned, start))
    return found


def backends() -> tuple[Any, Any]:
    """moto's own, and the local stack's."""
    both = DynamoDBBackend("us-east-1", "1"), DynamoDb("us-east-1", "2")
    for backend in both:
        backend.create_table(name="t", **SETTINGS)
    return both


@given(st.lists(st.lists(changes(), max_size=12), min_size=1, max_size=3), st.lists(queries(), min_size=1, max_size=6))
def test_every_query_is_answered_as_by_moto(written: list[list[Any]], asked: list[dict[str, Any]]) -> None:
    """Whatever was put, changed and deleted before and between queries, page by page."""
    moto, ours = backends()
    for batch in written:
        for operation, arguments in batch:
            done = [outcome(partial(getattr(of, operation), "t", **arguments)) for of in (moto, ours)]
            assert done[0] == done[1]
        for query in asked:
            assert pages(ours, query) == pages(moto, query)
        assert ours.tables["t"].all_items() == moto.tables["t"].all_items()


@pytest.mark.parametrize("index", [None, BY_TEXT, BY_NUMBER])
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize(("limit", "read"), [(20, 21), (None, 500)])
def test_a_query_reads_no_more_than_it_answers_and_one(index: str, forward: bool, limit: int | None, read: int) -> None:
    """Of a thousand rows in two partitions."""
    backend = backends()[1]
    for number in range(1_000):
        name = f"{number:04}"
        backend.put_item("t", row(h="ab"[number % 2], r=name, g="ab"[number % 2], t=name, n=str(number)))
    hash_name, _ = KEYS[index]
    with patch.object(dynamodb, "_part", wraps=dynamodb._part) as reading:
        items, _, _ = backend.query(
            *("t", {"S": "a"}, None, [], limit, None, forward, None, index),
            hash_key_conditions=[(hash_name, {"S": "a"})],
        )
    assert (len(items), len(reading.call_args.args[1])) == (limit or 500, read)


def test_a_page_without_a_limit_ends_at_a_megabyte_and_reads_no_further() -> None:
    """As DynamoDB's; moto then looks at all that remains."""
    backend = backends()[1]
    for number in range(40):
        backend.put_item("t", row(h="a", r=f"{number:02}", x="x" * 100_000))
    with patch.object(dynamodb, "_part", wraps=dynamodb._part) as reading:
        items, _, last = backend.query(
            *("t", {"S": "a"}, None, [], None, None, True, None), hash_key_conditions=[("h", {"S": "a"})]
        )
    assert len(items) == 9
    assert last is not None
    assert len(reading.call_args.args[1]) == 10


def test_what_a_transaction_takes_back_is_taken_back_in_every_order() -> None:
    """moto replaces the table by a copy."""
    backend = backends()[1]
    backend.put_item("t", row(h="a", r="1", g="a", t="1"))
    query = {
        "hash_key_dict": {"S": "a"},
        "range_comparison": None,
        "range_value_dicts": [],
        "limit": None,
        "scan_index_forward": True,
        "projection_expressions": None,
        "index_name": BY_TEXT,
        "hash_key_conditions": [("g", {"S": "a"})],
    }
    before = pages(backend, query)
    put = {"TableName": "t", "Item": row(h="a", r="2", g="a", t="2")}
    failing = {"TableName": "t", "Item": row(h="a", r="3"), "ConditionExpression": "attribute_exists(h)"}
    with pytest.raises(JsonRESTError):
        backend.transact_write_items([{"Put": put}, {"Put": failing}])
    assert pages(backend, query) == before


@pytest.mark.parametrize("comparison", ["=", "<", "<=", ">", ">=", "BEGINS_WITH"])
@pytest.mark.parametrize("index", [None, BY_TEXT])
def test_ranges_end_where_those_of_moto_end(index: str | None, comparison: str) -> None:
    """At, before and after every value that is there."""
    moto, ours = backends()
    values = ["a", "aa", "ab", "b", "b\U0010ffff", "ba"]
    for backend in (moto, ours):
        for value in values:
            backend.put_item("t", row(h="a", r=value, g="a", t=value))
    hash_name, range_name = KEYS[index]
    for value, forward, limit in itertools.product([*values, "aab", "c"], [True, False], [None, 1, 2]):
        query: dict[str, Any] = {
            "hash_key_dict": {"S": "a"},
            "range_comparison": comparison,
            "range_value_dicts": [{"S": value}],
            "limit": limit,
            "scan_index_forward": forward,
            "projection_expressions": None,
            "index_name": index,
            "hash_key_conditions": [(hash_name, {"S": "a"})],
            "range_key_conditions": [(range_name, comparison, [{"S": value}])],
        }
        assert pages(ours, query) == pages(moto, query), (value, forward, limit)
