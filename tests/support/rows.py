"""All rows of a table, as tests compare them."""

from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends


def rows_of(client: Any, table: str) -> list[dict[str, Any]]:
    """Every row, in DynamoDB's form of values. Those of moto are read in this process: many tests ask for all tables
    before and after a request, and eight calls each time would be most of their time."""
    # What stands for a client in races has no address.
    if not getattr(client.meta, "endpoint_url", "").endswith(".amazonaws.com"):
        items: list[dict[str, Any]] = client.scan(TableName=table, ConsistentRead=True)["Items"]
        return items
    stored = dynamodb_backends[DEFAULT_ACCOUNT_ID][client.meta.region_name].tables[table].all_items()
    return [{name: value.to_regular_json() for name, value in item.attrs.items()} for item in stored]
