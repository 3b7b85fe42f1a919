"""Receipts that tell more than they may."""

from collections.abc import Sequence
from typing import Any

from catchup.domain.ids import Uid
from catchup.domain.reading import Position
from catchup.domain.receipts import ReceiptsChoice, Side
from catchup.storage.counter_book import DynamoCounters
from catchup.storage.dynamo import Item
from catchup.storage.receipt_rows import ReceiptsRow as Row
from catchup.storage.receipts import DynamoReceipts
from catchup.usecases.receipts import learning, tell
from tests.faults.mutants.registry import mutant


@mutant("all that came is told as read", "somebody reads, and the writer learns of it", tell, "read_to")
def _(original: Any, reader: Side, writer: Side) -> Position | None:
    known: Position | None = original(reader, writer)
    return known and Position(reader.counter.received, reader.counter.last_seq)


@mutant("nobody asks who has turned receipts off", "somebody turns receipts off, and reads", tell, "read_to")
def _(original: Any, reader: Side, writer: Side) -> Position | None:
    told: Position | None = original(reader._replace(is_on=True), writer._replace(is_on=True))
    return told


@mutant("whoever tells nothing still learns", "the writer has turned receipts off", learning, "read_to")
def _(original: Any, reader: Side, writer: Side) -> Position | None:
    told: Position | None = original(reader, writer._replace(is_on=True))
    return told


@mutant("a block does not end receipts", "somebody blocks the writer, and reads", learning, "read_to")
def _(_original: Any, reader: Side, _writer: Side) -> Position | None:
    return reader.counter.read if reader.counter.read.number else None


@mutant("the last choice that comes stands", "a choice about receipts that was overtaken", DynamoReceipts, "choose")
def _(_original: Any, self: DynamoReceipts, uid: Uid, is_on: bool, chosen_at_ms: int) -> ReceiptsChoice:
    key = {"uid": {"S": uid}, "sessionId": {"S": f"p:{uid}:{uid}"}}
    always = Row.uid.exists() | Row.uid.does_not_exist()
    self._dynamo.update(self._table, key, [Row.receipts.set(is_on), Row.receipts_at.set(chosen_at_ms)], always)
    return ReceiptsChoice(is_on, chosen_at_ms)


@mutant("a login does not tell the choice", "receipts are off on a device that comes back", DynamoCounters, "_known")
def _(original: Any, self: DynamoCounters, items: Sequence[Item], with_choice: bool = False) -> Any:
    return original(self, items)
