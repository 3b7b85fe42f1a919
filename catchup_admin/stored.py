"""Reads long ranges of the tables, as no request of the service does."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from catchup.domain.ids import MAX_NUMBER, Seq, SessionId, Uid
from catchup.domain.message import Message, Numbers
from catchup.storage.dynamo import Item
from catchup.storage.inbox import inbox_key, message_of_row, seq_of_key
from catchup.storage.message_log import author_of_row, place_of_row
from catchup.storage.message_log import message_of_row as message_of_history
from catchup.storage.reading import Storage, expired
from catchup.storage.tables import InboxRow, MessageRow
from catchup.usecases.sending.ports import Link

# Rows of one query, usually a few hundred kilobytes.
ROWS_PER_QUERY = 1_000


@dataclass(frozen=True, slots=True)
class Backlog:
    """The messages that wait for a person in a session. `more`: there may be more than counted. `expired`: how many of
    them have expired and are not shown any more. Times are in ms since 1970; 0 if the row can't be read."""

    session_id: SessionId
    count: int
    more: bool
    expired: int
    newest_seq: Seq
    oldest_seq: Seq
    newest_at_ms: int = 0
    oldest_at_ms: int = 0


class OfflineStore:
    """Reads the Inbox of a person. It makes two queries per waiting session, and none for the others."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader = of.reader("inbox")
        self._table = self._reader.table

    def backlogs(self, owner: Uid, limit: int) -> Iterator[Backlog]:
        """The backlogs, in the order of the sessions' ids. At most `limit` rows of each are counted."""
        after = "\0"
        while True:
            found, _ = self._dynamo.query(self._table, (InboxRow.uid == owner) & (InboxRow.key > after), limit=1)
            if not found:
                return
            if self._reader.one(found[0], seq_of_key) is None:
                after = found[0]["key"]["S"]
                continue
            session = SessionId(found[0]["key"]["S"].rpartition("#")[0])
            after = inbox_key(session, MAX_NUMBER)
            rows, more = self._newest(owner, session, limit)
            yield Backlog(
                session_id=session,
                count=len(rows),
                more=more,
                expired=sum(expired(row, self._clock()) for row in rows),
                newest_seq=seq_of_key(rows[0]),
                oldest_seq=seq_of_key(found[0]),
                newest_at_ms=self._time_of(rows[0]),
                oldest_at_ms=self._time_of(found[0]),
            )

    def _newest(self, owner: Uid, session: SessionId, limit: int) -> tuple[list[Item], bool]:
        where = (InboxRow.uid == owner) & InboxRow.key.between(inbox_key(session, 1), inbox_key(session, MAX_NUMBER))
        rows: list[Item] = []
        start: Item | None = None
        while True:
            items, start = self._dynamo.query(
                self._table, where, limit=min(limit + 1, ROWS_PER_QUERY), forward=False, start=start
            )
            rows += [item for item in items if self._reader.one(item, seq_of_key) is not None]
            if len(rows) > limit or start is None:
                return rows[:limit], len(rows) > limit

    def _time_of(self, item: Item) -> int:
        message = self._reader.one(item, message_of_row)
        return 0 if message is None else message.accepted_at_ms


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of history, without its content. `before`, `following`: how many counted messages there are before it,
    and up to it. `counts`: whether it is counted itself. `expired`: it has outlived the retention time."""

    author: Uid
    number: int
    before: Numbers
    following: Numbers
    counts: bool
    expired: bool


@dataclass(frozen=True, slots=True)
class Past:
    """The messages of a session from its end down to `read_from`; older ones were not read."""

    entries: Mapping[Seq, Entry]
    read_from: Seq = Seq(1)

    @property
    def head(self) -> Seq:
        """The last seq; 0 if there are no messages."""
        return max(self.entries, default=Seq(0))

    def author(self, seq: Seq) -> Uid | None:
        """The author of the message at this seq, None if history does not have it."""
        entry = self.entries.get(seq)
        return None if entry is None else entry.author

    def numbers_at(self, seq: Seq, of: Callable[[Numbers], int]) -> tuple[int, int]:
        """The lowest and the highest possible number just after this seq, from the message there or from those around
        it."""
        below = max((each for each in self.entries if each <= seq), default=None)
        above = min((each for each in self.entries if each > seq), default=None)
        least = 0 if below is None else of(self.entries[below].following)
        if below == seq or seq == 0:
            return least, least
        # Between two messages each seq has at most one number.
        return least, least + seq - (below or 0) if above is None else of(self.entries[above].before)


class History:
    """Reads the Message table."""

    def __init__(self, of: Storage) -> None:
        self._dynamo, self._clock = of.dynamo, of.clock
        self._reader = of.reader("message")
        self._table = self._reader.table

    def past(self, session: SessionId, limit: int) -> Past:
        """The newest `limit` messages. The read is consistent."""
        entries: dict[Seq, Entry] = {}
        start: Item | None = None
        while True:
            rows = min(limit - len(entries), ROWS_PER_QUERY)
            items, start = self._dynamo.query(
                self._table, MessageRow.session_id == session, limit=rows, forward=False, start=start
            )
            for item in items:
                link = self._reader.one(item, self._link)
                if link is not None:
                    entries[link.place.seq] = Entry(
                        link.author,
                        link.number,
                        link.place.before,
                        link.following.before,
                        link.counts,
                        expired(item, self._clock()),
                    )
            if start is None:
                return Past(entries)
            if len(entries) >= limit:
                return Past(entries, min(entries))

    @staticmethod
    def _link(item: Item) -> Link:
        is_change = item.get("change") == {"BOOL": True}
        is_notice = item.get("notice") == {"BOOL": True}
        session = SessionId(item["sessionId"]["S"])
        return Link(session, place_of_row(item), author_of_row(item), is_change, is_notice=is_notice)

    def message(self, session: SessionId, seq: Seq) -> Message | None:
        """The whole message; None if it can't be read."""
        item = self._dynamo.get(self._table, {"sessionId": {"S": session}, "seq": {"N": str(seq)}})
        return None if item is None else self._reader.one(item, message_of_history)
