"""The units of one call: as the engine reports them, and by rule where it does not.

DynamoDB Local 3.3.1 keeps silent about three things that AWS bills:

- A failed condition costs what a write of the row that is there would cost, at least one write unit.
  (Developer guide, "Capacity unit consumption for write operations".)
- A key that BatchGetItem does not find costs the least of its kind of read. (API reference, BatchGetItem.)
- So does a query that finds nothing. (API reference, Query.)

It also bills two write units, not one, if BatchWriteItem deletes a row that is not there; nothing measured here does.
"""

from collections.abc import Mapping
from typing import Any

from bench.sizes import item_bytes, write_units

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"})


def reported_units(answer: Mapping[str, Any]) -> float:
    """What the engine says; 0 in an error."""
    consumed = answer.get("ConsumedCapacity", [])
    return float(sum(part["CapacityUnits"] for part in (consumed if isinstance(consumed, list) else [consumed])))


def ruled_units(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """What AWS bills beyond that. A failed condition must have asked for the row that is there."""
    if answer.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
        return write_units(item_bytes(answer.get("Item", {})))
    if operation == "BatchGetItem":
        return sum(
            _least_read(asked) * (len(asked["Keys"]) - len(answer["Responses"].get(table, [])))
            for table, asked in request["RequestItems"].items()
        )
    if operation == "Query" and answer["ScannedCount"] == 0:
        return _least_read(request)
    return 0


def _least_read(request: Mapping[str, Any]) -> float:
    """Read units of an item of at most 4 KB."""
    return 1 if request.get("ConsistentRead") else 0.5
