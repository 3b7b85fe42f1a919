"""The capacity units of one call: those that the engine reports, and those that follow from AWS's rules.

DynamoDB Local 3.3.1 does not report three things that AWS bills:

- A failed condition costs as much as a write of the existing row, at least one write unit.
  (Developer guide, "Capacity unit consumption for write operations".)
- A key that BatchGetItem does not find costs the minimum of its kind of read. (API reference, BatchGetItem.)
- So does a query that finds nothing. (API reference, Query.)

It also reports two write units, not one, if BatchWriteItem deletes a missing row, and nothing for a transaction that is
cancelled; no measured operation does either.
"""

from collections.abc import Mapping
from typing import Any

from bench.sizes import item_bytes, write_units

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})


def reported_units(answer: Mapping[str, Any]) -> float:
    """The units that the engine reports; 0 for an error."""
    consumed = answer.get("ConsumedCapacity", [])
    return float(sum(part["CapacityUnits"] for part in (consumed if isinstance(consumed, list) else [consumed])))


def ruled_units(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """The units that AWS bills in addition. A call with a condition must have asked for the existing row."""
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
