"""Counting, paging and gaps under any order, repetition and loss of frames, found by hypothesis."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from catchup_client import EndReason, ProtocolViolation, Range, Received, Seq, SessionId, Store, Uid
from catchup_client.protocol import json_answers
from catchup_client.protocol.acking import next_settlement
from catchup_client.protocol.fields import Fields
from catchup_client.protocol.gaps import GapFill, left_out, subtract
from catchup_client.protocol.model import Counter, Message, Page
from catchup_client.protocol.paging import PullWalk, TailWalk
from catchup_client.protocol.requests import Ack
from tests.client.fake_state import State
from tests.client.support import quick_store

SESSION = SessionId("p:alice:bob")
BOB = Uid("bob")
pick = st.integers(0, 10**6)


def _message(body: dict[str, Any]) -> Message:
    return json_answers._message(Fields(body, "message"))


def _counter(body: dict[str, Any]) -> Counter:
    return json_answers._counter(Fields(body, "counter"))


def _page(body: dict[str, Any]) -> Page:
    return json_answers._page(Fields(body, "page"))


class OneSession(RuleBasedStateMachine):
    """Bob's device and a server. Whatever the server ever said may arrive now, later, again, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "bob.sqlite"
        self.store: Store = quick_store(self.path)
        self.store.claim(BOB)
        self.server = State()
        self.pushes: list[Message] = []
        self.counters: list[Counter] = []
        self.pages: list[Page] = []
        self.said = 0
        self.numbered: set[int] = set()
        self.arrived_without_number: set[int] = set()
        self.read_messages = 0

    def teardown(self) -> None:
        self.the_device_catches_up_and_its_red_dot_is_exact()
        self.store.close()
        self.folder.cleanup()

    def _say(self, sender: str, ack: int) -> dict[str, Any]:
        self.said += 1
        to = "bob" if sender == "alice" else "alice"
        body = {"v": 1, "msgId": f"m{self.said}", "chatType": 1, "ackFlg": ack, "to": to, "time": 1, "msg": {}}
        return self.server.accept(sender, body)[0]

    @rule()
    def alice_says_something(self) -> None:
        message = self._say("alice", 1)
        self.pushes.append(_message({**message, "received": self._store_offline(message)}))

    def _store_offline(self, message: dict[str, Any]) -> int:
        self.numbered.add(message["seq"])
        return self.server.store_offline("bob", message)

    @rule(in_doubt=st.booleans())
    def alice_says_something_that_needs_no_ack(self, in_doubt: bool) -> None:
        message = self._say("alice", 0)
        self.server.note_sent("bob", message)
        self.pushes.append(_message(message))
        if in_doubt:
            self._store_offline(message)

    @rule()
    def bob_says_something_on_another_device(self) -> None:
        self.pushes.append(_message(self._say("bob", 1)))

    @rule()
    def the_server_answers_with_a_counter(self) -> None:
        self.counters.append(_counter(self.server.counter("bob", SESSION, whole=True)))

    @rule(limit=st.integers(1, 5))
    def the_server_answers_with_a_page(self, limit: int) -> None:
        if SESSION in self.server.talks:
            self.pages.append(_page(self.server.pull("bob", {"sessionId": SESSION, "limit": limit}, [])))

    @precondition(lambda self: self.pushes)
    @rule(which=pick)
    def a_push_arrives(self, which: int) -> None:
        message = self.pushes[which % len(self.pushes)]
        if message.sender == "alice" and message.received is None:
            self.arrived_without_number.add(message.seq)
        self.store.save_push(message)

    @precondition(lambda self: self.counters)
    @rule(which=pick)
    def a_counter_arrives(self, which: int) -> None:
        self.store.add_counters({SESSION: self.counters[which % len(self.counters)]})

    @precondition(lambda self: self.pages)
    @rule(which=pick)
    def a_page_arrives(self, which: int) -> None:
        self.store.save_page(SESSION, self.pages[which % len(self.pages)].messages)

    @rule(answered=st.booleans())
    def the_device_acks_and_clears(self, answered: bool) -> None:
        request = next_settlement(self.store.to_ack(), self.store.uncleared())
        if request is None:
            return
        if isinstance(request, Ack):
            seqs, known = request.sessions[SESSION].seqs, request.sessions[SESSION].received
            self.server.delete("bob", SESSION, list(seqs))
        else:
            seqs, known = (), request.sessions[SESSION]
        if known is not None:
            assert self.server.clear("bob", SESSION, known) == "OK", "known is never beyond what was sent"
        if answered:
            self.store.settle([(SESSION, seqs, known)])

    @rule()
    def the_process_is_killed_and_starts_again(self) -> None:
        self.store.close()
        self.store = quick_store(self.path)

    @rule()
    def the_device_catches_up_and_its_red_dot_is_exact(self) -> None:
        if SESSION not in self.server.talks:
            return
        walk = PullWalk(SESSION, limit=3)
        while not walk.done:
            request = walk.request([seq for _, seq in self.store.to_ack(only=SESSION)])
            remaining = self.server.delete("bob", SESSION, list(request.ack))
            page = _page(self.server.pull("bob", {"sessionId": SESSION, "limit": request.limit}, remaining))
            walk.receive(page, len(self.store.save_page(SESSION, page.messages, request.ack).new))
        self.store.add_counters({SESSION: _counter(self.server.counter("bob", SESSION, whole=False))})
        assert self.store.session(SESSION).known == len(self.numbered)
        assert self.store.session(SESSION).unread == self._countable() - self.read_messages

    def _countable(self) -> int:
        """How many messages from alice have reached bob: with a number, or at least by push."""
        return len(self.numbered | self.arrived_without_number)

    @precondition(lambda self: SESSION in self.server.talks)
    @rule()
    def bob_reads_everything(self) -> None:
        self.the_device_catches_up_and_its_red_dot_is_exact()
        self.store.mark_read(SESSION)
        self.read_messages = self._countable()
        assert self.store.session(SESSION).unread == 0

    @invariant()
    def nothing_is_doubled_and_no_count_is_negative(self) -> None:
        seqs = [message.seq for message in self.store.messages(SESSION, None, 10_000)]
        assert len(seqs) == len(set(seqs))
        state = self.store.session(SESSION)
        assert state.unread >= 0
        box = self.server.boxes.get(("bob", SESSION))
        assert state.known <= (box.received if box else 0)


OneSession.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestOneSession = OneSession.TestCase


seqs = st.sets(st.integers(1, 40), max_size=40)


def _ranges(numbers: set[int]) -> list[Range]:
    everything = Range(Seq(1), Seq(41))
    return subtract([everything], left_out(everything, [Seq(number) for number in numbers]))


def _flat(ranges: list[Range]) -> list[int]:
    return [seq for one in ranges for seq in range(one.low, one.high + 1)]


@given(seqs, seqs)
def test_subtracting_ranges_is_subtracting_sets(whole: set[int], covered: set[int]) -> None:
    assert _flat(subtract(_ranges(whole), _ranges(covered))) == sorted(whole - covered)


@given(held=seqs, readable=seqs, limit=st.integers(1, 7), last=st.integers(1, 40), removed_below=st.integers(1, 40))
@settings(deadline=None)
def test_history_fills_every_gap_that_it_can_and_each_is_asked_for_at_most_twice(
    held: set[int], readable: set[int], limit: int, last: int, removed_below: int
) -> None:
    server = State()
    for number in range(1, last + 1):
        body = {"v": 1, "msgId": f"m{number}", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {}}
        server.accept("alice", body)
    talk = server.talks[SESSION]
    talk.removed_below = removed_below
    talk.unreadable = set(range(1, last + 1)) - readable
    held = {seq for seq in held if seq <= last}
    with tempfile.TemporaryDirectory() as folder:
        store = quick_store(Path(folder) / "bob.sqlite")
        store.claim(BOB)
        store.save_page(SESSION, [_message(talk.messages[seq - 1]) for seq in held])
        store.add_counters({SESSION: Counter(Received(0), Received(0), Seq(last))})
        rounds = 0
        while gaps := store.gaps(SESSION):
            rounds += 1
            for gap in gaps:
                fill = GapFill(SESSION, gap, limit)
                while not fill.done:
                    ask = fill.request()
                    body = {"sessionId": SESSION, "limit": limit, "before": ask.before, "after": ask.after}
                    page = _page(server.history("bob", body))
                    store.save_history(SESSION, page.messages, fill.receive(page))
        assert rounds <= 2
        found = {message.seq for message in store.messages(SESSION, None, 100)}
        wanted = {seq for seq in readable if removed_below <= seq <= last}
        assert found == held | wanted
        store.close()


def test_a_pull_goes_on_where_the_server_stopped_searching() -> None:
    walk = PullWalk(SESSION, limit=5)
    walk.receive(Page(SESSION, (), False, EndReason.NOT_END, resume_before=Seq(70)), new_messages=0)
    assert walk.request([]).before == 70
    walk.receive(Page(SESSION, (), False, EndReason.NOT_END, resume_before=Seq(40)), new_messages=0)
    assert walk.request([]).before == 40
    walk.receive(Page(SESSION, (), False, EndReason.NOT_END), new_messages=3)
    assert walk.request([]).before is None, "a page without it ends the detour"


def test_pages_that_bring_nothing_new_and_no_end_are_given_up_some_time() -> None:
    walk = PullWalk(SESSION, limit=5)
    with pytest.raises(ProtocolViolation, match="brought nothing new, and no end"):
        for _ in range(20):
            walk.receive(Page(SESSION, (), False, EndReason.NOT_END), new_messages=0)
    fill = GapFill(SESSION, Range(Seq(3), Seq(5)), limit=5)
    with pytest.raises(ProtocolViolation, match="neither the end nor shows where to go on"):
        fill.receive(Page(SESSION, (), False, EndReason.NOT_END))
    tail = TailWalk(SESSION, Seq(5), limit=5)
    with pytest.raises(ProtocolViolation, match="neither the end nor shows where to go on"):
        tail.receive(Page(SESSION, (), False, EndReason.NOT_END))


@given(total=st.integers(0, 30), held=st.integers(1, 30), limit=st.integers(1, 7), unreadable=seqs)
def test_the_tail_of_a_session_is_read_to_its_end(total: int, held: int, limit: int, unreadable: set[int]) -> None:
    server = State()
    for number in range(1, total + held + 1):
        body = {"v": 1, "msgId": f"m{number}", "chatType": 1, "ackFlg": 1, "to": "bob", "time": 1, "msg": {}}
        server.accept("alice", body)
    server.talks[SESSION].unreadable = unreadable
    walk = TailWalk(SESSION, Seq(held), limit)
    read: list[int] = []
    while not walk.done:
        ask = walk.request()
        page = _page(server.history("bob", {"sessionId": SESSION, "limit": ask.limit, "after": ask.after}))
        read += [message.seq for message in page.messages]
        walk.receive(page)
    assert read == [seq for seq in range(held + 1, held + total + 1) if seq not in unreadable]


def test_an_ack_names_at_most_a_hundred_messages_and_a_clear_a_hundred_sessions() -> None:
    many = [(SessionId(f"g:{number % 3}"), Seq(number)) for number in range(250)]
    request = next_settlement(sorted(many), {SessionId("g:0"): Received(5)})
    assert isinstance(request, Ack)
    assert sum(len(ack.seqs) for ack in request.sessions.values()) == 100
    assert request.sessions[SessionId("g:0")].received == 5
    clear = next_settlement([], {SessionId(f"g:{number}"): Received(1) for number in range(250)})
    assert clear is not None
    assert len(clear.sessions) == 100
    assert next_settlement([], {}) is None
