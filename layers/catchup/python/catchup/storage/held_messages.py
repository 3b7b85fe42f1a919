"""The Held table: messages that wait for review."""

from collections.abc import Sequence
from typing import Any

from catchup.domain.ids import MsgId, Seq, SessionId, Uid
from catchup.domain.message import Message, Place
from catchup.storage.dynamo import Item
from catchup.storage.reading import Storage, expired
from catchup.storage.tables import HeldRow
from catchup.usecases.screening.ports import HeldMessage
from catchup.wire.messages import decode_payload, encode_payload


class DynamoHeldMessages:
    """Held messages. They are few, and people read them, so listing is a scan."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader = of.reader("held")
        self._table = self._reader.table
        self._seconds_kept = of.seconds_kept("held")

    def keep(self, held: HeldMessage) -> HeldMessage:
        """Put-if-absent. A repeated put whose response was lost finds its own, equal row."""
        draft = held.draft
        row = HeldRow(
            uid=draft.sender,
            msg_id=draft.msg_id,
            session_id=held.session_id,
            payload=encode_payload(Message(draft, held.session_id, Seq(0), held.held_at_ms)),
            digest=held.digest,
            sources=set(held.sources) or None,
            ttl=held.held_at_ms // 1_000 + self._seconds_kept,
        )
        there = self._dynamo.put(self._table, row, HeldRow.uid.does_not_exist())
        return held if there is None else self._readable(there)

    def get(self, sender: Uid, msg_id: MsgId) -> HeldMessage | None:
        """One consistent read."""
        item = self._dynamo.get(self._table, _key(sender, msg_id))
        return None if item is None or expired(item, self._clock()) else self._readable(item)

    def remove(self, sender: Uid, msg_id: MsgId) -> None:
        """One delete, which may be repeated."""
        self._dynamo.delete(self._table, _key(sender, msg_id))

    def page(
        self, after: tuple[Uid, MsgId] | None, limit: int
    ) -> tuple[Sequence[HeldMessage], tuple[Uid, MsgId] | None]:
        """One scan of at most `limit` rows."""
        items, last = self._dynamo.scan(self._table, limit=limit, start=_key(*after) if after else None)
        waiting = [item for item in items if not expired(item, self._clock())]
        following = (Uid(last["uid"]["S"]), MsgId(last["msgId"]["S"])) if last else None
        return list(self._reader.readable(waiting, _held_of_row)), following

    def _readable(self, item: Item) -> HeldMessage:
        return self._reader.certain(item, _held_of_row)


def _key(sender: Uid, msg_id: MsgId) -> Item:
    return {"uid": {"S": sender}, "msgId": {"S": msg_id}}


def _held_of_row(item: Any) -> HeldMessage:
    row = HeldRow.from_raw_data(item)
    message = decode_payload(row.payload, SessionId(row.session_id), Place(Seq(0)))
    sources = tuple(sorted(row.sources or ()))
    return HeldMessage(message.draft, message.session_id, row.digest, message.accepted_at_ms, sources)
