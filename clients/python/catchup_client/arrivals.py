"""Saves what arrives from the server. Each method is one transaction of the store; events and due work follow."""

from collections.abc import Callable, Mapping, Sequence

from catchup_client.due import Due
from catchup_client.events import (
    AskedToJoin,
    Events,
    GroupMoved,
    MessageSent,
    MessagesSaved,
    Sent,
    Source,
    StartedAnew,
    UnreadChanged,
)
from catchup_client.hearing import Hearing
from catchup_client.names import Seq, SessionId, group_session, is_group
from catchup_client.protocol.gaps import Learned
from catchup_client.protocol.groups import AskPush, Head
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing, SessionSummary
from catchup_client.protocol.reading import ReadPush
from catchup_client.protocol.signals import SignalPush
from catchup_client.store import Store
from catchup_client.store.results import CountersSaved, Saved


class Arrivals:
    """Saves what the server sends."""

    def __init__(self, store: Store, events: Events, due: Due, hearing: Hearing, on_anew: Callable[[], None]) -> None:
        """Prepare; `on_anew` is called after the store was emptied: what was read from it before is no longer valid."""
        self._store = store
        self._events = events
        self._due = due
        self._hearing = hearing
        self._on_anew = on_anew

    def meet(self, epoch: str | None) -> None:
        """Note which data set the server has; call this before saving anything else that the server has sent."""
        aside = self._store.meet(epoch) if epoch else None
        if epoch and aside:
            self._due.forget()
            self._on_anew()
            self._events.publish(StartedAnew(epoch, aside.path))

    def add_counters(self, counters: Mapping[SessionId, Counter]) -> CountersSaved:
        """Add the counters of an answer of `login` or `counters`."""
        result = self._store.add_counters(counters)
        for session_id, saved in result.messages.items():
            self._tell_saved(session_id, saved.new, Source.COUNTER)
        for session_id, unread in result.unread.items():
            self._tell_unread(session_id, unread)
        for session_id, counter in counters.items():
            self._due.reached(session_id, counter.received)
        self._due.acks.set()
        self._due.reads.set()
        for session_id in result.uncounted:
            self._due.count(session_id)
        return result

    def add_summaries(self, summaries: Sequence[SessionSummary]) -> Sequence[SessionId]:
        """Save a page of `sessions`; return the sessions whose counters must be asked for."""
        noted = self._store.add_summaries(summaries)
        for session_id, unread in noted.unread.items():
            self._tell_unread(session_id, unread)
        self._due.acks.set()
        return noted.uncounted

    def take_push(self, message: Message) -> None:
        """Save and count a pushed message."""
        saved = self._store.save_push(message)
        self._tell_saved(message.session_id, saved.new, Source.PUSH)
        self._hearing.wrote(message)
        self._note(message.session_id, saved)
        if is_group(message.session_id) or message.sender != self._store.owner:
            self._due.reached(message.session_id, message.number)
        self._due.acks.set()

    def take_head(self, head: Head) -> None:
        """Note the newest seq of a group, from a `head`."""
        if not is_group(head.session_id):
            return
        noted = self._store.note_head(head)
        self._due.reached(head.session_id, head.number)
        if noted.uncounted:
            self._due.count(head.session_id)
        if noted.news:
            self._events.publish(GroupMoved(head.session_id, head.seq))

    def take_read(self, push: ReadPush) -> None:
        """Take out what the person has read on another device."""
        for session_id, unread in self._store.take_reads(push.sessions).items():
            self._tell_unread(session_id, unread)

    def take_signal(self, push: SignalPush) -> None:
        """Tell the application of a signal; nothing is saved."""
        self._hearing.take(push)

    def take_ask(self, push: AskPush) -> None:
        """Tell the application who asks to join; nothing is saved, because `join_requests` tells it too."""
        self._events.publish(AskedToJoin(group_session(push.group_id), push.uid, push.note))

    def take_change(self, ack: ChatAck, *, of_own_stay: bool) -> Sent:
        """Note the answer to a change of membership; `of_own_stay`: this account itself has joined or left."""
        self._note(ack.session_id, self._store.note_change(ack, of_own_stay=of_own_stay))
        self._due.acks.set()
        return Sent(ack.seq, ack.session_id)

    def save_page(self, session_id: SessionId, messages: Sequence[Message], acked: Sequence[Seq]) -> Saved:
        """Save a pulled page; `acked` are the seqs that its request has acked."""
        saved = self._store.save_page(session_id, messages, acked)
        self._tell_saved(session_id, saved.new, Source.PULL)
        self._tell_unread(session_id, saved.unread)
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
        """Save a page of history, or a pulled page of a group: these need no acks."""
        saved = self._store.save_history(session_id, messages, learned, bottom=bottom)
        self._tell_saved(session_id, saved.new, source)
        self._tell_unread(session_id, saved.unread)
        return saved

    def take_chat_ack(self, outgoing: Outgoing, ack: ChatAck) -> Sent:
        """Move a message that the server has stored from the outbox into its session."""
        self._note(ack.session_id, self._store.sent(outgoing, ack))
        sent = Sent(ack.seq, ack.session_id)
        self._events.publish(MessageSent(outgoing.msg_id, sent))
        self._due.acks.set()  # in a group `known` moves on, and is to be cleared
        return sent

    def _note(self, session_id: SessionId, saved: Saved) -> None:
        self._tell_unread(session_id, saved.unread)
        self._due.note(session_id, saved)

    def _tell_saved(self, session_id: SessionId, new: tuple[Message, ...], source: Source) -> None:
        if new:
            self._events.publish(MessagesSaved(session_id, new, source))

    def _tell_unread(self, session_id: SessionId, unread: int | None) -> None:
        if unread is not None:
            self._events.publish(UnreadChanged(session_id, unread))
