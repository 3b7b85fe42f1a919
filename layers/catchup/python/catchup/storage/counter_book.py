"""The Counter table: a person in a session."""

from collections.abc import Iterator, Sequence
from typing import Any

from pynamodb.expressions.update import Action

from catchup.domain.counter import Counter, Trim
from catchup.domain.group import Membership, is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.storage.dynamo import Item, KeysOf, WrongType
from catchup.storage.member_book import counter_key, is_membership, membership_of_row
from catchup.storage.reading import Storage
from catchup.storage.tables import CounterRow
from catchup.usecases.catching_up.ports import ClearResult, InSession
from catchup.usecases.sending.ports import Counted

# As many as a query can hold in its 1 MB.
ROWS_PER_QUERY = 5_000


class DynamoCounters:
    """Counts that move by one conditional update each."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._reader = of.dynamo, of.reader("counter")
        self._table = self._reader.table

    def count(self, owner: Uid, session: SessionId, seq: Seq, at_ms: int) -> Counted | None:
        """One write unit. Exact under repetition: see `Counter.has_counted`, which the condition says again.

        If a newer message was counted first, a second update is needed, without the time, which must not go back.
        """
        key = counter_key(owner, session)
        count = [CounterRow.received.add(1), CounterRow.recent.add({seq}), CounterRow.uncounted.delete({seq})]
        is_above = CounterRow.floor.does_not_exist() | (CounterRow.floor < seq)
        is_new = ~CounterRow.recent.contains(seq) & (is_above | CounterRow.uncounted.contains(seq))
        is_newest = CounterRow.timestamp.does_not_exist() | (CounterRow.timestamp <= at_ms)
        try:
            moved, item = self._dynamo.update(
                self._table, key, [*count, CounterRow.timestamp.set(at_ms)], is_new & is_newest, returns="ALL_NEW"
            )
            there = self._reader.one(item or key, counter_of_row)
            if not moved and there is not None and not there.has_counted(seq):
                moved, item = self._dynamo.update(self._table, key, count, is_new, returns="ALL_NEW")
                there = self._reader.one(item or key, counter_of_row)
        except WrongType as error:
            self._reader.report(key, error)
            return None
        return None if there is None else Counted(there, moved)

    def owe(self, owner: Uid, session: SessionId, seq: Seq) -> None:
        """One write unit."""
        self._dynamo.update(
            self._table,
            counter_key(owner, session),
            [CounterRow.uncounted.add({seq})],
            ~CounterRow.recent.contains(seq),
        )

    def trim(self, owner: Uid, session: SessionId, trim: Trim) -> None:
        """Succeeds only if nobody has trimmed, owed or counted any of this meanwhile; otherwise the next send tries
        again."""
        unchanged = CounterRow.floor == trim.found_floor if trim.found_floor else CounterRow.floor.does_not_exist()
        if trim.found_uncounted:
            unchanged &= CounterRow.uncounted == set(trim.found_uncounted)
        else:
            unchanged &= CounterRow.uncounted.does_not_exist()
        for seq in sorted(trim.owed & trim.uncounted):
            unchanged &= ~CounterRow.recent.contains(seq)
        actions: list[Action] = [CounterRow.floor.set(trim.floor)]
        if trim.leaving:
            actions.append(CounterRow.recent.delete(set(trim.leaving)))
        if trim.uncounted != trim.found_uncounted:
            actions.append(CounterRow.uncounted.set(set(trim.uncounted)))
        self._dynamo.update(self._table, counter_key(owner, session), actions, unchanged)

    def ensure(self, owner: Uid, session: SessionId, at_ms: int) -> None:
        self._dynamo.update(
            self._table,
            counter_key(owner, session),
            [CounterRow.timestamp.set(at_ms)],
            CounterRow.uid.does_not_exist(),
        )

    def clear(self, owner: Uid, session: SessionId, seen: int) -> ClearResult:
        cleared, there = self._dynamo.update(
            self._table,
            counter_key(owner, session),
            [CounterRow.cleared.set(seen)],
            (CounterRow.received >= seen) & (CounterRow.cleared.does_not_exist() | (CounterRow.cleared < seen)),
        )
        if cleared:
            return ClearResult.CLEARED
        if there is None:
            return ClearResult.UNKNOWN_SESSION
        return ClearResult.CLEARED if counter_of_row(there).cleared >= seen else ClearResult.TOO_HIGH

    def all(self, owner: Uid, consistent: bool = True) -> Sequence[InSession]:
        """One query a megabyte: some thousands of sessions."""
        rows: list[InSession] = []
        start: Item | None = None
        while True:
            items, start = self._query(owner, None, ROWS_PER_QUERY, start, consistent)
            rows.extend(self._known(items))
            if start is None:
                return rows

    def page(self, owner: Uid, after: SessionId | None, limit: int) -> tuple[Sequence[InSession], SessionId | None]:
        """One query. Asks for one row more, since DynamoDB gives a cursor on an exactly full page too."""
        items, start = self._query(owner, after, limit + 1, None)
        page = items[:limit]
        more = len(items) > limit or start is not None
        rows = list(self._known(page))
        return rows, SessionId(page[-1]["sessionId"]["S"]) if more else None

    def named(self, owner: Uid, sessions: Sequence[SessionId]) -> Sequence[InSession]:
        """One BatchGet a hundred sessions."""
        keys = [counter_key(owner, session) for session in sessions]
        found = self._dynamo.get_many([KeysOf(self._table, keys, consistent=True)])
        rows = {row.session_id: row for row in self._known(found[self._table])}
        return [rows.get(session, Counter(session)) for session in sessions if session in rows or not is_group(session)]

    def _known(self, items: Sequence[Item]) -> Iterator[InSession]:
        """Leaves out groups that the person was never in: a removal of a stranger also writes a row."""
        for row in self._reader.readable(items, in_session_of_row):
            if not isinstance(row, Membership) or row.was_member:
                yield row

    def _query(
        self, owner: Uid, after: SessionId | None, limit: int, start: Item | None, consistent: bool = True
    ) -> tuple[Sequence[Item], Item | None]:
        where = CounterRow.uid == owner
        if after is not None:
            where &= CounterRow.session_id > after
        return self._dynamo.query(self._table, where, limit=limit, forward=True, consistent=consistent, start=start)


def in_session_of_row(item: Any) -> InSession:
    """A person in a session, private or a group."""
    return membership_of_row(item) if is_membership(item) else counter_of_row(item)


def counter_of_row(item: Any) -> Counter:
    """Returns the counter of a row; missing numbers are zero. Raises ValueError if a number is null."""
    if any("NULL" in value for value in item.values()):
        raise ValueError("a null in a counter")
    row = CounterRow()
    row.deserialize(dict(item))
    return Counter(
        session_id=SessionId(row.session_id),
        received=int(row.received),
        cleared=int(row.cleared),
        timestamp_ms=int(row.timestamp),
        recent=frozenset(Seq(int(seq)) for seq in row.recent or ()),
        floor=Seq(int(row.floor)),
        uncounted=frozenset(Seq(int(seq)) for seq in row.uncounted or ()),
    )
