"""Calls to DynamoDB: PynamoDB's expressions in, plain items and our errors out.

One thin layer over the boto3 client, because PynamoDB's own calls can't do what the flows need: a BatchGet that spans
tables, the old row of a failed condition, batch writes that retry with pauses and report what is left, queries that
skip a bad row, and one botocore session for all clients (docs/adr/0002-pynamodb-models-boto3-calls.md).
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action, Update
from pynamodb.models import Model

from catchup.clock import deadline
from catchup.errors import OutOfTime, Unavailable

# DynamoDB's limits of the batch calls.
BATCH_GET_KEYS = 100
BATCH_WRITE_ITEMS = 25

# Pauses before the rest of a batch is tried again: full jitter, doubling up to the cap.
FIRST_PAUSE_MS = 50
LONGEST_PAUSE_MS = 1_000

# Errors that say "later", not "never". Source: DynamoDB developer guide, "Error handling".
_PASSING = {
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    # S3, which has these as a 400 and a 503.
    "RequestTimeout",
    "SlowDown",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    # A transaction whose response was lost, sent again by the SDK before it has ended.
    "TransactionInProgressException",
}
_SERVER_ERROR = 500

# DynamoDB's error if an attribute has another type than an update needs.
_WRONG_TYPE = "incorrect data type"

Item = Mapping[str, Any]
Pause = Callable[[float], None]


class KeysOf(NamedTuple):
    """Keys to read from one table."""

    table: str
    keys: Sequence[Item]
    consistent: bool = True


class Write(NamedTuple):
    """An update of one row in a transaction."""

    table: str
    key: Item
    actions: Sequence[Action]
    condition: Condition | None = None


class WrongType(Exception):
    """A row is corrupt: an attribute has another type than an update needs."""


class Dynamo:
    """The calls. Thread-safe, as the client is. Reads are consistent, and go forward, if not asked otherwise."""

    def __init__(self, client: Any, sleep: Pause = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def put(self, table: str, row: Model, condition: Condition) -> Item | None:
        """Puts a row. Returns None if it is written; if the condition failed, the existing row."""
        said = _expressions(ConditionExpression=condition)
        arguments = {"TableName": table, "Item": row.serialize(null_check=True), **said}
        written, there = self._conditional(self._client.put_item, arguments)
        return None if written else there

    def update(
        self, table: str, key: Item, actions: Sequence[Action], condition: Condition, returns: str = "NONE"
    ) -> tuple[bool, Item | None]:
        """Returns True and the updated row (as `returns` asks), or False and the row that failed the condition.

        Raises WrongType for a corrupt row.
        """
        said = _expressions(UpdateExpression=Update(*actions), ConditionExpression=condition)
        arguments = {"TableName": table, "Key": key, "ReturnValues": returns, **said}
        return self._conditional(self._client.update_item, arguments)

    def update_together(self, writes: Sequence[Write]) -> bool:
        """Updates all or none, at twice their write units; safe to repeat if each is. False: a condition failed."""
        items = []
        for table, key, actions, condition in writes:
            said = _expressions(UpdateExpression=Update(*actions), ConditionExpression=condition)
            items.append({"Update": {"TableName": table, "Key": key, **said}})
        with aws_errors():
            try:
                self._client.transact_write_items(TransactItems=items)
            except ClientError as error:
                reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
                if "ConditionalCheckFailed" in reasons:
                    return False
                if error.response["Error"]["Code"] == "TransactionCanceledException":
                    # Another transaction or write was in its way, or it was throttled.
                    raise Unavailable(str(error)) from error
                raise
        return True

    def get(self, table: str, key: Item) -> Item | None:
        """One row; consistent."""
        with aws_errors():
            answer = self._client.get_item(TableName=table, Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def delete(self, table: str, key: Item) -> None:
        """Deletes a row; nothing if it is not there."""
        with aws_errors():
            self._client.delete_item(TableName=table, Key=key)

    def scan(self, table: str, *, limit: int, start: Item | None = None) -> tuple[Sequence[Item], Item | None]:
        """One page of a whole table, in no order, and the key to go on from if there may be more."""
        arguments = {"ExclusiveStartKey": start} if start is not None else {}
        with aws_errors():
            answer = self._client.scan(TableName=table, Limit=limit, ConsistentRead=True, **arguments)
        return answer["Items"], answer.get("LastEvaluatedKey")

    def get_many(self, wanted: Sequence[KeysOf]) -> Mapping[str, Sequence[Item]]:
        """Reads rows of several tables. One call for up to 100 keys; unprocessed keys are read again.

        Raises OutOfTime if the deadline comes first.
        """
        found: dict[str, list[Item]] = {request.table: [] for request in wanted}
        keys = [(request, key) for request in wanted for key in request.keys]
        for start in range(0, len(keys), BATCH_GET_KEYS):
            pending: dict[str, Any] = {}
            for request, key in keys[start : start + BATCH_GET_KEYS]:
                entry = pending.setdefault(request.table, {"Keys": [], "ConsistentRead": request.consistent})
                entry["Keys"].append(key)
            for _ in self._attempts():
                with aws_errors():
                    answer = self._client.batch_get_item(RequestItems=pending)
                for table, items in answer["Responses"].items():
                    found[table].extend(items)
                pending = answer.get("UnprocessedKeys") or {}
                if not pending:
                    break
            else:
                raise OutOfTime
        return found

    def delete_many(self, table: str, keys: Sequence[Item]) -> Sequence[Item]:
        """Deletes at most 25 rows in one call; returns the keys that could not be deleted, in time or at all."""
        pending: Sequence[Item] = [{"DeleteRequest": {"Key": key}} for key in keys]
        for _ in self._attempts():
            try:
                with aws_errors():
                    answer = self._client.batch_write_item(RequestItems={table: pending})
            except Unavailable:
                break
            pending = (answer.get("UnprocessedItems") or {}).get(table, [])
            if not pending:
                break
        return [request["DeleteRequest"]["Key"] for request in pending]

    def query(
        self,
        table: str,
        where: Condition,
        *,
        limit: int,
        forward: bool = True,
        consistent: bool = True,
        start: Item | None = None,
        index: str | None = None,
    ) -> tuple[Sequence[Item], Item | None]:
        """One page of a query, and the key to go on from if there may be more (an exactly full page has one too)."""
        arguments = {
            "TableName": table,
            "Limit": limit,
            "ScanIndexForward": forward,
            "ConsistentRead": consistent,
            "IndexName": index,
            "ExclusiveStartKey": start,
            **_expressions(KeyConditionExpression=where),
        }
        with aws_errors():
            answer = self._client.query(**{name: value for name, value in arguments.items() if value is not None})
        return answer["Items"], answer.get("LastEvaluatedKey")

    def _conditional(self, call: Callable[..., Any], arguments: dict[str, Any]) -> tuple[bool, Item | None]:
        try:
            with aws_errors():
                answer = call(**arguments, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except ClientError as error:
            if _WRONG_TYPE in error.response["Error"].get("Message", ""):
                raise WrongType(str(error)) from error
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False, error.response.get("Item") or None  # type: ignore[return-value]
        return True, answer.get("Attributes")

    def _attempts(self) -> Iterator[int]:
        """Yields 0, 1, 2, … with pauses in between, as long as the deadline allows."""
        pause_ms, attempt = 0.0, 0
        while deadline().allows(pause_ms):
            if pause_ms:
                self._sleep(pause_ms / 1_000)
            yield attempt
            attempt += 1
            pause_ms = random.uniform(1, min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2**attempt))


def _expressions(**expressions: Condition | Update | None) -> dict[str, Any]:
    """These arguments of a call, with the attribute names and values that their expressions use."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    said: dict[str, Any] = {
        argument: expression.serialize(names, values)
        for argument, expression in expressions.items()
        if expression is not None
    }
    # PynamoDB maps names to placeholders, DynamoDB wants the reverse.
    said["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    if values:
        said["ExpressionAttributeValues"] = values
    return said


@contextmanager
def aws_errors() -> Iterator[None]:
    """Turns temporary errors into Unavailable; others (a wrong request, a missing permission) stay as they are."""
    try:
        yield
    except BotoCoreError as error:
        raise Unavailable(str(error)) from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error.response["Error"]["Code"] in _PASSING or status >= _SERVER_ERROR:
            raise Unavailable(str(error)) from error
        raise
