"""The identity of the data set: one row of the Session table, made at its first use."""

from secrets import token_hex

from catchup.domain.ids import SessionId
from catchup.storage.dynamo import KeysOf
from catchup.storage.group_book import session_key
from catchup.storage.reading import Storage
from catchup.storage.tables import EpochRow

# No session has this id.
KEY = SessionId("epoch")
# Enough that no two data sets ever have the same.
EPOCH_BYTES = 16


class DynamoDataSet:
    """The epoch. Each process reads it once, since the row never changes."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._table = of.dynamo, of.table("session")
        self._epoch: str | None = None

    def epoch(self) -> str:
        """No call once it is known. Before that one BatchGet; only the first one ever also puts the row."""
        if self._epoch is None:
            self._epoch = self._read() or self._make()
        return self._epoch

    def _read(self) -> str:
        found = self._dynamo.get_many([KeysOf(self._table, [session_key(KEY)], consistent=False)])
        return "".join(item["epoch"]["S"] for item in found[self._table])

    def _make(self) -> str:
        epoch = token_hex(EPOCH_BYTES)
        there = self._dynamo.put(
            self._table, EpochRow(session_id=KEY, epoch=epoch), EpochRow.session_id.does_not_exist()
        )
        return epoch if there is None else there["epoch"]["S"]
