"""The Message table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from catchup.clock import deadline
from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.message import NONE, Message, Numbers, Place, Revision
from catchup.domain.page import Bounds
from catchup.domain.standing import Changed
from catchup.errors import OutOfTime
from catchup.storage.attributes import number_in
from catchup.storage.counter_book import counter_of_row
from catchup.storage.dynamo import Item, KeysOf
from catchup.storage.member_book import counter_key
from catchup.storage.reading import (
    FULL_PAGE_BYTES,
    MAX_QUERIES,
    ROWS_PER_LONG_QUERY,
    Storage,
    expired,
    payload_bytes,
)
from catchup.storage.revising import revising
from catchup.storage.tables import MessageRow, pair_if_any, pair_of, pair_text
from catchup.usecases.catching_up.ports import Stretch
from catchup.usecases.sending.ports import Link, Sent
from catchup.wire.group_changes import change_of
from catchup.wire.messages import decode_payload, encode_payload


class DynamoMessageLog:
    """Each message once. The put of a message allocates its seq and its number."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader, self._counters = of.reader("message"), of.reader("counter")
        self._table, self._counter_table = self._reader.table, self._counters.table
        self._seconds_kept = of.seconds_kept("message")

    def allocate(self, message: Message) -> Message | Link:
        """Puts the message if (session, seq) is free. If the SDK repeats a put after a lost response, it finds its own
        row, which is success."""
        row = MessageRow(
            session_id=message.session_id,
            seq=message.seq,
            sender=message.draft.sender,
            msg_id=message.draft.msg_id,
            payload=encode_payload(message),
            before=pair_text(message.before),
            is_change=message.draft.is_system or None,
            last_change=message.last_change or None,
            is_notice=message.draft.revision is not None or None,
            quiets=pair_text(message.quiets) if message.quiets != NONE else None,
            ttl=message.accepted_at_ms // 1_000 + self._seconds_kept,
        )
        there = self._dynamo.put(self._table, row, MessageRow.session_id.does_not_exist())
        if there is None:
            return message
        if not _is_of(there, message.draft.sender, message.draft.msg_id):
            # What is before that row is before this message too, even if the row can't be read.
            return self._link(there, message.place)
        return message_of_row(there)

    def last(self, session: SessionId) -> Link | None:
        """One query of one row, from the end."""
        where = MessageRow.session_id == session
        items, _ = self._dynamo.query(self._table, where, limit=1, forward=False)
        return next(self._links(items), None)

    def first(self, session: SessionId) -> Link | None:
        """Usually one query of one row: expired rows are deleted within days."""
        rows = self._rows(MessageRow.session_id == session, limit=1)
        return next(self._links(item for item in rows if not expired(item, self._clock())), None)

    def link(self, session: SessionId, seq: Seq) -> Link | None:
        """One row. It never changes once it is there: only a read that does not find it is made again, consistently."""
        key = message_key(session, seq)
        for consistent in (False, True):
            items = self._dynamo.get_many([KeysOf(self._table, [key], consistent)])[self._table]
            if items:
                place = self._reader.one(items[0], place_of_row)
                return self._link(items[0], place or Place(seq, last_change=_last_change_of(items[0])))
        return None

    def between(self, session: SessionId, after: Seq, before: Seq) -> Sequence[Link]:
        """Usually one query of a few rows."""
        if before - after < 2:
            return []
        where = (MessageRow.session_id == session) & MessageRow.seq.between(after + 1, before - 1)
        return list(self._links(self._rows(where)))

    def _rows(self, where: Any, limit: int = ROWS_PER_LONG_QUERY) -> Iterator[Item]:
        """All rows in the order of seq; the first query reads `limit` of them. Raises OutOfTime."""
        start: Item | None = None
        while deadline().allows():
            items, start = self._dynamo.query(self._table, where, limit=limit, start=start)
            yield from items
            if start is None:
                return
            limit = ROWS_PER_LONG_QUERY
        raise OutOfTime

    def _links(self, items: Iterable[Item]) -> Iterator[Link]:
        """The rows as links, without those whose place can't be read."""
        for item in items:
            place = self._reader.one(item, place_of_row)
            if place is not None:
                yield self._link(item, place)

    def _link(self, item: Item, place: Place) -> Link:
        session, author = SessionId(item["sessionId"]["S"]), self._reader.one(item, author_of_row) or Uid("")
        if item.get("change") == {"BOOL": True}:
            return Link(session, place, author, True, self._reader.one(item, changed_of_row))
        if item.get("notice") == {"BOOL": True}:
            return Link(session, place, author, is_notice=True, revision=self._reader.one(item, revision_of_row))
        return Link(session, place, author)

    def find(
        self, sent: Sent, session: SessionId, counter_of: Uid | None, *, consistent: bool = False
    ) -> tuple[Message | None, Counter | None]:
        """One BatchGet of the message and the counter."""
        wanted = [KeysOf(self._table, [message_key(session, sent.place.seq)], consistent=consistent)]
        if counter_of is not None:
            wanted.append(KeysOf(self._counter_table, [counter_key(counter_of, session)]))
        found = self._dynamo.get_many(wanted)
        messages, counters = found[self._table], found.get(self._counter_table, ())
        message = message_of_row(messages[0]) if messages and _is_of(messages[0], sent.uid, sent.msg_id) else None
        return message, self._counters.one(counters[0], counter_of_row) if counters else Counter(session)

    def get(self, session: SessionId, seq: Seq) -> Message | None:
        """One row."""
        items = self._dynamo.get_many([KeysOf(self._table, [message_key(session, seq)])])[self._table]
        there = [item for item in items if not expired(item, self._clock())]
        return self._reader.one(there[0], message_of_row) if there else None

    def revise(self, revised: Message) -> None:
        """SET payload and revised, on condition that the row is there, and has the content of an earlier revision. A
        recall is not conditional on the order: nothing follows it."""
        actions, condition = revising(MessageRow, revised)
        self._dynamo.update(
            self._table,
            message_key(revised.session_id, revised.seq),
            actions,
            MessageRow.session_id.exists() & condition,
        )

    def page(self, session: SessionId, bounds: Bounds, limit: int, newest_first: bool) -> Stretch:
        """Consistent: an end flag from a stale read would make a client believe that what is missing is gone. Expired
        and unreadable rows are left out."""
        if bounds.highest < bounds.lowest:
            return Stretch([], more=False)
        where = (MessageRow.session_id == session) & MessageRow.seq.between(bounds.lowest, bounds.highest)
        messages: list[Message] = []
        kept: list[Seq] = []
        start: Item | None = None
        rows = limit + 1
        for _ in range(MAX_QUERIES):
            items, start = self._dynamo.query(self._table, where, limit=rows, forward=not newest_first, start=start)
            live = [item for item in items if not expired(item, self._clock())]
            kept.extend(map(_seq_of, live))
            messages.extend(self._reader.readable(live, message_of_row))
            is_cut = start is not None and bool(messages) and payload_bytes(live) > FULL_PAGE_BYTES
            if is_cut or len(messages) > limit or start is None:
                return Stretch(messages[:limit], more=is_cut or len(messages) > limit, lowest=min(kept, default=None))
            rows = ROWS_PER_LONG_QUERY
        return Stretch(messages, more=True, resume_at=_seq_of(start) if start else None)


def message_key(session: SessionId, seq: Seq) -> Item:
    """The key of a message."""
    return {"sessionId": {"S": session}, "seq": {"N": str(seq)}}


def _is_of(item: Item, sender: str, msg_id: str) -> bool:
    return item.get("sender") == {"S": sender} and item.get("msgId") == {"S": msg_id}


def _seq_of(item: Item) -> Seq:
    return Seq(int(item["seq"]["N"]))


def author_of_row(item: Any) -> Uid:
    """The author of a stored message. Raises KeyError if the row does not have it."""
    return Uid(item["sender"]["S"])


def place_of_row(item: Any) -> Place:
    """The place of a stored message. Raises KeyError, ValueError or similar if the row does not have all of it."""
    quiets = pair_if_any(item.get("quiets", {}).get("S"))
    return Place(_seq_of(item), Numbers(*pair_of(item["before"]["S"])), _last_change_of(item), Numbers(*quiets))


def _last_change_of(item: Item) -> Seq:
    """The seq; 0 also if the row has no number there: then only the members' rows are known."""
    try:
        return Seq(number_in(item, "chg"))
    except ValueError:
        return Seq(0)


def message_of_row(item: Any) -> Message:
    """A message of history. Raises ValueError or the like for a corrupt row."""
    row = MessageRow.from_raw_data(item)
    message = decode_payload(row.payload, SessionId(row.session_id), place_of_row(item))
    hidden_by = frozenset(Uid(uid) for uid in row.hidden_by or ())
    if hidden_by or row.media:
        return replace(message, hidden_by=hidden_by, media_key=row.media or "")
    return message


def revision_of_row(item: Any) -> Revision | None:
    """What a notice is about. Raises ValueError or the like for a corrupt row."""
    return message_of_row(item).draft.revision


def changed_of_row(item: Any) -> Changed:
    """A change of membership. Raises ValueError or the like for a corrupt row."""
    message = message_of_row(item)
    change = change_of(message.draft.content)
    return Changed(message.seq, message.draft.sender, change, message.accepted_at_ms, message.number)
