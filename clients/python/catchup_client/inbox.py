"""Where frames become rows and events: each method is one transaction of the store, then what follows from it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from catchup_client.events import Events, GroupMoved, MessageSent, MessagesSaved, Sent, Source, UnreadChanged
from catchup_client.names import Seq, SessionId, is_group
from catchup_client.protocol.gaps import Learned
from catchup_client.protocol.groups import Head
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing, SessionSummary
from catchup_client.store import Store
from catchup_client.store.results import CountersSaved, PushSaved, Saved


class Due:
    """Work that frames have left for the tasks in the background."""

    def __init__(self) -> None:
        self.acks = asyncio.Event()
        """Some ack or clear is due."""
        self.outbox = asyncio.Event()
        """Some message waits in the outbox."""
        self.repair = asyncio.Event()
        """Something is in the two collections below."""
        self.uncounted: set[SessionId] = set()
        """Sessions whose counter must be asked for."""
        self.vague: set[SessionId] = set()
        """Of these, groups that must be cleared before."""
        self.gaps: dict[SessionId, int] = {}
        """Sessions that were caught up, and in which a message isn't held; with `PushSaved.gap`."""

    def note(self, session_id: SessionId, saved: PushSaved) -> None:
        """Take down what a live message has shown to be missing."""
        if saved.numbers_missing:
            self.uncounted.add(session_id)
        if saved.gap is not None:
            self.gaps[session_id] = saved.gap
        if saved.numbers_missing or saved.gap is not None:
            self.repair.set()


class Inbox:
    """Saves what the server sends."""

    def __init__(self, store: Store, events: Events, due: Due) -> None:
        self._store = store
        self._events = events
        self._due = due

    def add_counters(self, counters: Mapping[SessionId, Counter]) -> CountersSaved:
        """Take the counters of a login or a `counters`."""
        # What is added again now is no longer missing; those that still are come back below.
        self._due.vague -= counters.keys()
        with self._watching_unread(counters):
            result = self._store.add_counters(counters)
            for session_id, saved in result.messages.items():
                self._publish(session_id, saved.new, Source.COUNTER)
        self._due.acks.set()
        if result.vague:
            self._due.vague.update(result.vague)
            self._due.uncounted.update(result.vague)
            self._due.repair.set()
        return result

    def add_summaries(self, summaries: Sequence[SessionSummary]) -> list[SessionId]:
        """Take a page of `sessions`; return those whose counter must be asked for."""
        with self._watching_unread([summary.session_id for summary in summaries]):
            uncounted = self._store.add_summaries(summaries)
        self._due.acks.set()
        return uncounted

    def take_push(self, message: Message) -> None:
        """Take a live message."""
        with self._watching_unread([message.session_id]):
            saved = self._store.save_push(message)
            self._publish(message.session_id, (message,) if saved.new else (), Source.PUSH)
        self._due.note(message.session_id, saved)
        self._due.acks.set()

    def take_head(self, head: Head) -> None:
        """Take a `head`."""
        if not is_group(head.session_id):
            return
        heard = self._store.session(head.session_id).last_seq
        if self._store.note_head(head.session_id, head.seq):
            self._due.uncounted.add(head.session_id)
            self._due.repair.set()
        if head.seq > heard:
            self._events.publish(GroupMoved(head.session_id, head.seq))

    def take_change(self, ack: ChatAck) -> Sent:
        """Take the answer of a change of membership."""
        with self._watching_unread([ack.session_id]):
            saved = self._store.note_change(ack)
        self._due.note(ack.session_id, saved)
        self._due.acks.set()
        return Sent(ack.seq, ack.session_id)

    def save_page(self, session_id: SessionId, messages: Sequence[Message], acked: Sequence[Seq]) -> Saved:
        """Take a pulled page."""
        with self._watching_unread([session_id]):
            saved = self._store.save_page(session_id, messages, acked)
            self._publish(session_id, saved.new, Source.PULL)
        return saved

    def save_history(
        self,
        session_id: SessionId,
        messages: Sequence[Message],
        learned: Learned | None = None,
        *,
        bottom: bool = False,
        source: Source = Source.HISTORY,
    ) -> Saved:
        """Take a page of history, or of a group, where a pull is just that."""
        # In a group, a message that was counted may turn out to be an own one.
        with self._watching_unread([session_id]):
            saved = self._store.save_history(session_id, messages, learned, bottom=bottom)
            self._publish(session_id, saved.new, source)
        return saved

    def take_chat_ack(self, outgoing: Outgoing, ack: ChatAck) -> Sent:
        """Take the answer of a `chat`."""
        with self._watching_unread([ack.session_id]):
            saved = self._store.sent(outgoing, ack)
        self._due.note(ack.session_id, saved)
        sent = Sent(ack.seq, ack.session_id)
        self._events.publish(MessageSent(outgoing.msg_id, sent))
        return sent

    def _publish(self, session_id: SessionId, new: tuple[Message, ...], source: Source) -> None:
        if new:
            self._events.publish(MessagesSaved(session_id, new, source))

    @contextmanager
    def _watching_unread(self, session_ids: Sequence[SessionId] | Mapping[SessionId, object]) -> Iterator[None]:
        before = {session_id: self._store.session(session_id).unread for session_id in session_ids}
        yield
        for session_id, old in before.items():
            if (unread := self._store.session(session_id).unread) != old:
                self._events.publish(UnreadChanged(session_id, unread))
