"""Makes the template's DynamoDB tables on an engine."""

from typing import TYPE_CHECKING

from local.json_types import JsonObject
from local.specs import TableSpec
from local.template import ExpandedTemplate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The properties of the template that CreateTable gets. A local engine ignores encryption, recovery and tags.
_CREATE = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
)
# The same for an index.
_CREATE_INDEX = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")
_INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def create_tables(dynamodb: "DynamoDBClient", template: ExpandedTemplate) -> dict[str, str]:
    """Creates each `AWS::DynamoDB::Table` that doesn't exist yet.

    Returns the tables' names by logical id: {"InboxTable": "catchup-InboxTable", …}.
    """
    for table in template.tables.values():
        _create(dynamodb, table)
    return {logical_id: table.name for logical_id, table in template.tables.items()}


def creation(table: TableSpec) -> JsonObject:
    """The arguments of CreateTable, except the name."""
    wanted = {name: table.properties[name] for name in _CREATE if name in table.properties}
    for name in _INDEXES:
        if name in wanted:
            wanted[name] = [{key: index[key] for key in _CREATE_INDEX if key in index} for index in wanted[name]]
    return wanted


def _create(dynamodb: "DynamoDBClient", table: TableSpec) -> None:
    try:
        created = dynamodb.create_table(TableName=table.name, **creation(table))
    except dynamodb.exceptions.ResourceInUseException:
        return  # an engine that outlives the stack may already have it
    # Local engines answer when the table exists; the address in ENGINE= may be an engine that answers earlier.
    if created["TableDescription"]["TableStatus"] != "ACTIVE":
        dynamodb.get_waiter("table_exists").wait(TableName=table.name, WaiterConfig={"Delay": 1})
    expiry = table.properties.get("TimeToLiveSpecification")
    if expiry is not None:
        dynamodb.update_time_to_live(TableName=table.name, TimeToLiveSpecification=expiry)
