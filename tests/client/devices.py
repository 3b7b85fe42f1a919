"""A device for the property tests: a store, and what the client does with it at a login and a catch-up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catchup_client import Message, Store, Uid
from catchup_client.names import is_group
from catchup_client.protocol import json_answers
from catchup_client.protocol.acking import next_settlement
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.gaps import GapFill
from catchup_client.protocol.model import ChatAck, Counter, Outgoing, Page
from catchup_client.protocol.paging import PullWalk
from catchup_client.protocol.requests import Ack
from catchup_client.store import sessions
from tests.client.fake_state import Json, State
from tests.client.support import quick_store

BOB = Uid("bob")


def message_of(body: Json) -> Message:
    """Read a message that the server sends."""
    return json_answers._message(Fields(body, "message"))


def counter_of(body: Json) -> Counter:
    """Read a counter that the server sends."""
    return json_answers._counter(Fields(body, "counter"))


def page_of(body: Json) -> Page:
    """Read a page that the server sends."""
    return json_answers._page(Fields(body, "page"))


@dataclass(frozen=True)
class Answered:
    """The answer of a `chat`."""

    outgoing: Outgoing
    ack: ChatAck


@dataclass(frozen=True)
class Changed:
    """The answer of a change of a group."""

    ack: ChatAck
    of_own_stay: bool


Frame = Message | Counter | Page | Answered | Changed


@dataclass
class Device:
    """One of bob's devices, and what the server has said to it or may still say."""

    path: Path
    session_id: Any
    frames: list[Frame] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    """The numbers that the person has read here."""
    cleared_elsewhere: set[int] = field(default_factory=set)
    """The numbers that the other device had cleared before this one heard of them: they don't count here."""

    in_order: int = 0
    """So many of the frames have come in their order."""

    def __post_init__(self) -> None:
        self.store: Store = quick_store(self.path)
        self.store.claim(BOB)

    def restart(self) -> None:
        """Be killed, and start again."""
        self.store.close()
        self.store = quick_store(self.path)

    @property
    def known(self) -> int:
        """The number up to which it has counted."""
        return self.store.session(self.session_id).known

    @property
    def unread(self) -> int:
        """Its red dot."""
        return self.store.session(self.session_id).unread

    @property
    def added(self) -> set[int]:
        """The numbers that it shows as unread."""
        count = sessions.get(self.store._database.reading, self.session_id).count
        return {number for one in count.added for number in range(one.low, one.high + 1)}

    @property
    def held(self) -> set[int]:
        """The seqs that it has saved."""
        seqs = [message.seq for message in self.store.messages(self.session_id, None, 10_000)]
        assert len(seqs) == len(set(seqs))
        return set(seqs)

    def take(self, frame: Frame) -> bool:
        """Take a frame; tell whether numbers are missing."""
        if isinstance(frame, Message):
            return self.store.save_push(frame).uncounted
        if isinstance(frame, Answered):
            return self.store.sent(frame.outgoing, frame.ack).uncounted
        if isinstance(frame, Changed):
            return self.store.note_change(frame.ack, of_own_stay=frame.of_own_stay).uncounted
        if isinstance(frame, Page):
            return self.store.save_page(self.session_id, frame.messages).uncounted
        known = self.known
        uncounted = self.store.add_counters({self.session_id: frame}).uncounted
        self._note_cleared(known, frame.cleared)
        return bool(uncounted)

    def take_in_order(self, many: int) -> None:
        """Take the next frames that have not come in their order yet."""
        for frame in self.frames[self.in_order : self.in_order + many]:
            self.take(frame)
        self.in_order = min(len(self.frames), self.in_order + many)

    def forget_frames(self) -> None:
        """Let nothing that was said before arrive any more."""
        self.frames.clear()
        self.in_order = 0

    def _note_cleared(self, known: int, cleared: int) -> None:
        self.cleared_elsewhere.update(range(known + 1, min(cleared, self.known) + 1))

    def mark_read(self) -> None:
        """Let the person read."""
        self.store.mark_read(self.session_id)
        self.read.update(range(1, self.known + 1))
        assert self.unread == 0

    def settle(self, server: State, *, answered: bool = True) -> None:
        """Tell the server what is saved and counted; the answers may be lost."""
        while request := next_settlement(self.store.to_ack(), self.store.uncleared()):
            if isinstance(request, Ack):
                seqs, known = request.sessions[self.session_id].seqs, request.sessions[self.session_id].received
                server.delete("bob", self.session_id, list(seqs))
            else:
                seqs, known = (), request.sessions[self.session_id]
            if known is not None:
                code = server.clear("bob", self.session_id, known)
                assert code == "OK", "known is never beyond what was sent"
            if not answered:
                return
            self.store.settle([(self.session_id, seqs, known)])

    def catch_up(self, server: State) -> None:
        """Log in, and catch up with everything."""
        login = server.counters_page("bob", 0)["counters"]
        missing = False
        for counter in login.values():
            missing |= self.take(counter_of(counter))
        known = self.known
        summaries = [json_answers._summary(Fields(body, "")) for body in server.sessions("bob", {})["sessions"]]
        missing |= bool(self.store.add_summaries(summaries).uncounted)
        self._note_cleared(known, max([0, *(summary.cleared for summary in summaries)]))
        missing |= self._pull(server) if not is_group(self.session_id) else False
        while gaps := self.store.gaps(self.session_id):
            for gap in reversed(gaps):
                missing |= self._fill(server, GapFill(self.session_id, gap, 3))
        while missing:
            self.settle(server)
            missing = self.take(counter_of(server.counter("bob", self.session_id, whole=False)))
        self.settle(server)

    def _pull(self, server: State) -> bool:
        walk, missing = PullWalk(self.session_id, limit=3), False
        while not walk.done:
            request = walk.request([seq for _, seq in self.store.to_ack(only=self.session_id)])
            remaining = server.delete("bob", self.session_id, list(request.ack))
            page = page_of(server.pull("bob", {"sessionId": self.session_id, "limit": request.limit}, remaining))
            saved = self.store.save_page(self.session_id, page.messages, request.ack)
            walk.receive(page, len(saved.new))
            missing |= saved.uncounted
        return missing

    def _fill(self, server: State, fill: GapFill) -> bool:
        missing = False
        while not fill.done:
            ask = fill.request()
            body = {"sessionId": self.session_id, "limit": ask.limit, "before": ask.before, "after": ask.after}
            page = page_of(server.history("bob", {name: value for name, value in body.items() if value is not None}))
            missing |= self.store.save_history(self.session_id, page.messages, fill.receive(page)).uncounted
        return missing


def gone(messages: Iterable[Json], removed_below: int, held: set[int]) -> set[int]:
    """Return the numbers of messages that retention has removed, and that a device doesn't hold."""
    return {message["number"] for message in messages if message["seq"] < removed_below and message["seq"] not in held}
