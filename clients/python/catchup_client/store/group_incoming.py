"""The changes that frames about groups make in the tables: groups are counted by seq, and nothing is acked."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from catchup_client.names import Seq, Uid
from catchup_client.protocol.counting import Counted
from catchup_client.protocol.groups import GroupSummary
from catchup_client.protocol.model import Counter, Message
from catchup_client.store import groups, messages
from catchup_client.store.group_count import GroupCount
from catchup_client.store.messages import Found
from catchup_client.store.results import PushSaved, Saved
from catchup_client.store.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class GroupIncoming:
    """Saves messages of groups of the account `me`."""

    db: sqlite3.Connection
    me: Uid | None
    find: Callable[[Message], Found | None]
    """Raises StoreConflict if something else is saved under this number."""
    insert: Callable[[Message, Counted, bool], None]
    """Saves a new message; the last value tells whether it is to be acked."""

    def count(self, row: SessionRow) -> GroupCount:
        """Return the count of a session, to be changed."""
        return GroupCount(self.db, row, self.me)

    def add_counter(self, row: SessionRow, counter: Counter) -> bool:
        """Add a counter; False if it must be asked for again, after a `clear`."""
        span = messages.bounds(self.db, row.session_id)
        if counter.received > (span.high if span else 0):
            row.announced += 1
        row.hear_of(max(counter.received, counter.last_seq), counter.timestamp_ms)
        return self.count(row).add(counter)

    def hear_of(self, row: SessionRow, counter: Counter, group: GroupSummary | None) -> bool:
        """Note what `sessions` tells about a group; True if its counter must be asked for.

        If nothing is unread there is no need to ask: messages up to `cleared` are counted on no device.
        """
        last_seq = counter.last_seq
        if group is not None:
            groups.put(self.db, row.session_id, group)
            last_seq = last_seq if group.left is None else min(last_seq, group.left)
        if counter.received > max(counter.cleared, row.count.known):
            row.hear_of(last_seq, counter.timestamp_ms)
            return True
        if counter.left is None:
            row.cleared = max(row.cleared, counter.cleared)
        self.add_counter(row, replace(counter, last_seq=last_seq))
        return False

    def save_page(self, row: SessionRow, page: Sequence[Message]) -> Saved:
        """Save messages that were pulled, or came with a counter or from history."""
        new = []
        for message in page:
            row.hear_of(message.seq, message.server_time_ms)
            if self._save(row, message):
                new.append(message)
        uncounted = any(message.seq > row.count.known for message in page)
        return Saved(tuple(new), len(page) - len(new), uncounted)

    def save_live(self, row: SessionRow, message: Message) -> PushSaved:
        """Save and count a push, or an own message that the server has stored now."""
        gap = self._note_gap(row, message.seq)
        row.hear_of(message.seq, message.server_time_ms)
        new = self._save(row, message)
        self.count(row).move_on_from(message.seq)
        if self.me is not None and message.ends_membership_of(self.me) and int(message.seq) == row.count.known:
            self.count(row).end()
        return PushSaved(new, message.seq > row.count.known, gap)

    def note_change(self, row: SessionRow, seq: Seq, time_ms: int, *, leaves: bool) -> PushSaved:
        """Note the seq of the message that an own change of membership has become; the message can be pulled."""
        known_session = messages.bounds(self.db, row.session_id) is not None
        was_waiting = row.waiting
        row.announced += 1
        row.hear_of(seq, time_ms)
        self.count(row).see_own(seq)
        self.count(row).move_on_from(seq)
        if leaves:
            self.count(row).end()
        # Below the message by which the account joins there may be a long history: it is fetched only on request.
        fetch = not was_waiting and (known_session or seq == 1)
        return PushSaved(new=False, numbers_missing=seq > row.count.known, gap=row.announced if fetch else None)

    def note_head(self, row: SessionRow, seq: Seq) -> bool:
        """Note the newest seq of a group; True if `counters` must be asked."""
        span = messages.bounds(self.db, row.session_id)
        if seq > max(row.last_seq, span.high if span else 0):
            row.announced += 1
        row.hear_of(seq)
        return seq > row.count.known

    def _save(self, row: SessionRow, message: Message) -> bool:
        new = self.find(message) is None
        if new:
            self.insert(message, Counted.NOT_YET, False)
        self.count(row).see(message)
        return new

    def _note_gap(self, row: SessionRow, seq: Seq) -> int | None:
        """Return a mark if a live message shows that others aren't saved, in a session that was caught up until now."""
        span = messages.bounds(self.db, row.session_id)
        if seq <= (span.high if span else 0) + 1:
            return None
        was_waiting = row.waiting or span is None
        row.announced += 1
        return None if was_waiting else row.announced
