"""Expressions that are kept mean what they mean to moto, and what is wrong with one is told in the same words."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.parsing.ast_nodes import Node  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]

from local.engine.expressions import INSTEAD

MISSING = object()
# Read before anything is installed in this process; a method that a class has from its base is not its own.
MOTOS = [(owner, name, owner.__dict__.get(name, MISSING)) for owner, name, _ in INSTEAD]
TABLE: dict[str, Any] = {
    "schema": [{"AttributeName": "h", "KeyType": "HASH"}],
    "attr": [{"AttributeName": "h", "AttributeType": "S"}],
    "global_indexes": [],
    "indexes": [],
    "throughput": None,
    "streams": None,
    "billing_mode": "PAY_PER_REQUEST",
    "sse_specification": None,
    "tags": [],
    "deletion_protection_enabled": False,
    "warm_throughput": None,
}
ROW: dict[str, Any] = {
    "h": {"S": "x"},
    "n": {"N": "3"},
    "s": {"S": "text"},
    "set": {"NS": ["1", "2"]},
    "list": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]},
    "map": {"M": {"in": {"N": "1"}}},
}
NAMES = {"#n": "n", "#s": "s", "#set": "set", "#list": "list", "#map": "map", "#new": "new", "#h": "h"}
VALUES: dict[str, Any] = {":n": {"N": "1"}, ":s": {"S": "s"}, ":set": {"NS": ["2", "5"]}, ":list": {"L": [{"N": "9"}]}}

paths = st.sampled_from(["#n", "#s", "#set", "#list", "#list[0]", "#list[2]", "#map.#n", "#map", "#new", "n", "name"])
wrong_paths = st.sampled_from(["#h", "#unknown", "#map.#new.#n", "#s[0]", "#list[", "::", "#n #n"])
values = st.sampled_from([":n", ":s", ":set", ":list", ":unknown", "#n", "#new"])
terms = values | st.sampled_from(
    [
        *("#n + :n", "#n - :n", "#s + :n", "if_not_exists(#new, :n)", "if_not_exists(#n, :n) + :n"),
        *("list_append(#list, :list)", "list_append(#new, :list)", "list_append(#s, :list)", "size(#n)", "("),
    ]
)
any_path = paths | paths | paths | wrong_paths
actions = {
    "SET": st.builds("{} = {}".format, any_path, terms),
    "ADD": st.builds("{} {}".format, any_path, values),
    "DELETE": st.builds("{} {}".format, any_path, values),
    "REMOVE": any_path,
}
clauses = st.sampled_from([*actions]).flatmap(
    lambda verb: st.lists(actions[verb], min_size=1, max_size=3).map(lambda these: f"{verb} {', '.join(these)}")
)
updates = st.lists(clauses, min_size=1, max_size=3).map(" ".join)
operands = st.sampled_from(["#n", "#s", "#new", "#map.#n", "#list[0]", "n", "name", ":n", ":s", "size(#s)", "#unknown"])
comparisons = st.builds("{} {} {}".format, operands, st.sampled_from(["=", "<>", "<", ">=", "~"]), operands)
calls = st.builds(
    "{}({})".format, st.sampled_from(["attribute_exists", "attribute_not_exists", "size", "none"]), operands
)
conditions = st.recursive(
    comparisons
    | calls
    | st.sampled_from(["contains(#set, :n)", "#n BETWEEN :n AND :n", "#n IN (:n, :s)", "begins_with(#s, :s)", ")"]),
    lambda inner: (
        st.builds("({}) {} {}".format, inner, st.sampled_from(["AND", "OR"]), inner) | inner.map("NOT {}".format)
    ),
    max_leaves=3,
)


@contextmanager
def installed(ours: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for (owner, name, moto), (_, _, own) in zip(MOTOS, INSTEAD, strict=True):
            if ours:
                patch.setattr(owner, name, own, raising=False)
            elif moto is MISSING:
                patch.delattr(owner, name, raising=False) if name in owner.__dict__ else None
            else:
                patch.setattr(owner, name, moto)
        yield


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - moto has many kinds, and breaks in others
        return type(error), error.message if isinstance(error, JsonRESTError) else str(error)


def after(update: str, condition: str | None, row: dict[str, Any] | None) -> Any:
    """What comes of two such updates in a table with this row, and what the table then has."""
    backend = DynamoDBBackend("us-east-1", "1")
    backend.create_table(name="t", **TABLE)
    if row is not None:
        backend.put_item("t", copy.deepcopy(row))

    def change() -> Any:
        return backend.update_item(
            *("t", {"h": {"S": "x"}}, update, dict(NAMES), copy.deepcopy(VALUES)), condition_expression=condition
        ).to_json()

    answers = [outcome(change) for _ in range(2)]
    return answers, [item.to_json() for item in backend.tables["t"].all_items()]


@given(updates, st.none() | conditions, st.sampled_from([ROW, None]))
def test_an_update_has_the_outcome_that_it_has_with_moto(update: str, condition: str | None, row: Any) -> None:
    with installed(ours=False):
        expected = after(update, condition, row)
    with installed(ours=True):
        assert after(update, condition, row) == expected


@given(conditions)
def test_a_condition_names_what_it_names_with_moto(condition: str) -> None:
    def parsed() -> Any:
        parser = ConditionExpressionParser(condition, NAMES, VALUES)
        return repr(parser.parse()), parser.expr_attr_names_found, parser.expr_attr_values_found

    with installed(ours=False):
        expected = outcome(parsed)
    with installed(ours=True):
        assert [outcome(parsed) for _ in range(2)] == [expected] * 2


def test_a_text_is_parsed_once_and_its_tree_stays_as_it_is() -> None:
    text = "SET #n = #n + :n ADD #set :set"
    with installed(ours=False):
        assert UpdateExpressionParser.make(text) is not UpdateExpressionParser.make(text)
        fresh = shape(UpdateExpressionParser.make(text))
    with installed(ours=True):
        kept = UpdateExpressionParser.make(text)
        after(text, None, ROW)
        assert UpdateExpressionParser.make(text) is kept
        assert shape(kept) == shape(copy.deepcopy(kept)) == fresh


def shape(node: Any) -> Any:
    """A tree, by its kinds of nodes and its leaves; each node knows its parent."""
    if not isinstance(node, Node):
        return node
    assert all(child.parent is node for child in node.children if isinstance(child, Node))
    return type(node).__name__, [shape(child) for child in node.children]
