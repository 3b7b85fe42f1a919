"""`Store`: each method that changes something is exactly one transaction.

So the client can be killed between any two statements:

    a frame arrives        one transaction: save its messages, count, note the acks that are due
    then the ack is sent   it is read from the table, so it can't name an unsaved message
    its answer arrives     one transaction: the acks are no longer due

A kill before a transaction loses nothing, because the server sends the frame again. A kill after it loses nothing
either, because the due acks, the due clears and the outbox are in the tables.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from catchup_client.errors import StoreOfAnother
from catchup_client.names import MsgId, Received, Seq, SessionId, Uid, is_group
from catchup_client.protocol import counting
from catchup_client.protocol.codes import Code
from catchup_client.protocol.gaps import Learned
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing, SessionSummary
from catchup_client.store import anew, messages, outbox, passed, sessions
from catchup_client.store.incoming import Incoming
from catchup_client.store.queries import Queries
from catchup_client.store.results import CountersSaved, HeadNoted, PushSaved, Saved, SetAside, SummariesNoted
from catchup_client.store.sessions import SessionRow

Settled = tuple[SessionId, Collection[Seq], Received | None]
"""One session: the seqs whose acks the server has confirmed, and the number of the clear that it has confirmed."""


class Store(Queries):
    """The local database of one account on one device. The reading methods are in `Queries`."""

    def claim(self, uid: Uid) -> None:
        """Make it the store of this account; raises StoreOfAnother if it belongs to another."""
        if self.owner is None:
            with self._database.transaction() as db:
                db.execute("INSERT INTO meta (key, value) VALUES ('uid', ?)", (uid,))
            self.owner = uid
        elif self.owner != uid:
            raise StoreOfAnother(self.path, f"belongs to {self.owner}, the token to {uid}")

    def meet(self, epoch: str) -> SetAside | None:
        """Make it the store of this data set. If it was of another, a copy is kept, and the store starts anew.

        The outbox is kept, and is sent to the new data set. Raises StoreError if the copy can't be made; then nothing
        changes.
        """
        met = anew.epoch_of(self._database)
        if met == epoch:
            return None
        aside = None if met is None else SetAside(anew.keep_copy(self._database))
        with self._database.transaction() as db:
            if aside is not None:
                anew.forget_all(db)
            anew.put_epoch(db, epoch)
        return aside

    # What the server sends

    def add_counters(self, counters: Mapping[SessionId, Counter]) -> CountersSaved:
        """Count, and save the messages that came with the counters."""
        with self._database.transaction() as db:
            incoming = Incoming(db, self.path, self.owner)
            before = after = 0
            unread: dict[SessionId, int] = {}
            saved: dict[SessionId, Saved] = {}
            vague: list[SessionId] = []
            for session_id, counter in counters.items():
                row = sessions.get(db, session_id)
                before += row.count.unread
                if not incoming.add_counter(row, counter):
                    vague.append(session_id)
                if counter.left is None:
                    # The server tells the end of a membership at each login until a device has cleared up to it.
                    row.cleared = max(row.cleared, counter.cleared)
                saved[session_id] = incoming.save_waiting(row, counter.last_messages)
                after += row.count.unread
                _note_unread(unread, row)
                sessions.put(db, row)
            return CountersSaved(after - before, saved, tuple(vague), unread)

    def add_summaries(self, summaries: Iterable[SessionSummary]) -> SummariesNoted:
        """Note the sessions of an answer of `sessions`; `received` and `cleared` count as in a counter."""
        with self._database.transaction() as db:
            incoming = Incoming(db, self.path, self.owner)
            uncounted: list[SessionId] = []
            unread: dict[SessionId, int] = {}
            for summary in summaries:
                row = sessions.get(db, summary.session_id)
                counter = Counter(summary.received, summary.cleared, summary.last_seq, summary.timestamp_ms)
                if summary.group is not None:
                    counter = replace(counter, joined=summary.group.joined, left=summary.group.left)
                if not is_group(row.session_id):
                    incoming.add_counter(row, counter)
                    row.cleared = max(row.cleared, counter.cleared)
                elif incoming.groups.hear_of(row, counter, summary.group):
                    uncounted.append(row.session_id)
                _note_unread(unread, row)
                sessions.put(db, row)
            return SummariesNoted(uncounted, unread)

    def save_push(self, message: Message) -> PushSaved:
        """Save and count a live message."""
        with self._database.transaction() as db:
            row = sessions.get(db, message.session_id)
            result = Incoming(db, self.path, self.owner).save_push(row, message)
            sessions.put(db, row)
            return replace(result, unread=row.new_unread)

    def note_head(self, session_id: SessionId, seq: Seq) -> HeadNoted:
        """Note the newest seq of a group."""
        with self._database.transaction() as db:
            row = sessions.get(db, session_id)
            news = seq > row.last_seq
            uncounted = Incoming(db, self.path, self.owner).groups.note_head(row, seq)
            sessions.put(db, row)
            return HeadNoted(news, uncounted)

    def note_change(self, ack: ChatAck, *, leaves: bool = False) -> PushSaved:
        """Note the seq of the message that a change of membership has become; `leaves`: the account has left."""
        with self._database.transaction() as db:
            row = sessions.get(db, ack.session_id)
            result = Incoming(db, self.path, self.owner).groups.note_change(row, ack.seq, ack.time_ms, leaves=leaves)
            sessions.put(db, row)
            return replace(result, unread=row.new_unread)

    def save_page(self, session_id: SessionId, page: Sequence[Message], acked: Iterable[Seq] = ()) -> Saved:
        """Save a pulled page. `acked`: the seqs that its request named, which the server has deleted."""
        with self._database.transaction() as db:
            # In this order: a message that was named and still comes again must be named once more.
            messages.settle(db, session_id, acked)
            row = sessions.get(db, session_id)
            saved = Incoming(db, self.path, self.owner).save_waiting(row, page)
            sessions.put(db, row)
            return replace(saved, unread=row.new_unread)

    def save_history(
        self, session_id: SessionId, page: Sequence[Message], learned: Learned | None = None, *, bottom: bool = False
    ) -> Saved:
        """Save a page of history, and what it tells about seqs that can't be read. `bottom`: nothing is older."""
        with self._database.transaction() as db:
            row = sessions.get(db, session_id)
            incoming = Incoming(db, self.path, self.owner)
            saved = incoming.save_history(row, page)
            if learned is not None:
                for hole in learned.unreadable:
                    messages.add_hole(db, session_id, hole)
                if learned.floor is not None and learned.floor > row.floor_seq:
                    row.floor_seq = learned.floor
                    incoming.forget_removed(row)
            row.bottom = row.bottom or bottom
            sessions.put(db, row)
            return replace(saved, unread=row.new_unread)

    # Catching up

    def finish_catch_up(self, session_id: SessionId, announced: int) -> bool:
        """Note that all that was announced up to the mark is saved; False if more was announced since."""
        with self._database.transaction() as db:
            row = sessions.get(db, session_id)
            row.caught_up = max(row.caught_up, announced)
            sessions.put(db, row)
            return not row.waiting

    # Acks and clears that are due

    def settle(self, confirmed: Iterable[Settled]) -> None:
        """Note what the server has confirmed."""
        with self._database.transaction() as db:
            for session_id, seqs, cleared in confirmed:
                messages.settle(db, session_id, seqs)
                if cleared is not None:
                    row = sessions.get(db, session_id)
                    row.cleared = max(row.cleared, cleared)
                    sessions.put(db, row)

    # The outbox

    def enqueue(self, message: Outgoing) -> bool:
        """Put a message into the outbox; False if its id is already there."""
        with self._database.transaction() as db:
            return outbox.insert(db, message)

    def sent(self, outgoing: Outgoing, ack: ChatAck) -> PushSaved:
        """Move a message from the outbox into its session."""
        with self._database.transaction() as db:
            row = sessions.get(db, ack.session_id)
            result = Incoming(db, self.path, self.owner).save_own(row, outgoing, ack)
            outbox.delete(db, outgoing.msg_id)
            sessions.put(db, row)
            return replace(result, unread=row.new_unread)

    def refuse(self, msg_id: MsgId, code: Code, why: str) -> None:
        """Note that the server will never take a message, or holds it for review."""
        with self._database.transaction() as db:
            outbox.refuse(db, msg_id, code, why)
            if code is Code.HELD and messages.is_saved(db, self.owner, msg_id):
                # Its push has overtaken the answer.
                outbox.release(db, msg_id)

    def discard(self, msg_id: MsgId) -> bool:
        """Take a message out of the outbox; tell whether it was there."""
        with self._database.transaction() as db:
            return outbox.delete(db, msg_id)

    # What the application shows

    def mark_read(self, session_id: SessionId) -> bool:
        """Set `unread` to zero; tell whether it was above zero."""
        with self._database.transaction() as db:
            row = sessions.get(db, session_id)
            was_unread = row.count.unread > 0
            row.count = counting.read(row.count)
            messages.mark_read(db, session_id)
            passed.forget(db, session_id, row.count.known)
            passed.drop_mentions(db, session_id, 1, row.count.known)
            sessions.put(db, row)
            return was_unread


def _note_unread(unread: dict[SessionId, int], row: SessionRow) -> None:
    if row.new_unread is not None:
        unread[row.session_id] = row.new_unread
