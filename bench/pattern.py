"""The rows of many messages, copied from those of one.

The repositories take a millisecond of CPU for the rows of a message, and a backlog has tens of thousands of messages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bench.backlog import Correspondence
from catchup.domain.ids import MsgId, Seq
from catchup.domain.message import Message, Numbers
from catchup.settings import Settings
from catchup.storage.dynamo import Item
from catchup.storage.inbox import inbox_key
from catchup.storage.tables import pair_text
from catchup.wire.messages import draft_to_wire
from catchup.wire.sending import digest_of


class Pattern:
    """Makes the rows of a correspondence's messages.

    Args:
        first: the first message.
        rows: its rows as the repositories make them, by table. All others differ from them in place, time, msgId and
            text alone.
    """

    def __init__(
        self, settings: Settings, correspondence: Correspondence, first: Message, rows: Mapping[str, Item]
    ) -> None:
        self._correspondence, self._first = correspondence, first
        self._tables = (settings.sent_table, settings.message_table, settings.inbox_table)
        self._sent, self._message, self._inbox = (rows[table] for table in self._tables)
        self._wire = draft_to_wire(first.draft)

    def rows(self, seq: Seq) -> Iterator[tuple[str, Item]]:
        """The rows of this message, each with its table. A message of the past is not in the offline store."""
        correspondence, at_ms = self._correspondence, self._correspondence.at_ms(seq)
        msg_id = MsgId(correspondence.msg_id(seq))
        place = {"seq": {"N": str(seq)}, "before": {"S": pair_text(before(correspondence, seq))}}
        self._wire.msg_id, self._wire.server_time = msg_id, at_ms
        self._wire.time = correspondence.sent_at_ms(seq)
        self._wire.msg.update({"message": correspondence.text(seq)})
        content = self._wire.msg.SerializeToString(deterministic=True)
        draft = replace(self._first.draft, msg_id=msg_id, content=content)
        own = {"msgId": {"S": msg_id}, **place}
        sent, message, inbox = self._tables
        yield sent, {**self._sent, **own, "digest": {"B": digest_of(draft)}, **self._ttl(self._sent, at_ms)}
        payload = {"payload": {"B": self._wire.SerializeToString()}}
        yield message, {**self._message, **own, **payload, **self._ttl(self._message, at_ms)}
        if seq > correspondence.past:
            key = {"key": {"S": inbox_key(correspondence.session, seq)}, "before": place["before"]}
            yield inbox, {**self._inbox, **key, **payload, **self._ttl(self._inbox, at_ms)}

    def _ttl(self, row: Item, at_ms: int) -> Item:
        """When the row of a later message expires."""
        return {"ttl": {"N": str(int(row["ttl"]["N"]) - self._first.accepted_at_ms // 1_000 + at_ms // 1_000)}}


def before(correspondence: Correspondence, seq: int) -> Numbers:
    """How many counted messages there are before this one: all are of the peer."""
    return Numbers(seq - 1, 0) if correspondence.peer < correspondence.reader else Numbers(0, seq - 1)
