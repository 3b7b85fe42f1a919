"""Attributes of rows that PynamoDB does not have."""

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER
from pynamodb.expressions.condition import Condition

# The layout of a row. A row with a higher one was written by newer code: it is skipped, reported and kept.
LAYOUT = 1


class NewerLayout(ValueError):
    """A row of a newer layout than this code knows."""


def always(key: Attribute[Any]) -> Condition:
    """A condition that each row meets, also one that is not there yet."""
    either: Condition = key.exists() | key.does_not_exist()
    return either


def number_in(row: Mapping[str, Any] | None, name: str) -> int:
    """A number of a row as a call returns it; 0 without one."""
    return int((row or {}).get(name, {}).get("N", 0))


def numbers_in(row: Mapping[str, Any] | None, name: str) -> frozenset[int]:
    """A set of numbers of a row as a call returns it; empty without one."""
    return frozenset(int(number) for number in (row or {}).get(name, {}).get("NS", ()))


class IntegerAttribute(Attribute[int]):
    """A whole number; PynamoDB's NumberAttribute may give a float."""

    attr_type = NUMBER

    def serialize(self, value: Any) -> str:
        """DynamoDB's text of a number."""
        return str(int(value))

    def deserialize(self, value: Any) -> int:
        """Raises ValueError for a fraction."""
        return int(value)


class LayoutAttribute(IntegerAttribute):
    """The layout of a row."""

    def deserialize(self, value: Any) -> int:
        """Raises NewerLayout."""
        layout = super().deserialize(value)
        if layout > LAYOUT:
            raise NewerLayout(f"layout {layout}")
        return layout
