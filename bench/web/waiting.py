"""Bob, for whom messages wait: again for each of his new devices."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.aws import client
from local.playground.rows import seed
from local.stack import LocalStack

UID = "bob"
# More than come with a counter.
NEWEST = 10


class Waiting:
    """Writes the messages. It blocks.

    A device clears the counters and acks the messages that came with them. `clear_and_read` and `restore` put the rows
    back.
    """

    def __init__(self, stack: LocalStack, messages: int) -> None:
        self._dynamodb: Any = client("dynamodb", stack.engine.dynamodb, stack.options.region)
        self._counter_table, self._inbox_table = (stack.tables[name] for name in ("CounterTable", "InboxTable"))
        seed(stack, UID, messages)
        self._counters = self._query(self._counter_table, "uid = :u", {":u": UID})
        self._newest = [row for counter in self._counters for row in self._newest_of(counter["sessionId"]["S"])]
        if sum(int(counter["received"]["N"]) for counter in self._counters) != messages:
            raise RuntimeError(f"expected that {messages} messages wait")

    def clear_and_read(self) -> None:
        """As if Bob had counted and read all of them on some device."""
        for counter in self._counters:
            received, last = counter["received"], counter["lastSeq"]
            self._put(self._counter_table, {**counter, "cleared": received, "read": received, "readSeq": last})

    def restore(self) -> None:
        """As if no device had counted or acked any."""
        for row in self._newest:
            self._put(self._inbox_table, row)
        for counter in self._counters:
            self._put(self._counter_table, counter)

    def _newest_of(self, session: str) -> Sequence[Any]:
        where, values = "uid = :u AND begins_with(#k, :s)", {":u": UID, ":s": f"{session}#"}
        return self._query(
            self._inbox_table,
            where,
            values,
            ExpressionAttributeNames={"#k": "key"},
            ScanIndexForward=False,
            Limit=NEWEST,
        )

    def _query(self, table: str, where: str, values: Mapping[str, str], **more: Any) -> Sequence[Any]:
        typed = {name: {"S": value} for name, value in values.items()}
        found: Sequence[Any] = self._dynamodb.query(
            TableName=table, KeyConditionExpression=where, ExpressionAttributeValues=typed, **more
        )["Items"]
        return found

    def _put(self, table: str, row: Any) -> None:
        self._dynamodb.put_item(TableName=table, Item=row)
