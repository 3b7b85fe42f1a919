"""Counting one group in the tables. Runs inside a transaction that `Store` opens and commits."""

import sqlite3
from dataclasses import dataclass

from catchup_client.names import Received, Seq, Uid
from catchup_client.protocol import counting, group_counting
from catchup_client.protocol.gaps import Range
from catchup_client.protocol.model import Counter, Message
from catchup_client.store import messages, passed
from catchup_client.store.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class GroupCount:
    """Changes the count of `row`, a group of the account `me`."""

    db: sqlite3.Connection
    row: SessionRow
    me: Uid | None

    def add(self, counter: Counter) -> bool:
        """Add a counter; False if it is too vague to be added: after a `clear` up to `known` a new one is exact."""
        self._begin(counter.joined)
        for seq in counter.own:
            self.see_own(seq)
        row, received, cleared = self.row, counter.received, counter.cleared
        base = group_counting.base_of(row.count, cleared)
        vague = received > base and group_counting.is_vague(base, cleared, counter.own_below)
        if not vague:
            not_counting = self._not_counting(counter, base)
            skipped_from = row.count.known + 1
            row.count = group_counting.add_counter(row.count, received, cleared, not_counting=not_counting)
            if cleared >= skipped_from:
                passed.add(self.db, row.session_id, skipped_from, cleared)
                passed.drop_mentions(self.db, row.session_id, skipped_from, cleared)
            self.move_on_from(Seq(row.count.known + 1))
        for seq in counter.mentions:
            self._mention(seq)
        if counter.left is not None:
            self.end()
        return not vague

    def end(self) -> None:
        """Note that the account is no longer a member: nothing is unread."""
        self.row.count = counting.read(self.row.count)
        self._forget_below(self.row.count.known)

    def _begin(self, joined: Seq) -> None:
        """Note the seq since which the account is a member; earlier counts belong to an earlier membership."""
        row = self.row
        if joined - 1 > row.count.read_at:
            not_counting = passed.count(self.db, row.session_id, joined, max(joined, row.count.known))
            row.count = group_counting.begin(row.count, joined, not_counting=not_counting)
            self._forget_below(row.count.read_at)

    def _forget_below(self, up_to: Received) -> None:
        passed.forget(self.db, self.row.session_id, up_to)
        passed.drop_mentions(self.db, self.row.session_id, 1, up_to)

    def _not_counting(self, counter: Counter, base: Seq) -> int:
        session_id, below = self.row.session_id, counter.own_below
        if counter.received <= base:
            return 0
        anonymous = 0
        if below is not None and below.to > base:
            anonymous = max(0, below.count - passed.count(self.db, session_id, base + 1, below.to))
            if anonymous:
                passed.add_anonymous(self.db, session_id, base + 1, below.to, anonymous)
        return anonymous + passed.count(self.db, session_id, base + 1, counter.received)

    def see(self, message: Message) -> None:
        """Note if a message is an own one, or mentions the account."""
        if message.sender == self.me:
            self.see_own(message.seq)
        elif self.me is not None and message.mentions(self.me):
            self._mention(message.seq)

    def see_own(self, seq: Seq) -> None:
        """Note that a message is an own one. If it was counted, take it back, once."""
        row = self.row
        if seq <= row.count.read_at or passed.covers(self.db, row.session_id, seq):
            return
        if seq <= row.count.known and not passed.name_anonymous(self.db, row.session_id, seq):
            row.count = group_counting.take_back(row.count)
        passed.add(self.db, row.session_id, seq, seq)
        passed.drop_mentions(self.db, row.session_id, seq, seq)

    def forget_removed(self) -> None:
        """Take out of the count what is below the floor and not saved: nobody can read it any more."""
        row = self.row
        if row.floor_seq <= row.count.read_at + 1:
            return
        below = Range(Seq(row.count.read_at + 1), Seq(row.floor_seq - 1))
        for gone in messages.lacking(self.db, row.session_id, below):
            known = min(gone.high, row.count.known)
            counted = known - gone.low + 1 - passed.count(self.db, row.session_id, gone.low, known)
            counted -= passed.anonymous_within(self.db, row.session_id, gone.low, known)
            row.count = group_counting.take_back(row.count, max(0, counted))
            passed.add(self.db, row.session_id, gone.low, gone.high)
            passed.drop_mentions(self.db, row.session_id, gone.low, gone.high)

    def move_on_from(self, seq: Seq) -> bool:
        """Count a saved live message if it is the next one, and then the saved ones that follow it.

        Returns False if numbers are missing below it.
        """
        row = self.row
        while seq == row.count.known + 1:
            own = passed.covers(self.db, row.session_id, seq)
            if not own and messages.find(self.db, row.session_id, seq) is None:
                break
            row.count = group_counting.move_on(row.count, counts=not own)
            seq = Seq(seq + 1)
        return seq <= row.count.known + 1

    def _mention(self, seq: Seq) -> None:
        row = self.row
        if seq > row.count.read_at and not passed.covers(self.db, row.session_id, seq):
            passed.add_mention(self.db, row.session_id, seq)
