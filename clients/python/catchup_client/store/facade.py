"""`Store`: each method that changes something is exactly one transaction.

So the client can be killed between any two statements:

    a frame arrives        one transaction: save its messages, count, note the acks that are due
    then the ack is sent   it is read from the table, so it can't name an unsaved message
    its answer arrives     one transaction: the acks are no longer due

A kill before a transaction loses nothing, because the server sends the frame again. A kill after it loses nothing
either, because the due acks, the due clears and the outbox are in the tables.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from catchup_client.errors import StoreOfAnother
from catchup_client.names import MsgId, Number, Seq, SessionId, Uid, is_group
from catchup_client.protocol import counting
from catchup_client.protocol.codes import Code
from catchup_client.protocol.gaps import Learned
from catchup_client.protocol.groups import Head
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing, SessionSummary
from catchup_client.protocol.reading import ReadPosition
from catchup_client.protocol.receipts import ReceiptsChoice
from catchup_client.store import (
    anew,
    mentions,
    messages,
    outbox,
    receipts,
    revisions,
    session_settings,
    sessions,
    uploads,
)
from catchup_client.store.incoming import Incoming
from catchup_client.store.results import CountersSaved, HeadNoted, Saved, SetAside, SummariesNoted
from catchup_client.store.sessions import CLEAR_IS_DUE, SessionRow
from catchup_client.store.uploading import Uploading

Settled = tuple[SessionId, Collection[Seq], Number | None]
"""One session: the seqs whose acks the server has confirmed, and the number of the clear that it has confirmed."""


class Store(Uploading):
    """The local database of one account on one device. The reading methods are in `Queries`, those about settings of
    sessions in `Choosing`, those about hidden messages in `Hiding`, those about files in `Uploading`.
    """

    def claim(self, uid: Uid) -> None:
        """Make it the store of this account; raises StoreOfAnother if it belongs to another."""
        if self.owner is None:
            with self._database.transaction() as db:
                db.execute("INSERT INTO meta (key, value) VALUES ('uid', ?)", (uid,))
            self.owner = uid
        elif self.owner != uid:
            raise StoreOfAnother(self.path, f"belongs to {self.owner}, the token to {uid}")

    def meet(self, epoch: str) -> SetAside | None:
        """Make it the store of this data set. If it was of another, keep a copy, and start anew.

        Returns where the copy is; None if there was no other data set. The outbox stays, and is sent to the new data
        set. Raises StoreError if the copy can't be made; then nothing changes.
        """
        met = anew.epoch_of(self._database)
        if met == epoch:
            return None
        aside = None if met is None else SetAside(self._database.keep_copy())
        with self._database.transaction() as db:
            if aside is not None:
                anew.forget_all(db)
            anew.put_epoch(db, epoch)
        return aside

    # Frames of the server

    def add_counters(self, counters: Mapping[SessionId, Counter]) -> CountersSaved:
        """Add counters, and save the messages that came with them."""
        with self._database.transaction() as db:
            before = after = 0
            unread: dict[SessionId, int] = {}
            saved: dict[SessionId, Saved] = {}
            uncounted: list[SessionId] = []
            lacking: list[SessionId] = []
            for session_id, counter in counters.items():
                row, incoming = sessions.get(db, session_id), Incoming(db, self.path, self.owner)
                before += row.count.unread
                # Each login lists a group that the account has joined or left, and a session with a recall or an edit,
                # until a device clears it. So it is cleared, even if nothing is unread.
                is_due = is_group(session_id) or incoming.is_told_of_a_notice(row, counter)
                if not incoming.add_counter(row, counter):
                    uncounted.append(session_id)
                row.cleared = CLEAR_IS_DUE if is_due else max(row.cleared, counter.cleared)
                saved[session_id] = _revised(
                    db, incoming, row, incoming.save_page(row, counter.last_messages, to_ack=True)
                )
                incoming.recount(row)
                after += row.count.unread
                lacking += [session_id] * incoming.lacks_hidden
                _note_unread(unread, row)
                sessions.put(db, row)
            told = [name for name, each in counters.items() if session_settings.put_newer(db, name, each.settings)]
            return CountersSaved(after - before, saved, uncounted, unread, told, lacking)

    def add_summaries(self, summaries: Iterable[SessionSummary]) -> SummariesNoted:
        """Save a page of `sessions`; `received` and `cleared` of a session are added like a counter's."""
        with self._database.transaction() as db:
            uncounted: list[SessionId] = []
            unread: dict[SessionId, int] = {}
            revised: dict[SessionId, Saved] = {}
            told: list[SessionId] = []
            lacking: list[SessionId] = []
            heard: list[SessionId] = []
            for summary in summaries:
                row, incoming = sessions.get(db, summary.session_id), Incoming(db, self.path, self.owner)
                if not incoming.add_summary(row, summary):
                    uncounted.append(row.session_id)
                if row.cleared != CLEAR_IS_DUE:
                    row.cleared = max(row.cleared, summary.cleared)
                heard += [row.session_id] * row.other_read_up_to(summary.read_to)
                _note_unread(unread, row)
                lacking += [row.session_id] * incoming.lacks_hidden
                if incoming.revised:
                    revised[row.session_id] = _revised(db, incoming, row, Saved())
                sessions.put(db, row)
                if session_settings.put_newer(db, row.session_id, summary.settings):
                    told.append(row.session_id)
            return SummariesNoted(uncounted, unread, revised, told, lacking, heard)

    def save_push(self, message: Message) -> Saved:
        """Save and count a live message."""
        return self._change(message.session_id, lambda incoming, row: incoming.save_live(row, message))

    def take_reads(self, reads: Mapping[SessionId, ReadPosition]) -> Mapping[SessionId, int]:
        """Note what the person has read on another device; return the counts that have changed by it."""
        with self._database.transaction() as db:
            incoming = Incoming(db, self.path, self.owner)
            unread: dict[SessionId, int] = {}
            for session_id, position in reads.items():
                row = sessions.get(db, session_id)
                incoming.take_read(row, position)
                _note_unread(unread, row)
                sessions.put(db, row)
            return unread

    def take_read_to(self, reads: Mapping[SessionId, ReadPosition]) -> Sequence[SessionId]:
        """Note how far others have read; return the sessions in which that is further than before."""
        with self._database.transaction() as db:
            heard: list[SessionId] = []
            for session_id, position in reads.items():
                row = sessions.get(db, session_id)
                heard += [session_id] * row.other_read_up_to(position)
                sessions.put(db, row)
            return heard

    def choose_receipts(self, on: bool, now_ms: int) -> ReceiptsChoice:
        """Keep a choice about receipts, which the server is to be told of."""
        with self._database.transaction() as db:
            choice = ReceiptsChoice(on, max(now_ms, receipts.get(db).changed_at_ms + 1))
            receipts.put(db, choice, due=True)
            return choice

    def redate_receipts(self, now_ms: int) -> None:
        """Date a choice about receipts anew, whose time the server would not take."""
        with self._database.transaction() as db:
            receipts.redate(db, now_ms)

    def take_receipts(self, told: ReceiptsChoice) -> bool:
        """Save what the server tells about receipts; tell whether that changes anything."""
        with self._database.transaction() as db:
            return receipts.take(db, told)

    def confirm_reads(self, reads: Mapping[SessionId, ReadPosition]) -> None:
        """Note how far the server knows that the person has read."""
        with self._database.transaction() as db:
            for session_id, position in reads.items():
                row = sessions.get(db, session_id)
                row.confirm_read(position)
                sessions.put(db, row)

    def note_head(self, head: Head) -> HeadNoted:
        """Note the newest seq of a group."""
        with self._database.transaction() as db:
            row = sessions.get(db, head.session_id)
            news = Incoming(db, self.path, self.owner).note_head(row, head.seq)
            sessions.put(db, row)
            return HeadNoted(news, uncounted=head.number > row.count.known)

    def note_change(self, ack: ChatAck, *, of_own_stay: bool = False) -> Saved:
        """Note the message of a change of membership; `of_own_stay`: this account itself has joined or left."""
        return self._change(
            ack.session_id, lambda incoming, row: incoming.note_change(row, ack, of_own_stay=of_own_stay)
        )

    def save_page(self, session_id: SessionId, page: Sequence[Message], acked: Iterable[Seq] = ()) -> Saved:
        """Save a pulled page. `acked`: the seqs that its request has acked, and that the server has deleted."""
        with self._database.transaction() as db:
            # First the acks: a message that was acked, and is in the page once more, must be acked once more.
            messages.settle(db, session_id, acked)
            row, incoming = sessions.get(db, session_id), Incoming(db, self.path, self.owner)
            saved = incoming.save_page(row, page, to_ack=True)
            incoming.recount(row)
            sessions.put(db, row)
            return _revised(db, incoming, row, replace(saved, unread=row.new_unread))

    def save_history(
        self, session_id: SessionId, page: Sequence[Message], learned: Learned | None = None, *, bottom: bool = False
    ) -> Saved:
        """Save a page of history, and what it tells about seqs that can't be read. `bottom`: nothing is older."""
        with self._database.transaction() as db:
            row, incoming = sessions.get(db, session_id), Incoming(db, self.path, self.owner)
            saved = incoming.save_page(row, page, to_ack=False)
            if learned is not None:
                for hole in learned.unreadable:
                    messages.add_hole(db, session_id, hole)
                if learned.floor is not None and learned.floor > row.floor_seq:
                    row.floor_seq, row.inexact = learned.floor, True
            incoming.recount(row)
            row.bottom = row.bottom or bottom
            sessions.put(db, row)
            return _revised(db, incoming, row, replace(saved, unread=row.new_unread))

    def note_notice(self, ack: ChatAck) -> Saved:
        """Note the notice of a recall or an edit of this account; it must still be fetched."""
        return self._change(ack.session_id, lambda incoming, row: incoming.note_notice(row, ack))

    def note_login(self, time_ms: int) -> None:
        """Note the server's time of a login that was used to its end."""
        with self._database.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('since', ?)", (str(time_ms),))

    # Catching up

    def finish_catch_up(self, session_id: SessionId, announced: int) -> bool:
        """Note that all messages that were announced up to this mark are saved; False if more were announced since."""
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

    def sent(self, outgoing: Outgoing, ack: ChatAck) -> Saved:
        """Move a message from the outbox into its session."""
        return self._change(ack.session_id, lambda incoming, row: incoming.save_own(row, outgoing, ack))

    def refuse(self, msg_id: MsgId, code: Code, why: str) -> None:
        """Note that the server will never take a message, or holds it for review."""
        with self._database.transaction() as db:
            outbox.refuse(db, msg_id, code, why)
            uploads.delete(db, msg_id)
            if code is Code.HELD and messages.is_saved(db, self.owner, msg_id):
                # It was released, and its push came before this answer.
                outbox.release(db, msg_id)

    def discard(self, msg_id: MsgId) -> bool:
        """Take a message out of the outbox; tell whether it was there."""
        with self._database.transaction() as db:
            uploads.delete(db, msg_id)
            return outbox.delete(db, msg_id)

    # Whom the account has blocked

    def note_blocked(self, uids: Iterable[Uid], *, is_all: bool = False) -> None:
        """Note whom the account has blocked; `is_all`: nobody else is blocked."""
        with self._database.transaction() as db:
            mentions.block(db, uids, is_all=is_all)

    def note_unblocked(self, uid: Uid) -> None:
        """Note that a person is not blocked any more."""
        with self._database.transaction() as db:
            mentions.unblock(db, uid)

    # Reading

    def mark_read(self, session_id: SessionId) -> bool:
        """Set `unread` to zero, on all devices of the person; tell whether it was above zero."""
        with self._database.transaction() as db:
            row = sessions.get(db, session_id)
            was_unread = row.count.unread > 0
            row.count = counting.read(row.count)
            row.read_up_to(ReadPosition(row.count.known, Seq(max(row.last_seq, row.count.known))))
            mentions.forget(db, session_id)
            sessions.put(db, row)
            return was_unread

    def _change(self, session_id: SessionId, change: Callable[[Incoming, SessionRow], Saved]) -> Saved:
        with self._database.transaction() as db:
            row, incoming = sessions.get(db, session_id), Incoming(db, self.path, self.owner)
            saved = change(incoming, row)
            incoming.recount(row)
            sessions.put(db, row)
            return _revised(db, incoming, row, replace(saved, unread=row.new_unread))


def _revised(db: sqlite3.Connection, incoming: Incoming, row: SessionRow, saved: Saved) -> Saved:
    is_stale = incoming.may_be_stale and bool(revisions.stale(db, row.session_id))
    return replace(saved, revised=tuple(incoming.revised), stale=is_stale)


def _note_unread(unread: dict[SessionId, int], row: SessionRow) -> None:
    if row.new_unread is not None:
        unread[row.session_id] = row.new_unread
