"""Saves what arrives from the server. Each method is one transaction of the store; events and due work follow."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from catchup_client.due import Due
from catchup_client.events import (
    AskedToJoin,
    Events,
    GroupMoved,
    MessageSent,
    MessagesRevised,
    MessagesSaved,
    ReadToChanged,
    ReceiptsChanged,
    Sent,
    SettingsChanged,
    Source,
    StartedAnew,
    UnreadChanged,
)
from catchup_client.hearing import Hearing
from catchup_client.names import Seq, SessionId, group_session, is_group, private_session
from catchup_client.protocol.gaps import Learned
from catchup_client.protocol.groups import AskPush, Head
from catchup_client.protocol.hidden import HiddenReply, HidePush
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing, SessionSummary
from catchup_client.protocol.reading import ReadPush
from catchup_client.protocol.receipts import ReadToPush, ReceiptsChoice, ReceiptsPush
from catchup_client.protocol.session_settings import SessionSettings, SettingsPush
from catchup_client.protocol.signals import SignalPush
from catchup_client.store import Store
from catchup_client.store.results import CountersSaved, HideNoted, Saved


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

    def last_login(self) -> int | None:
        """Return the server's time of the last login whose counters were all added, None if there was none."""
        return self._store.last_login()

    def end_login(self, time_ms: int) -> None:
        """Note the server's time of a login whose counters are all added, if it says so. What history had not got
        yet when it was asked is due again.
        """
        if time_ms:
            self._store.note_login(time_ms)
        for session_id in self._store.stale_sessions():
            self._due.renew(session_id)

    def add_counters(self, counters: Mapping[SessionId, Counter]) -> CountersSaved:
        """Add the counters of an answer of `login` or `counters`."""
        result = self._store.add_counters(counters)
        for session_id, saved in result.messages.items():
            self._tell_saved(session_id, saved.new, Source.COUNTER)
            self._tell_revised(session_id, saved)
        for session_id, unread in result.unread.items():
            self._tell_unread(session_id, unread)
        for session_id, counter in counters.items():
            self._due.reached(session_id, counter.received)
        self._due.acks.set()
        self._due.reads.set()
        for session_id in result.uncounted:
            self._due.count(session_id)
        self.tell_settings(result.settings)
        self._due.ask_hidden(result.lack_hidden)
        return result

    def add_summaries(self, summaries: Sequence[SessionSummary]) -> Sequence[SessionId]:
        """Save a page of `sessions`; return the sessions whose counters must be asked for."""
        noted = self._store.add_summaries(summaries)
        for session_id, unread in noted.unread.items():
            self._tell_unread(session_id, unread)
        for session_id, saved in noted.revised.items():
            self._tell_revised(session_id, saved)
        self.tell_settings(noted.settings)
        self._tell_read_to(noted.read_to)
        self._due.ask_hidden(noted.lack_hidden)
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

    def take_settings(self, push: SettingsPush) -> None:
        """Save settings that another device has changed."""
        self.tell_settings(self._store.take_settings(push.sessions))

    def settle_choices(self, positions: Iterable[int], told: Mapping[SessionId, SessionSettings]) -> None:
        """Save the answers to choices of this device."""
        self.tell_settings(self._store.settle_choices(positions, told))

    def compare_settings(self, settings_sum: int | None) -> None:
        """Note whether this device lacks settings, by the sum that a login has told; None: it told none."""
        if settings_sum is not None and self._store.settings_sum() != settings_sum:
            self._due.lacks_summaries = True
            self._due.choices.set()

    def tell_settings(self, session_ids: Iterable[SessionId]) -> None:
        """Tell the application of the settings of these sessions."""
        for session_id in session_ids:
            self._events.publish(SettingsChanged(session_id, self._store.session(session_id).settings))

    def take_read(self, push: ReadPush) -> None:
        """Take out what the person has read on another device."""
        for session_id, unread in self._store.take_reads(push.sessions).items():
            self._tell_unread(session_id, unread)

    def take_read_to(self, push: ReadToPush) -> None:
        """Note how far the other person of private sessions has read."""
        theirs = {
            session_id: position
            for session_id, position in push.sessions.items()
            if self._store.owner and session_id == private_session(self._store.owner, push.reader)
        }
        self._tell_read_to(self._store.take_read_to(theirs))

    def take_receipts_push(self, push: ReceiptsPush) -> None:
        """Note what the person has chosen about receipts on another device."""
        self.take_receipts(push.choice)

    def take_receipts(self, told: ReceiptsChoice) -> None:
        """Note what holds about receipts, as the server tells it."""
        # A login tells it each time: then nothing is written.
        is_news = told != self._store.receipts() or self._store.receipts_due()
        if is_news and self._store.take_receipts(told):
            self.tell_receipts()

    def tell_receipts(self) -> None:
        """Tell the application what holds about receipts."""
        self._events.publish(ReceiptsChanged(self._store.receipts()))

    def _tell_read_to(self, session_ids: Iterable[SessionId]) -> None:
        for session_id in session_ids:
            self._events.publish(ReadToChanged(session_id, self._store.session(session_id).read_to))

    def compare_hidden(self, hidden_sum: int) -> None:
        """Note whether other devices have hidden more than this one knows, by the sum that a login has told.

        Pushes change the versions that are known here, so this comes before them.
        """
        self._due.lacks_summaries = hidden_sum > self._store.hidden_sum()

    def hide(self, session_id: SessionId, seqs: Sequence[Seq]) -> None:
        """Hide messages, which the server is then told of."""
        self._tell_hidden(session_id, self._store.hide(session_id, seqs))
        self._due.hides.set()

    def take_hide(self, push: HidePush) -> None:
        """Hide what the person has hidden on another device."""
        self._tell_hidden(push.session_id, self._store.take_hide(push.session_id, push.seqs, push.version))

    def settle_hide(self, session_id: SessionId, named: Sequence[Seq], reply: HiddenReply | None) -> None:
        """Save the answer to a `hide`; None: the server will never take it."""
        self._tell_hidden(session_id, self._store.settle_hide(session_id, named, reply))

    def take_hidden(self, page: HiddenReply, version: int) -> None:
        """Hide a page of what is hidden; `version`: up to which all is known now."""
        self._tell_hidden(page.session_id, self._store.take_hidden(page.session_id, page.seqs, version))

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
        self._tell_revised(session_id, saved)
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
        self._tell_revised(session_id, saved)
        self._tell_unread(session_id, saved.unread)
        return saved

    def take_chat_ack(self, outgoing: Outgoing, ack: ChatAck) -> Sent:
        """Move a message that the server has stored from the outbox into its session."""
        self._note(ack.session_id, self._store.sent(outgoing, ack))
        sent = Sent(ack.seq, ack.session_id)
        self._events.publish(MessageSent(outgoing.msg_id, sent))
        self._due.acks.set()  # in a group `known` moves on, and is to be cleared
        return sent

    def take_notice(self, ack: ChatAck, notice: Message | None) -> Sent:
        """Note the answer to a recall or an edit; `notice`: as it is pushed to others, if the message is saved."""
        self._note(ack.session_id, self._store.save_push(notice) if notice else self._store.note_notice(ack))
        return Sent(ack.seq, ack.session_id)

    def _tell_hidden(self, session_id: SessionId, noted: HideNoted) -> None:
        if noted.revised:
            self._events.publish(MessagesRevised(session_id, noted.revised))
        if noted.lacks:
            self._due.ask_hidden([session_id])

    def _tell_revised(self, session_id: SessionId, saved: Saved) -> None:
        if saved.revised:
            self._events.publish(MessagesRevised(session_id, saved.revised))
        if saved.stale:
            self._due.renew(session_id)

    def _note(self, session_id: SessionId, saved: Saved) -> None:
        self._tell_revised(session_id, saved)
        self._tell_unread(session_id, saved.unread)
        self._due.note(session_id, saved)

    def _tell_saved(self, session_id: SessionId, new: tuple[Message, ...], source: Source) -> None:
        if new:
            self._events.publish(MessagesSaved(session_id, new, source))

    def _tell_unread(self, session_id: SessionId, unread: int | None) -> None:
        if unread is not None:
            self._events.publish(UnreadChanged(session_id, unread))
