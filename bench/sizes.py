"""Calculates the size of an item in DynamoDB, and the cost of a write.

Source: DynamoDB developer guide, "DynamoDB item sizes and formats". DynamoDB Local 3.3.1 agrees to the byte.
"""

import math
from collections.abc import Mapping
from typing import Any

BYTES_PER_WRITE_UNIT = 1_024
CONTAINER_BYTES = 3
ELEMENT_BYTES = 1


def item_bytes(item: Mapping[str, Any]) -> int:
    """Bytes of an item in the low-level form.

    >>> item_bytes({"uid": {"S": "bob"}, "seq": {"N": "1234"}})
    12
    """
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def write_units(size_bytes: int) -> int:
    """Units of one write of an item of this size. The minimum is one, even without an item.

    >>> [write_units(size) for size in (0, 1_024, 1_025)]
    [1, 1, 2]
    """
    return max(1, math.ceil(size_bytes / BYTES_PER_WRITE_UNIT))


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "BOOL":
            return 1
        case "N":
            return _number_bytes(content)
        case "NS":
            return sum(_number_bytes(number) for number in content)
        case "M":
            return CONTAINER_BYTES + ELEMENT_BYTES * len(content) + item_bytes(content)
    raise ValueError(f"no table has attributes of type {kind}")


def _number_bytes(text: str) -> int:
    """One byte, and one for each two digits, counted from the decimal point. Pairs of zeros at the end are free."""
    pairs = text.zfill(len(text) + len(text) % 2)
    while pairs.endswith("00"):
        pairs = pairs.removesuffix("00")
    return 1 + len(pairs) // 2
