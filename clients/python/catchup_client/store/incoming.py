"""The changes that each kind of frame makes in the tables, inside a transaction that `Store` opens and commits."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from catchup_client.errors import StoreConflict
from catchup_client.names import Seq, Uid, is_group
from catchup_client.protocol import counting
from catchup_client.protocol.counting import Counted
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing
from catchup_client.store import messages, outbox
from catchup_client.store.group_incoming import GroupIncoming
from catchup_client.store.messages import Found
from catchup_client.store.results import PushSaved, Saved
from catchup_client.store.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class Incoming:
    """Saves messages of the account `me`."""

    db: sqlite3.Connection
    path: str
    me: Uid | None

    @property
    def groups(self) -> GroupIncoming:
        """The same for groups."""
        return GroupIncoming(self.db, self.me, self._find, self._insert)

    def add_counter(self, row: SessionRow, counter: Counter) -> bool:
        """Add a counter; False if it must be asked for again, after a `clear`."""
        if is_group(row.session_id):
            return self.groups.add_counter(row, counter)
        if counter.received > row.count.known:
            row.announced += 1
        row.count = counting.add_counter(row.count, counter.received, counter.cleared)
        row.hear_of(counter.last_seq, counter.timestamp_ms)
        row.counted_to(counter.last_seq)
        return True

    def save_waiting(self, row: SessionRow, page: Sequence[Message]) -> Saved:
        """Save messages that wait in the offline store: they are numbered, and their acks are due."""
        if is_group(row.session_id):
            return self.groups.save_page(row, page)
        new = []
        uncounted = False
        for message in page:
            found = self._find(message)
            own = message.sender == self.me
            counted = found.counted if found else Counted.NOT_YET
            if not own:
                row.count, counted = counting.see_number(row.count, counted)
                uncounted = uncounted or message.seq > row.counted_seq
            row.hear_of(message.seq, message.server_time_ms)
            if found:
                messages.mark_seen_again(self.db, message, counted, to_ack=True)
            else:
                self._insert(message, counted, True)
                new.append(message)
        return Saved(tuple(new), len(page) - len(new), uncounted)

    def save_history(self, row: SessionRow, page: Sequence[Message]) -> Saved:
        """Save messages of history, which counts and acks nothing: some of them never had a number."""
        if is_group(row.session_id):
            return self.groups.save_page(row, page)
        new = []
        for message in page:
            row.hear_of(message.seq, message.server_time_ms)
            if self._find(message) is None:
                self._insert(message, Counted.NOT_YET, False)
                new.append(message)
        return Saved(tuple(new), len(page) - len(new))

    def forget_removed(self, row: SessionRow) -> None:
        """Take out of the count what is below the floor and not saved: nobody can read it any more."""
        if is_group(row.session_id):
            self.groups.count(row).forget_removed()
        elif row.count.unread:
            gaps = messages.gaps(self.db, row.session_id, floor=row.floor_seq, last=row.last_seq)
            others = messages.others(self.db, row.session_id, self.me, row.count.unread)
            row.count = counting.at_most(row.count, others + sum(map(len, gaps)))

    def save_push(self, row: SessionRow, message: Message) -> PushSaved:
        """Save and count a live message."""
        if is_group(row.session_id):
            return self.groups.save_live(row, message)
        found = self._find(message)
        own = message.sender == self.me
        counted = found.counted if found else Counted.NOT_YET
        numbers_missing = False
        if not own and message.received is None:
            row.count, counted = counting.add_push_without_number(row.count, counted)
        elif not own and message.received is not None:
            is_newest = message.seq > row.counted_seq
            row.count, numbers_missing = counting.add_numbered_push(row.count, message.received, is_newest=is_newest)
            row.count, counted = counting.see_number(row.count, counted)
            if not numbers_missing:
                row.counted_to(message.seq)
        gap = self._note_gap(row, message.seq, numbers_missing=numbers_missing)
        row.hear_of(message.seq, message.server_time_ms)
        # A message with a number waits in the offline store, whatever its ackFlg.
        to_ack = message.received is not None and not own
        if found:
            messages.mark_seen_again(self.db, message, counted, to_ack=to_ack)
        else:
            self._insert(message, counted, to_ack)
        return PushSaved(found is None, numbers_missing, gap)

    def save_own(self, row: SessionRow, outgoing: Outgoing, ack: ChatAck) -> PushSaved:
        """Save an own message that the server has stored now."""
        message = Message(
            session_id=ack.session_id,
            seq=ack.seq,
            msg_id=outgoing.msg_id,
            sender=self.me or Uid(""),
            recipient=outgoing.recipient,
            content=outgoing.content if ack.content is None else ack.content,
            chat_type=outgoing.chat_type,
            wants_ack=outgoing.wants_ack,
            time_ms=outgoing.time_ms,
            server_time_ms=ack.time_ms,
            at=outgoing.at,
            at_all=outgoing.at_all,
        )
        if is_group(row.session_id):
            return self.groups.save_live(row, message)
        found = self._find(message)
        gap = self._note_gap(row, ack.seq, numbers_missing=False)
        row.hear_of(ack.seq, ack.time_ms)
        if found is None:
            self._insert(message, Counted.NOT_YET, False)
        return PushSaved(found is None, numbers_missing=False, gap=gap)

    def _insert(self, message: Message, counted: Counted, to_ack: bool) -> None:
        messages.insert(self.db, message, counted, to_ack=to_ack)
        if message.sender == self.me:
            outbox.release(self.db, message.msg_id)

    def _find(self, message: Message) -> Found | None:
        found = messages.find(self.db, message.session_id, message.seq)
        if found and found.msg_id != message.msg_id:
            raise StoreConflict(self.path, f"number {message.seq} of {message.session_id}")
        return found

    def _note_gap(self, row: SessionRow, seq: Seq, *, numbers_missing: bool) -> int | None:
        """Return a mark if a live message shows that others aren't saved, in a session that was caught up until now.

        While a session isn't caught up, older messages are expected in the offline store, perhaps ten thousand of
        them: they are pulled when the application asks, not because of a push.
        """
        span = messages.bounds(self.db, row.session_id)
        jump = numbers_missing if span is None else seq > span.high + 1
        if not jump and not numbers_missing:
            return None
        was_waiting = row.waiting
        row.announced += 1
        return None if was_waiting else row.announced
