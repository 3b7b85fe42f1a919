"""The Inbox table: what waits for a person."""

from collections.abc import Sequence
from typing import Any

from catchup.domain.ids import MAX_NUMBER, Seq, SessionId, Uid
from catchup.domain.message import Message, Numbers, Place
from catchup.domain.page import Bounds
from catchup.storage.dynamo import BATCH_WRITE_ITEMS, Item
from catchup.storage.reading import (
    FULL_PAGE_BYTES,
    MAX_QUERIES,
    ROWS_PER_LONG_QUERY,
    Storage,
    expired,
    payload_bytes,
)
from catchup.storage.revising import revising
from catchup.storage.tables import InboxRow, pair_of, pair_text
from catchup.usecases.catching_up.ports import Waiting
from catchup.wire.messages import decode_payload, encode_payload

SEQ_DIGITS = len(str(MAX_NUMBER))


class DynamoInbox:
    """Rows are keyed by session and seq, so that a session's newest are one query from its end.

    put ─▶ (uid, p:alice:bob#0000000000000041) ─▶ newest … ─▶ remove, only when named
    """

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock, self._concurrency = of.dynamo, of.clock, of.concurrency
        self._reader = of.reader("inbox")
        self._table = self._reader.table
        self._seconds_kept = of.seconds_kept("inbox")

    def put(self, owner: Uid, message: Message) -> None:
        """Puts the row if it is absent: a second put must not remove what newer code has added."""
        row = InboxRow(
            uid=owner,
            key=inbox_key(message.session_id, message.seq),
            payload=encode_payload(message),
            before=pair_text(message.before),
            revised=message.revised or None,
            recalled=message.is_recalled or None,
            ttl=message.accepted_at_ms // 1_000 + self._seconds_kept,
        )
        self._dynamo.put(self._table, row, InboxRow.uid.does_not_exist())

    def revise(self, owner: Uid, revised: Message) -> None:
        """SET payload and revised, on condition that the row is there: what was acked stays away."""
        actions, condition = revising(InboxRow, revised)
        key = {"uid": {"S": owner}, "key": {"S": inbox_key(revised.session_id, revised.seq)}}
        self._dynamo.update(self._table, key, actions, InboxRow.uid.exists() & condition)

    def newest(
        self, owner: Uid, session: SessionId, limit: int, bounds: Bounds, leaving: frozenset[Seq] = frozenset()
    ) -> Waiting:
        """Consistent. Asks for one row more than the page, to know whether it is the last."""
        if bounds.highest < bounds.lowest:
            return Waiting([], more=False)
        where = (InboxRow.uid == owner) & InboxRow.key.between(
            inbox_key(session, bounds.lowest), inbox_key(session, bounds.highest)
        )
        messages: list[Message] = []
        trimmed = False
        lowest = Seq(bounds.highest)
        start: Item | None = None
        rows = limit + 1 + len(leaving)
        # 0 stands for a row whose seq can't be read.
        left_out = {0, *leaving}
        for _ in range(MAX_QUERIES):
            items, start = self._dynamo.query(self._table, where, limit=rows, forward=False, start=start)
            seqs = {item["key"]["S"]: seq for item in items if (seq := self._reader.one(item, seq_of_key)) is not None}
            staying = [item for item in items if seqs.get(item["key"]["S"], 0) not in left_out]
            live = [item for item in staying if not expired(item, self._clock())]
            lowest = min(seqs.values(), default=lowest)
            trimmed = trimmed or len(live) < len(staying)
            messages.extend(self._reader.readable(live, message_of_row))
            is_cut = start is not None and bool(messages) and payload_bytes(live) > FULL_PAGE_BYTES
            if is_cut or len(messages) > limit or start is None:
                return Waiting(messages[:limit], more=is_cut or len(messages) > limit, trimmed=trimmed)
            rows = ROWS_PER_LONG_QUERY
        return Waiting(messages, more=True, trimmed=trimmed, resume_before=lowest)

    def remove(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> Sequence[Seq]:
        """Batches of 25 rows, side by side."""
        batches = [seqs[start : start + BATCH_WRITE_ITEMS] for start in range(0, len(seqs), BATCH_WRITE_ITEMS)]
        remaining = self._concurrency.run(
            *(lambda batch=batch: self._remove_batch(owner, session, batch) for batch in batches)
        )
        return [seq for batch in remaining for seq in batch]

    def _remove_batch(self, owner: Uid, session: SessionId, seqs: Sequence[Seq]) -> Sequence[Seq]:
        keys = [{"uid": {"S": owner}, "key": {"S": inbox_key(session, seq)}} for seq in seqs]
        return [seq_of_key(key) for key in self._dynamo.delete_many(self._table, keys)]


def inbox_key(session: SessionId, seq: int) -> str:
    """The range key of a message that waits."""
    return f"{session}#{seq:0{SEQ_DIGITS}}"


def seq_of_key(item: Item) -> Seq:
    """The seq in a row's key. Raises ValueError if there is none."""
    return Seq(int(item["key"]["S"].rpartition("#")[2]))


def message_of_row(item: Any) -> Message:
    """A message that waits. Raises ValueError or the like for a corrupt row."""
    row = InboxRow.from_raw_data(item)
    session, _, _ = row.key.rpartition("#")
    return decode_payload(row.payload, SessionId(session), Place(seq_of_key(item), Numbers(*pair_of(row.before))))
