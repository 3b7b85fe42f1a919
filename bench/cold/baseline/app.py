"""A minimal function on DynamoDB, the baseline for the cold starts of the others."""

import os
from typing import Any

import botocore.session

client: Any = botocore.session.get_session().create_client("dynamodb")


def handler(_event: Any, _context: Any) -> dict[str, Any]:
    """One read."""
    client.get_item(TableName=os.environ["PRESENCE_TABLE"], Key={"uid": {"S": "nobody"}})
    return {"statusCode": 200}
