"""Receipts, in the rows of the Counter table: docs/adr/0038-receipts.md."""

from collections.abc import Iterable, Mapping

from catchup.domain.counter import Counter
from catchup.domain.ids import SessionId, Uid, private_session
from catchup.domain.receipts import NOT_CHOSEN, ReceiptsChoice, Side
from catchup.storage.counter_book import counter_of_row
from catchup.storage.dynamo import Item, KeysOf
from catchup.storage.member_book import counter_key
from catchup.storage.reading import Storage
from catchup.storage.receipt_rows import ReceiptsRow as Row
from catchup.storage.receipt_rows import choice_of_row
from catchup.usecases.receipts.ports import InPrivate

# Whoever can't be asked tells nothing.
_UNREADABLE = ReceiptsChoice(is_on=False)


class DynamoReceipts:
    """One row for a person's choice; nothing else is written for receipts."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._reader = of.dynamo, of.reader("counter")
        self._table = self._reader.table

    def choose(self, uid: Uid, is_on: bool, chosen_at_ms: int) -> ReceiptsChoice:
        """SET receipts and receiptsAt, on condition that receiptsAt is lower, or can't be read."""
        condition = ~Row.receipts_at.is_type() | (Row.receipts_at < chosen_at_ms)  # type: ignore[no-untyped-call]
        written, there = self._dynamo.update(
            self._table,
            _choice_key(uid),
            [Row.receipts.set(is_on), Row.receipts_at.set(chosen_at_ms)],
            condition,
        )
        return ReceiptsChoice(is_on, chosen_at_ms) if written else self._choice_in(there)

    def chosen(self, uid: Uid) -> ReceiptsChoice:
        """One row."""
        found = self._dynamo.get_many([KeysOf(self._table, [_choice_key(uid)])])[self._table]
        return self._choice_in(found[0] if found else None)

    def sides(self, people: Iterable[InPrivate], *, consistent: bool) -> Mapping[InPrivate, Side]:
        """One BatchGet per hundred rows: for each person, their counter in the session, and their own row."""
        wanted = list(people)
        own = [(uid, private_session(uid, uid)) for uid, _ in wanted]
        keys = [counter_key(*each) for each in dict.fromkeys([*wanted, *own])]
        items = self._dynamo.get_many([KeysOf(self._table, keys, consistent)])[self._table]
        rows = {(Uid(item["uid"]["S"]), SessionId(item["sessionId"]["S"])): item for item in items}
        choices = {uid: self._choice_in(rows.get((uid, notes))) for uid, notes in own}
        found: dict[InPrivate, Side] = {}
        for uid, session in wanted:
            item = rows.get((uid, session))
            counter = Counter(session) if item is None else self._reader.one(item, counter_of_row)
            if counter is not None:
                found[uid, session] = Side(counter, choices[uid].is_on)
        return found

    def _choice_in(self, item: Item | None) -> ReceiptsChoice:
        if item is None:
            return NOT_CHOSEN
        choice = self._reader.one(item, choice_of_row)
        return _UNREADABLE if choice is None else choice


def _choice_key(uid: Uid) -> Item:
    return counter_key(uid, private_session(uid, uid))
