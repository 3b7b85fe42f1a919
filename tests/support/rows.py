"""Reads or deletes all rows of a table."""

from collections.abc import Mapping
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

# DynamoDB's limit for one BatchWriteItem.
MAX_DELETED = 25


def rows_of(client: Any, table: str) -> list[dict[str, Any]]:
    """Returns all rows, in DynamoDB's form of values. moto's rows are read directly in this process: many tests read
    all tables before and after a request, and calls would take most of their time."""
    if not is_in_process(client):
        items: list[dict[str, Any]] = client.scan(TableName=table, ConsistentRead=True)["Items"]
        return items
    stored = dynamodb_backends[DEFAULT_ACCOUNT_ID][client.meta.region_name].tables[table].all_items()
    return [{name: value.to_regular_json() for name, value in item.attrs.items()} for item in stored]


def is_in_process(client: Any) -> bool:
    """Whether moto answers this client. The fake clients of races have no address."""
    return str(getattr(client.meta, "endpoint_url", "")).endswith(".amazonaws.com")


def delete_rows(client: Any, table: str, properties: Mapping[str, Any]) -> None:
    """Deletes all rows of a table. `properties`: the table's properties in the template."""
    names = {f"#{number}": each["AttributeName"] for number, each in enumerate(properties["KeySchema"])}
    asked = {"TableName": table, "ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    pages = client.get_paginator("scan").paginate(**asked, ConsistentRead=True)
    keys = [key for page in pages for key in page["Items"]]
    for start in range(0, len(keys), MAX_DELETED):
        batch = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + MAX_DELETED]]
        client.batch_write_item(RequestItems={table: batch})
