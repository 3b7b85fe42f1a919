"""Writes the rows of the repositories in batches of 25."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from catchup.concurrency import Concurrency
from catchup.storage.dynamo import BATCH_WRITE_ITEMS, Item


class GatheringClient:
    """Replaces the client of the repositories: keeps the rows that they put, and answers as if they were written."""

    def __init__(self) -> None:
        self._puts: list[tuple[str, Item]] = []

    def put_item(self, TableName: str, Item: Item, **_condition: object) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self._puts.append((TableName, Item))
        return {}

    def take(self) -> list[tuple[str, Item]]:
        """Returns the kept rows, each with its table, and forgets them."""
        puts, self._puts = self._puts, []
        return puts

    def write(self, client: Any, concurrency: Concurrency) -> None:
        """Writes the kept rows and forgets them. Raises RuntimeError if the engine leaves rows unwritten."""
        concurrency.run(*(lambda batch=batch: _write_batch(client, batch) for batch in self._batches()))

    def _batches(self) -> Iterator[Mapping[str, Any]]:
        puts = iter(self.take())
        while chunk := list(islice(puts, BATCH_WRITE_ITEMS)):
            batch: dict[str, list[Any]] = {}
            for table, item in chunk:
                batch.setdefault(table, []).append({"PutRequest": {"Item": item}})
            yield batch


def _write_batch(client: Any, batch: Mapping[str, Any]) -> None:
    answer = client.batch_write_item(RequestItems=batch)
    if answer["UnprocessedItems"]:
        raise RuntimeError("DynamoDB left rows unwritten")
