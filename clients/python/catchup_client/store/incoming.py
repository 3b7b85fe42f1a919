"""What each kind of frame changes in the tables, inside a transaction that `Store` opens and commits."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from catchup_client.errors import StoreConflict
from catchup_client.names import Number, Seq, Uid, is_group
from catchup_client.protocol import counting, hiding
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing, Ref, SessionSummary
from catchup_client.protocol.reading import ReadPosition
from catchup_client.protocol.revising import RECALL, edited, newer, without_content
from catchup_client.store import groups, hidden, mentions, messages, outbox, revisions
from catchup_client.store.results import Saved
from catchup_client.store.sessions import SessionRow


@dataclass(slots=True)
class Incoming:
    """Saves and counts what arrives for the account `me`. The methods change `row`; the caller writes it back."""

    db: sqlite3.Connection
    path: str
    me: Uid | None
    revised: list[Message] = field(default_factory=list)
    """Saved messages that have another content now."""
    may_be_stale: bool = False
    """Whether an edit is known here without its content."""
    lacks_hidden: bool = False
    """Whether more is hidden in the session than is known here."""

    def add_counter(self, row: SessionRow, counter: Counter) -> bool:
        """Add a counter; False if the session must be cleared, and its counter asked for again."""
        group, adds = is_group(row.session_id), counter.received > max(counter.counted, row.count.known)
        # New messages of a private session wait in the offline store, even if history has brought them already.
        row.announced += counter.last_seq > self.highest(row) if group else counter.received > row.count.known
        row.hear_of(counter.last_seq, counter.timestamp_ms)
        self._compare_hidden(row, counter.hidden_version)
        if counter.read is not None:
            self.take_read(row, counter.read)
            # The server tells what it knows; where the membership has ended there is nothing more to tell it.
            row.told_number, row.told_seq = counter.read if counter.left is None else row.read
        if counting.is_vague(row.count, counter):
            return False
        row.count, is_settled = counting.add_counter(row.count, counter), True
        for message in revisions.with_numbers(self.db, row.session_id, counter.recalled):
            if group or message.sender != self.me:
                self._put(message, without_content(message, Seq(0)))
        if row.count.known > counter.received and self._is_out(row, counter):
            # Pushes from after the membership ended were counted, and the server would never accept a clear of them.
            # Perhaps the account is a member again: the next counter tells.
            row.count = counting.Count(counter.received)
            is_settled = False
        row.inexact = row.inexact or row.count.unlisted.count > 0
        if group:
            row.joined = max(row.joined, counter.joined)
            mentions.forget(self.db, row.session_id, counter.left or Seq(counter.joined - 1))
            told = [seq for seq in counter.mentions if adds and seq > row.read_seq]
            mentions.add(self.db, row.session_id, (seq for seq in told if not hidden.has(self.db, row.session_id, seq)))
        return is_settled

    def is_told_of_a_notice(self, row: SessionRow, counter: Counter) -> bool:
        """Tell whether a counter tells of a recall or an edit that this device hasn't got."""
        is_told = bool(counter.recalled) or any(message.ref for message in counter.last_messages)
        return is_told and counter.last_seq > self.highest(row)

    def add_summary(self, row: SessionRow, summary: SessionSummary) -> bool:
        """Add a session of an answer of `sessions`; False if the counter must be asked for.

        The summary of a group doesn't tell which numbers are own messages, or are from before the account joined.
        """
        counter = Counter(summary.received, summary.cleared, summary.last_seq, summary.timestamp_ms, read=summary.read)
        counter = replace(counter, recalled=summary.recalled)
        self._compare_hidden(row, summary.hidden_version)
        if summary.group is not None:
            groups.put(self.db, row.session_id, summary.group)
            left = summary.group.left
            counter = replace(counter, left=left, last_seq=min(counter.last_seq, left or counter.last_seq))
            came_back = row.count.unread > 0 and summary.group.joined > row.joined
            if came_back or counter.received > max(counter.counted, row.count.known):
                row.hear_of(counter.last_seq, counter.timestamp_ms)
                return False
        return self.add_counter(row, counter)

    def take_read(self, row: SessionRow, position: ReadPosition) -> None:
        """Take out what the person has read, here or on another device."""
        row.announced += position.number > row.count.known and not is_group(row.session_id)
        row.count = counting.forget(row.count, position.number)
        row.read_up_to(position)
        row.confirm_read(position)
        mentions.forget(self.db, row.session_id, position.seq)

    def blank(self, row: SessionRow, seqs: Iterable[Seq]) -> None:
        """Remove the content of messages that are hidden now."""
        for seq in seqs:
            mentions.forget_one(self.db, row.session_id, seq)
            revisions.empty_notices(self.db, row.session_id, seq)
            if (saved := messages.find(self.db, row.session_id, seq)) is not None:
                self._put(saved, hiding.blank(saved))

    def save_page(self, row: SessionRow, page: Sequence[Message], *, to_ack: bool) -> Saved:
        """Save the messages of a page or a counter; `to_ack`: they come from the offline store of a private session."""
        new = [saved for message in page if (saved := self._save(row, message, to_ack=to_ack))]
        uncounted = any(self._is_uncounted(row, message) for message in page)
        return Saved(tuple(new), len(page) - len(new), uncounted)

    def save_live(self, row: SessionRow, message: Message) -> Saved:
        """Save and count a push, or an own message that the server has just stored."""
        own = message.sender == self.me
        if not message.quiet and (is_group(row.session_id) or not own):
            row.count = counting.add_live(row.count, message.number, own=own)
        gap = self._note_gap(row, message.seq, numbers_missing=self._is_uncounted(row, message))
        new = self._save(row, message, to_ack=message.wants_ack)
        return Saved((new,) if new else (), uncounted=self._is_uncounted(row, message), gap=gap)

    def save_own(self, row: SessionRow, outgoing: Outgoing, ack: ChatAck) -> Saved:
        """Move a message that the server has stored from the outbox into its session."""
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
            number=ack.number,
            at=outgoing.at,
            at_all=outgoing.at_all,
        )
        saved = self.save_live(row, message)
        outbox.delete(self.db, outgoing.msg_id)
        return saved

    def note_change(self, row: SessionRow, ack: ChatAck, *, of_own_stay: bool) -> Saved:
        """Note the message of a change that this account has made in a group; it must still be pulled."""
        known_session = messages.bounds(self.db, row.session_id) is not None
        was_waiting = row.waiting
        row.announced += 1
        row.hear_of(ack.seq, ack.time_ms)
        if of_own_stay:
            self._forget(row, ack.number, ack.seq)
            row.joined = max(row.joined, ack.seq)
        # There may be a long history before this account joined: it is fetched only on request.
        fetch = not was_waiting and (known_session or ack.seq == 1)
        return Saved(uncounted=ack.number > row.count.known, gap=row.announced if fetch else None)

    def note_notice(self, row: SessionRow, ack: ChatAck) -> Saved:
        """Note the notice of a recall or an edit that this account has made; it must still be fetched."""
        was_waiting = row.waiting
        row.announced += 1
        row.hear_of(ack.seq)
        return Saved(gap=None if was_waiting else row.announced)

    def note_head(self, row: SessionRow, seq: Seq) -> bool:
        """Note the newest seq of a group; tell whether it is higher than before."""
        news = seq > row.last_seq
        row.announced += seq > max(row.last_seq, self.highest(row))
        row.hear_of(seq)
        return news

    def recount(self, row: SessionRow) -> None:
        """If no message is missing, count only saved ones of others: the rest are own ones, or were removed."""
        if row.inexact and not messages.gaps(self.db, row):
            row.inexact = False
            row.count = counting.keep(row.count, messages.numbers_of_others(self.db, row.session_id, self.me))
            mentions.forget(self.db, row.session_id)

    def _compare_hidden(self, row: SessionRow, version: int) -> None:
        self.lacks_hidden |= version > hidden.version(self.db, row.session_id)

    def _is_out(self, row: SessionRow, counter: Counter) -> bool:
        """Tell whether a counter says that the membership has ended, and none has begun since."""
        if counter.left is None or row.joined > counter.left or self.me is None:
            return False
        changes = messages.changes_above(self.db, row.session_id, counter.left)
        return not any(change.may_begin_membership_of(self.me) for change in changes)

    def _forget(self, row: SessionRow, number: Number, seq: Seq) -> None:
        """Forget what was counted before the account's membership began or ended."""
        row.count = counting.forget(row.count, number)
        mentions.forget(self.db, row.session_id, seq)

    def _save(self, row: SessionRow, message: Message, *, to_ack: bool) -> Message | None:
        """Save a message; return it as it is saved if it is new."""
        row.hear_of(message.seq, 0 if message.ref else message.server_time_ms)
        own = message.sender == self.me
        to_ack = to_ack and not own and not is_group(row.session_id)
        new: Message | None = None
        if message.hidden:
            hidden.add(self.db, row.session_id, [message.seq])
            self.blank(row, [message.seq])
        saved = messages.find(self.db, row.session_id, message.seq)
        if saved is None:
            new = self._as_revised(row, message)
            messages.insert(self.db, new, to_ack=to_ack, mentions_me=self._mentions_me(new))
            if own:
                outbox.release(self.db, message.msg_id)
        elif saved.msg_id != message.msg_id:
            raise StoreConflict(self.path, f"seq {message.seq} of {row.session_id}")
        else:
            if to_ack:
                messages.must_be_acked(self.db, message)
            if not message.ref:
                self._put(saved, newer(saved, message))
        if message.ref is not None:
            self._revise(row, message, message.ref)
        if self.me is not None and message.ends_membership_of(self.me):
            self._forget(row, message.number, message.seq)
        return new

    def _revise(self, row: SessionRow, notice: Message, ref: Ref) -> None:
        """Do what a notice says."""
        target = messages.find(self.db, row.session_id, ref.seq)
        if notice.kind == RECALL:
            own = ref.uid == self.me
            if is_group(row.session_id) or not own:
                row.count = counting.recall(row.count, ref.number, own=own)
            mentions.forget_one(self.db, row.session_id, ref.seq)
            revisions.empty_notices(self.db, row.session_id, ref.seq)
            if target is not None:
                self._put(target, without_content(target, notice.seq))
        elif target is not None and notice.content and target.revised <= notice.seq and not target.recalled:
            self._put(target, edited(target, notice))
        elif target is None and notice.content and self.me is not None and not notice.mentions(self.me):
            mentions.forget_one(self.db, row.session_id, ref.seq)
        self.may_be_stale = self.may_be_stale or not notice.content

    def _as_revised(self, row: SessionRow, message: Message) -> Message:
        """Return a new message as it is to be saved: as the notices before it say, and without what is hidden.

        The notice of an edit has a content only while that of its message may still come.
        """
        session_id, notices = row.session_id, revisions.notices_of(self.db, row.session_id, message.seq)
        if hidden.has(self.db, session_id, message.seq):
            return hiding.blank(message)
        if message.ref is not None and self._is_settled(row, message.ref.seq):
            return replace(message, content={}, at=(), at_all=False)
        if notices:
            revisions.empty_notices(self.db, session_id, message.seq)
        counted = not message.quiet and (is_group(row.session_id) or message.sender != self.me)
        if counted and message.number in row.count.recalled:
            return without_content(message, Seq(0))
        for notice in notices:
            if notice.kind == RECALL:
                return without_content(message, notice.seq)
            if notice.content and notice.seq > message.revised and not message.recalled:
                message = edited(message, notice)
            self.may_be_stale = True
        return message

    def _is_settled(self, row: SessionRow, seq: Seq) -> bool:
        """Tell whether a message is saved, or is never to have a content."""
        if messages.find(self.db, row.session_id, seq) is not None or hidden.has(self.db, row.session_id, seq):
            return True
        return any(notice.kind == RECALL for notice in revisions.notices_of(self.db, row.session_id, seq))

    def _put(self, saved: Message, now: Message) -> None:
        """Give a saved message another content, if it is another one; a hidden one gets none."""
        now = hiding.blank(now) if saved.hidden else now
        if now != saved:
            revisions.replace_content(self.db, now, mentions_me=self._mentions_me(now))
            if (now.content, now.recalled, now.hidden) != (saved.content, saved.recalled, saved.hidden):
                self.revised.append(now)

    def _mentions_me(self, message: Message) -> bool:
        # A notice only repeats whom its message mentions.
        is_of_another = message.sender != self.me and message.ref is None
        return self.me is not None and is_of_another and message.mentions(self.me)

    def _is_uncounted(self, row: SessionRow, message: Message) -> bool:
        """Tell whether a message shows that numbers are missing; own private messages have numbers of their own."""
        return message.number > row.count.known and (is_group(row.session_id) or message.sender != self.me)

    def highest(self, row: SessionRow) -> int:
        """Return the highest saved seq of the session, 0 if there is none."""
        span = messages.bounds(self.db, row.session_id)
        return span.high if span else 0

    def _note_gap(self, row: SessionRow, seq: Seq, *, numbers_missing: bool) -> int | None:
        """Return a mark if a live message shows that others are missing, in a session that was caught up until now.

        In a session that isn't caught up, older messages are known to wait at the server, perhaps ten thousand of
        them. They are fetched when the application asks, not because of a push.
        """
        highest, group = self.highest(row), is_group(row.session_id)
        was_waiting = row.waiting or (group and not highest)
        # In a private session, messages before the first one that this device gets may be read on another device.
        jump = seq > highest + 1 and (group or highest > 0)
        if not (jump or (numbers_missing and not group)):
            return None
        row.announced += 1
        return None if was_waiting else row.announced
