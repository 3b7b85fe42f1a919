"""The Message table, and the Session table that hints at its heads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import Message, Route
from catchup.domain.page import Bounds
from catchup.domain.standing import Changed
from catchup.storage.counter_book import counter_of_row
from catchup.storage.dynamo import Item, KeysOf
from catchup.storage.member_book import counter_key
from catchup.storage.reading import MAX_QUERIES, ROWS_PER_LONG_QUERY, NewerLayout, Storage, expired
from catchup.storage.tables import LAYOUT, MessageRow, SessionRow
from catchup.usecases.catching_up.ports import Stretch
from catchup.usecases.sending.ports import Link, Owed, Sent
from catchup.wire.group_changes import change_of
from catchup.wire.messages import decode_payload, encode_payload


class DynamoMessageLog:
    """Every message once, and the put that allocates its seq."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader, self._heads, self._counters = (of.reader(name) for name in ("message", "session", "counter"))
        self._table = self._reader.table
        self._session_table, self._counter_table = self._heads.table, self._counters.table
        self._seconds_kept = of.seconds_kept("message")

    def allocate(self, message: Message, route: Route = Route.STORED) -> Message | Link:
        """Puts the message if (session, seq) is free. If the SDK repeats a put after a lost response, it finds its own
        row, which is success."""
        row = MessageRow(
            session_id=message.session_id,
            seq=message.seq,
            sender=message.draft.sender,
            msg_id=message.draft.msg_id,
            payload=encode_payload(message),
            live=True if route is Route.LIVE else None,
            is_change=message.draft.is_system or None,
            last_change=message.last_change or None,
            ttl=message.accepted_at_ms // 1_000 + self._seconds_kept,
        )
        there = self._dynamo.put(self._table, row, MessageRow.session_id.does_not_exist())
        if there is None:
            return message
        if not _is_of(there, message.draft.sender, message.draft.msg_id):
            # Changes before that row are before this message too, even if the row can't be read.
            return self._link(there, message.last_change)
        return message_of_row(there)

    def raise_head(self, session: SessionId, seq: Seq) -> None:
        """SET lastSeq on condition that it is lower."""
        self._dynamo.update(
            self._session_table,
            {"sessionId": {"S": session}},
            [SessionRow.last_seq.set(seq)],
            SessionRow.last_seq.does_not_exist() | (SessionRow.last_seq < seq),
        )

    def last(self, session: SessionId) -> Link | None:
        """One query of one row, from the end."""
        where = MessageRow.session_id == session
        items, _ = self._dynamo.query(self._table, where, limit=1, forward=False, consistent=True)
        return self._link(items[0], _last_change_of(items[0])) if items else None

    def link(self, session: SessionId, seq: Seq) -> Link | None:
        """One row. It never changes once it is there: only a read that does not find it is made again, consistently."""
        key = {"sessionId": {"S": session}, "seq": {"N": str(seq)}}
        for consistent in (False, True):
            items = self._dynamo.get_many([KeysOf(self._table, [key], consistent)])[self._table]
            if items:
                return self._link(items[0], _last_change_of(items[0]))
        return None

    def _link(self, item: Item, last_change: Seq) -> Link:
        seq = _seq_of(item)
        is_change = item.get("change") == {"BOOL": True}
        return Link(seq, last_change, is_change, self._reader.one(item, changed_of_row) if is_change else None)

    def find(
        self, sent: Sent, session: SessionId, counter_of: Uid | None, *, consistent: bool = False
    ) -> tuple[Message | None, Counter | None]:
        """One BatchGet of the message and the counter."""
        key = {"sessionId": {"S": session}, "seq": {"N": str(sent.seq)}}
        wanted = [KeysOf(self._table, [key], consistent=consistent)]
        if counter_of is not None:
            wanted.append(KeysOf(self._counter_table, [counter_key(counter_of, session)], consistent=True))
        found = self._dynamo.get_many(wanted)
        messages, counters = found[self._table], found.get(self._counter_table, ())
        message = message_of_row(messages[0]) if messages and _is_of(messages[0], sent.uid, sent.msg_id) else None
        return message, self._counters.one(counters[0], counter_of_row) if counters else Counter(session)

    def owed(self, session: SessionId, owner: Uid, floor: Seq, to: Seq) -> Owed:
        """As a rule one query, of two or three times as many rows as leave `recent`."""
        where = (MessageRow.session_id == session) & MessageRow.seq.between(floor + 1, to)
        seqs: set[Seq] = set()
        start: Item | None = None
        for _ in range(MAX_QUERIES):
            items, start = self._dynamo.query(
                self._table, where, limit=ROWS_PER_LONG_QUERY, forward=True, consistent=True, start=start
            )
            seqs.update(_seq_of(item) for item in items if "live" not in item and item.get("sender") != {"S": owner})
            if start is None:
                return Owed(frozenset(seqs), to)
        return Owed(frozenset(seqs), _seq_of(start) if start else to)

    def own_between(self, session: SessionId, sender: Uid, after: Seq, to: Seq) -> tuple[int, Seq]:
        """As a rule one query of up to 1 MB."""
        if to <= after:
            return 0, to
        where = (MessageRow.session_id == session) & MessageRow.seq.between(after + 1, to)
        count = 0
        start: Item | None = None
        for _ in range(MAX_QUERIES):
            items, start = self._dynamo.query(
                self._table, where, limit=ROWS_PER_LONG_QUERY, forward=True, consistent=True, start=start
            )
            count += sum(item.get("sender") == {"S": sender} for item in items)
            if start is None:
                return count, to
        return count, _seq_of(start) if start else to

    def kept(self, owner: Uid, counter: Counter) -> int:
        """One query, of as many of the newest rows as are unread, and of more if own ones are among them."""
        where = MessageRow.session_id == counter.session_id
        found = 0
        start: Item | None = None
        rows = counter.unread
        for _ in range(MAX_QUERIES):
            items, start = self._dynamo.query(
                self._table, where, limit=rows, forward=False, consistent=True, start=start
            )
            found += sum(
                # For a live message only the counter knows whether it was counted.
                item.get("sender") != {"S": owner} and ("live" not in item or counter.has_counted(_seq_of(item)))
                for item in items
                if not expired(item, self._clock())
            )
            if found >= counter.unread or start is None:
                return int(min(found, counter.unread))
            rows = ROWS_PER_LONG_QUERY
        # Too many rows to be sure: treat nothing as removed.
        return counter.unread

    def page(self, session: SessionId, bounds: Bounds, limit: int, newest_first: bool) -> Stretch:
        """Consistent: an end flag from a stale read would make a client believe that what is missing is gone. Expired
        and unreadable rows are left out."""
        low = bounds.lowest
        high = bounds.before - 1 if bounds.before is not None else None
        if high is not None and high < low:
            return Stretch([], more=False)
        where = MessageRow.session_id == session
        where &= MessageRow.seq >= low if high is None else MessageRow.seq.between(low, high)
        messages: list[Message] = []
        kept: list[Seq] = []
        start: Item | None = None
        rows = limit + 1
        for _ in range(MAX_QUERIES):
            items, start = self._dynamo.query(
                self._table, where, limit=rows, forward=not newest_first, consistent=True, start=start
            )
            live = [item for item in items if not expired(item, self._clock())]
            kept.extend(map(_seq_of, live))
            messages.extend(self._reader.readable(live, message_of_row))
            if len(messages) > limit or start is None:
                return Stretch(messages[:limit], more=len(messages) > limit, lowest=min(kept, default=None))
            rows = ROWS_PER_LONG_QUERY
        return Stretch(messages, more=True, resume_at=_seq_of(start) if start else None)

    def heads(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Seq]:
        """One BatchGet a hundred sessions."""
        keys = [{"sessionId": {"S": session}} for session in sessions]
        found = self._dynamo.get_many([KeysOf(self._session_table, keys, consistent=False)])
        return dict(self._heads.readable(found[self._session_table], head_of_row))


def head_of_row(item: Item) -> tuple[SessionId, Seq]:
    """A session and its hint. Raises KeyError or ValueError if the row has none."""
    return SessionId(item["sessionId"]["S"]), Seq(int(item["lastSeq"]["N"]))


def _is_of(item: Item, sender: str, msg_id: str) -> bool:
    return item.get("sender") == {"S": sender} and item.get("msgId") == {"S": msg_id}


def _seq_of(item: Item) -> Seq:
    return Seq(int(item["seq"]["N"]))


def _last_change_of(item: Item) -> Seq:
    """The seq; 0 also if the row has no number there: then only the members' rows are known."""
    try:
        return Seq(int(item.get("chg", {}).get("N", "0")))
    except ValueError:
        return Seq(0)


def message_of_row(item: Any) -> Message:
    """A message of history. Raises ValueError or the like for a corrupt row."""
    row = MessageRow()
    row.deserialize(dict(item))
    if row.layout > LAYOUT:
        raise NewerLayout(f"layout {row.layout}")
    message = decode_payload(row.payload, SessionId(row.session_id), Seq(row.seq))
    return replace(message, last_change=Seq(row.last_change)) if row.last_change else message


def changed_of_row(item: Any) -> Changed:
    """A change of membership. Raises ValueError or the like for a corrupt row."""
    message = message_of_row(item)
    change = change_of(message.draft.content)
    return Changed(message.seq, message.draft.sender, change, message.accepted_at_ms)
