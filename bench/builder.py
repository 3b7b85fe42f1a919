"""Writes a backlog quickly, with the same rows that the handlers would have written, as equality.py checks."""

from collections.abc import Iterable
from typing import Any

from bench.backlog import Correspondence, counter_after
from bench.gathering import GatheringClient
from bench.pattern import Pattern, before
from bench.repositories import storage
from catchup.concurrency import Concurrency, Threads
from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, Uid
from catchup.domain.message import ChatType, Message
from catchup.settings import Settings
from catchup.storage.dynamo import Item
from catchup.storage.inbox import DynamoInbox
from catchup.storage.message_log import DynamoMessageLog
from catchup.storage.sent_log import DynamoSentLog
from catchup.storage.tables import CounterRow
from catchup.usecases.sending.ports import Sent
from catchup.wire import catchup_pb2 as pb
from catchup.wire.sending import chat_request


class Builder:
    """Writes correspondences. The repositories make the rows of a first message, which are the pattern of all others.

    Args:
        client: a client of DynamoDB; of it, only `batch_write_item` is used, with 25 rows per call.
        concurrency: runs these calls.
    """

    def __init__(self, client: Any, settings: Settings, concurrency: Concurrency | None = None) -> None:
        self._client = client
        self._settings = settings
        self._concurrency = concurrency or Threads()
        self._gathered = GatheringClient()
        self._now_ms = 0
        of = storage(self._gathered, settings, lambda: self._now_ms, self._concurrency)
        self._sent, self._messages, self._inbox = DynamoSentLog(of), DynamoMessageLog(of), DynamoInbox(of)

    def write(self, all_of_them: Iterable[Correspondence]) -> None:
        """Writes all rows of Message, Sent, Inbox and Counter. As with sends, a counter tells only what is stored."""
        for correspondence in all_of_them:
            pattern = self._pattern(correspondence)
            for seq in range(1, correspondence.length + 1):
                for table, row in pattern.rows(Seq(seq)):
                    self._gathered.put_item(table, row)
            self._flush()
            self._add_counters(correspondence)
            self._flush()

    def write_counters(self, owner: Uid, counters: Iterable[Counter]) -> None:
        """Writes only the rows of Counter."""
        for counter in counters:
            self._gathered.put_item(self._settings.counter_table, counter_row(owner, counter))
        self._flush()

    def _pattern(self, correspondence: Correspondence) -> Pattern:
        seq = Seq(1)
        self._now_ms = correspondence.at_ms(seq)
        body = pb.Message(
            msg_id=correspondence.msg_id(seq),
            chat_type=ChatType.PRIVATE,
            ack_flg=1,
            to=correspondence.reader,
            time=correspondence.sent_at_ms(seq),
        )
        body.msg.update({"message": correspondence.text(seq)})
        draft, digest = chat_request(pb.Envelope(chat=body), correspondence.peer)
        first = Message(draft, correspondence.session, seq, self._now_ms, before(correspondence, seq))
        self._sent.reserve(Sent(draft.sender, draft.msg_id, digest, first.place))
        self._messages.allocate(first)
        self._inbox.put(correspondence.reader, first)
        return Pattern(self._settings, correspondence, first, dict(self._gathered.take()))

    def _add_counters(self, correspondence: Correspondence) -> None:
        session, table = correspondence.session, self._settings.counter_table
        self._gathered.put_item(table, counter_row(correspondence.reader, counter_after(correspondence)))
        # The row of the sender, which their first message makes.
        own = Counter(session, timestamp_ms=correspondence.at_ms(1))
        self._gathered.put_item(table, counter_row(correspondence.peer, own))

    def _flush(self) -> None:
        self._gathered.write(self._client, self._concurrency)


def counter_row(owner: Uid, counter: Counter) -> Item:
    """A row of the Counter table, without attributes that no update has set: PynamoDB would write their defaults."""
    row: Item = CounterRow(
        uid=owner,
        session_id=counter.session_id,
        last_seq=counter.last_seq,
        received=counter.received,
        sent=counter.sent,
        cleared=counter.cleared,
        read=counter.read.number,
        read_seq=counter.read.seq,
        timestamp=counter.timestamp_ms,
    ).to_dynamodb_dict()
    written = {"sent"} if counter.last_seq else set()
    written |= {"quietSeen"} if counter.cleared else set()
    return {name: value for name, value in row.items() if value != {"N": "0"} or name in written}
