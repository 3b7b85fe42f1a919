"""How much people upload: a row of Presence for each person who does, beside the row with their send rate."""

from catchup.domain.ids import Uid
from catchup.domain.media import DAY_MS
from catchup.domain.pace import Pace
from catchup.storage.dynamo import Item, KeysOf
from catchup.storage.presence_book import pace_of_person, presence_key
from catchup.storage.reading import Storage
from catchup.storage.tables import UploadsRow
from catchup.usecases.media.ports import Spent

# No uid has a colon.
PREFIX = "up:"


class DynamoUploadQuota:
    """The rows. Each goes a day after the day that it is about."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._table = of.dynamo, of.table("presence")

    def of(self, uid: Uid) -> tuple[Pace, Spent]:
        """One BatchGet."""
        keys = [presence_key(uid), _key(uid)]
        rows = self._dynamo.get_many([KeysOf(self._table, keys, consistent=True)])[self._table]
        spent = next((_spent_of(row) for row in rows if row["uid"]["S"] == f"{PREFIX}{uid}"), Spent())
        return pace_of_person(uid, rows), spent

    def spend(self, uid: Uid, seen: Spent, now: Spent) -> Spent | None:
        """One update: 1 write unit."""
        if seen.day:
            condition = (UploadsRow.day == seen.day) & (UploadsRow.bytes == seen.bytes)
        else:
            condition = ~UploadsRow.day.is_type() | ~UploadsRow.bytes.is_type()  # type: ignore[no-untyped-call]
        kept_until = (now.day + 2) * DAY_MS // 1_000
        actions = [
            UploadsRow.day.set(now.day),
            UploadsRow.bytes.set(now.bytes),
            UploadsRow.last.set(now.last),
            UploadsRow.ttl.set(kept_until),
        ]
        written, row = self._dynamo.update(self._table, _key(uid), actions, condition)
        return None if written else _spent_of(row or {})


def _key(uid: Uid) -> Item:
    return {"uid": {"S": f"{PREFIX}{uid}"}}


def _spent_of(row: Item) -> Spent:
    """What a row says; nothing, if it can't be read."""
    day, size = (row.get(name, {}).get("N", "") for name in ("day", "bytes"))
    known = day.isdigit() and size.isdigit()
    return Spent(int(day), int(size), row.get("last", {}).get("S", "")) if known else Spent()
