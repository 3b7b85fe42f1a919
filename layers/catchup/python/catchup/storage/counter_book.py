"""The Counter table: a person in a session."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from catchup.domain.counter import Counter
from catchup.domain.group import is_group
from catchup.domain.ids import Seq, SessionId, Uid, private_members
from catchup.domain.membership import Membership
from catchup.domain.message import Message
from catchup.domain.unread import RECALLED_LIMIT, UNCLEARED_RECALLED_LIMIT
from catchup.errors import courtesy
from catchup.storage.attributes import number_in, numbers_in
from catchup.storage.dynamo import Item, KeysOf, WrongType
from catchup.storage.member_book import counter_key, is_membership, membership_of_row
from catchup.storage.position_rows import position_of
from catchup.storage.reading import Storage
from catchup.storage.receipt_rows import choice_of_row
from catchup.storage.session_settings_rows import settings_of_row
from catchup.storage.tables import CounterRow
from catchup.usecases.catching_up.ports import ClearResult, InSession

# As many as a query can hold in its 1 MB.
ROWS_PER_QUERY = 5_000


class DynamoCounters:
    """Counters; each change is one conditional update."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock, self._reader = of.dynamo, of.clock, of.reader("counter")
        self._table = self._reader.table

    def raise_to(
        self,
        owner: Uid,
        message: Message,
        found: Counter | None = None,
        skipped: frozenset[Seq] = frozenset(),
        recalled: frozenset[int] = frozenset(),
    ) -> Counter | None:
        """One write unit: SET lastSeq, received, sent and timestamp, ADD pending. If the counter has passed the
        message: DELETE pending {seq}. A notice sets the time when it came instead of the timestamp, and adds to
        `recalled`; now and then the lowest numbers are removed."""
        key = counter_key(owner, message.session_id)
        actions = self._raising(owner, message, found)
        if skipped:
            actions.append(CounterRow.pending.add(set(skipped)))
        if recalled:
            actions.append(CounterRow.recalled.add(set(recalled)))
        returns = "ALL_NEW" if recalled else "NONE"
        try:
            moved, there = self._dynamo.update(self._table, key, actions, _may_rise(owner, message, found), returns)
            if moved:
                self._forget_recalled(key, there or {})
                return None
            raised = self._reader.one(there or key, counter_of_row)
            if raised is not None and message.seq in raised.pending:
                confirmed: list[Action] = [CounterRow.pending.delete({message.seq})]
                self._dynamo.update(self._table, key, confirmed, CounterRow.pending.contains(message.seq))
        except WrongType as error:
            self._reader.report(key, error)
            return None
        # At the message: this raised it, and the response was lost, or another attempt at the same message did.
        return None if raised is not None and raised.last_seq == message.seq else raised

    def _raising(self, owner: Uid, message: Message, found: Counter | None) -> list[Action]:
        session, author, following = message.session_id, message.draft.sender, message.following
        was = found or Counter(session)
        actions: list[Action] = [
            CounterRow.last_seq.set(message.seq),
            CounterRow.sent.set(following.before.of(session, owner)),
        ]
        if following.quiets.of(session, owner):
            actions.append(CounterRow.quiet_sent.set(following.quiets.of(session, owner)))
        if not message.draft.is_quiet:
            actions.append(CounterRow.timestamp.set(message.accepted_at_ms))
        if author != owner:
            actions.append(CounterRow.received.set(max(message.number, was.received)))
            quiet = following.quiets.of(session, author)
            if message.draft.is_quiet or (found is not None and quiet > was.quiet_received):
                actions.append(CounterRow.quiet_received.set(max(quiet, was.quiet_received)))
                actions.append(CounterRow.news_at.set(self._clock()))
        return actions

    def _forget_recalled(self, key: Item, row: Item) -> None:
        listed, cleared = sorted(numbers_in(row, "recalled")), number_in(row, "cleared")
        leaving = {number for number in listed[:-RECALLED_LIMIT] if number <= cleared}
        leaving.update(listed[:-UNCLEARED_RECALLED_LIMIT])
        if len(leaving) > RECALLED_LIMIT // 2:
            # If it fails, the next recall does it.
            with courtesy():
                self._dynamo.update(self._table, key, [CounterRow.recalled.delete(leaving)], CounterRow.uid.exists())

    def ensure(self, owner: Uid, session: SessionId, at_ms: int) -> None:
        self._dynamo.update(
            self._table,
            counter_key(owner, session),
            [CounterRow.timestamp.set(at_ms)],
            CounterRow.timestamp.does_not_exist(),
        )

    def clear(self, owner: Uid, session: SessionId, seen: int) -> ClearResult:
        """SET cleared. Quiet messages that came before are seen then: a device that clears has been told of them."""
        is_new = CounterRow.cleared.does_not_exist() | (CounterRow.cleared < seen)
        is_new |= (CounterRow.cleared == seen) & CounterRow.quiet_received.exists() & _has_unseen()
        cleared, there = self._dynamo.update(
            self._table,
            counter_key(owner, session),
            [CounterRow.cleared.set(seen), CounterRow.quiet_seen.set(CounterRow.quiet_received | 0)],
            (CounterRow.received >= seen) & is_new,
        )
        if cleared:
            return ClearResult.CLEARED
        found = None if there is None else counter_of_row(there)
        if found is None or not found.is_listed:
            return ClearResult.UNKNOWN_SESSION
        return ClearResult.CLEARED if found.cleared >= seen else ClearResult.TOO_HIGH

    def all(self, owner: Uid, consistent: bool = True) -> Sequence[InSession]:
        """One query per megabyte, which is some thousands of sessions."""
        rows: list[InSession] = []
        start: Item | None = None
        while True:
            items, start = self._dynamo.query(
                self._table, CounterRow.uid == owner, limit=ROWS_PER_QUERY, consistent=consistent, start=start
            )
            rows.extend(self._known(items, with_choice=True))
            if start is None:
                return rows

    def page(self, owner: Uid, after: SessionId | None, limit: int) -> tuple[Sequence[InSession], SessionId | None]:
        """One query. Asks for one row more, since DynamoDB gives a cursor on an exactly full page too."""
        where = CounterRow.uid == owner
        if after is not None:
            where &= CounterRow.session_id > after
        items, start = self._dynamo.query(self._table, where, limit=limit + 1)
        page = items[:limit]
        more = len(items) > limit or start is not None
        rows = list(self._known(page))
        return rows, SessionId(page[-1]["sessionId"]["S"]) if more else None

    def heads(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Seq]:
        """One BatchGet per hundred rows; a session has two."""
        keys = [counter_key(uid, session) for session in sessions for uid in {*(private_members(session) or ())}]
        found = self._dynamo.get_many([KeysOf(self._table, keys, consistent=False)])[self._table]
        heads: dict[SessionId, Seq] = {}
        for counter in self._reader.readable(found, counter_of_row):
            heads[counter.session_id] = max(heads.get(counter.session_id, Seq(0)), counter.last_seq)
        return heads

    def named(self, owner: Uid, sessions: Sequence[SessionId]) -> Sequence[InSession]:
        """One BatchGet per hundred sessions."""
        keys = [counter_key(owner, session) for session in sessions]
        found = self._dynamo.get_many([KeysOf(self._table, keys)])
        rows = {row.session_id: row for row in self._known(found[self._table])}
        return [rows.get(session, Counter(session)) for session in sessions if session in rows or not is_group(session)]

    def _known(self, items: Sequence[Item], with_choice: bool = False) -> Iterator[InSession]:
        """Leaves out sessions without messages, and groups that the person was never in: removing a stranger also
        writes a row. `with_choice`: keeps the row with what the person has chosen about receipts."""
        for row in self._reader.readable(items, in_session_of_row):
            if isinstance(row, Membership):
                is_known = row.was_member
            else:
                is_known = row.is_listed or (with_choice and row.receipts.changed_at_ms > 0)
            if is_known:
                yield row


def _may_rise(owner: Uid, message: Message, found: Counter | None) -> Condition:
    """The condition of a raise: the counter is at the other person's message before this one, counted or quiet; or, if
    `found` is given, where it was found."""
    may_rise: Condition = CounterRow.last_seq.does_not_exist()
    if found is not None:
        return CounterRow.last_seq == found.last_seq if found.last_seq else may_rise
    may_rise |= CounterRow.last_seq < message.seq
    session, author = message.session_id, message.draft.sender
    if author != owner:
        for attribute, before in (
            (CounterRow.received, message.before.of(session, author)),
            (CounterRow.quiet_received, message.quiets.of(session, author)),
        ):
            may_rise &= attribute == before if before else attribute.does_not_exist()
    return may_rise


def _has_unseen() -> Condition:
    unseen: Condition = CounterRow.quiet_seen.does_not_exist() | (CounterRow.quiet_seen < CounterRow.quiet_received)
    return unseen


def in_session_of_row(item: Any) -> InSession:
    """A person in a session, private or a group."""
    return membership_of_row(item) if is_membership(item) else counter_of_row(item)


def counter_of_row(item: Any) -> Counter:
    """Returns the counter of a row; missing numbers are zero. Raises ValueError if a number is null."""
    if any("NULL" in value for value in item.values()):
        raise ValueError("a null in a counter")
    row = CounterRow.from_raw_data(item)
    return Counter(
        session_id=SessionId(row.session_id),
        last_seq=Seq(int(row.last_seq)),
        received=int(row.received),
        sent=int(row.sent),
        cleared=int(row.cleared),
        timestamp_ms=int(row.timestamp),
        pending=frozenset(Seq(int(seq)) for seq in row.pending or ()),
        blocked=bool(row.blocked),
        quiet_received=int(row.quiet_received),
        quiet_sent=int(row.quiet_sent),
        quiet_seen=int(row.quiet_seen),
        news_at_ms=int(row.news_at),
        recalled=frozenset(int(number) for number in row.recalled or ()),
        read=position_of(row),
        settings=settings_of_row(item),
        hidden_version=int(row.hidden_version or 0),
        receipts=choice_of_row(item),
    )
