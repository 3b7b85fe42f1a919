"""Counting, paging and gaps under any order, repetition and loss of frames, on two devices, found by hypothesis."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from catchup_client import EndReason, Number, ProtocolViolation, Range, Seq, SessionId
from catchup_client.protocol.acking import next_settlement
from catchup_client.protocol.gaps import GapFill
from catchup_client.protocol.model import Counter, Page
from catchup_client.protocol.paging import PullWalk, TailWalk
from catchup_client.protocol.ranges import left_out, subtract
from catchup_client.protocol.requests import Ack
from tests.client.fake_state import Json, State
from tests.client.stepping import BOB, SteppedClient, message_of, page_of, pushed
from tests.client.support import quick_store
from tests.client.two_devices import TwoDevices, pick, which_device

SESSION = SessionId("p:alice:bob")

PLACED, WAITING, RAISED, PUSHED = range(4)
"""How far a message has got: it has its place, is in the offline store, is in the counter, is pushed."""


class OneSession(TwoDevices):
    """Alice writes to bob, and her sends die on the way."""

    SESSION = SESSION

    def __init__(self) -> None:
        super().__init__()
        self.unfinished: list[tuple[Json, int]] = []

    def teardown(self) -> None:
        for device in self.devices:
            self.rest(device)
        while self.unfinished:
            self.alice_sends_it_again(0, PUSHED)
        super().teardown()

    def _say(self, sender: str, **more: Any) -> Json:
        quiet = more.pop("quiet", False)
        return self.server.accept(sender, self.body("bob" if sender == "alice" else "alice", **more), quiet=quiet)[0]

    @rule(ack=st.integers(0, 1), quiet=st.booleans(), as_far_as=st.integers(PLACED, PUSHED))
    def alice_says_something(self, ack: int, quiet: bool, as_far_as: int) -> None:
        self._go_on(self._say("alice", ackFlg=ack, quiet=quiet), as_far_as)

    @precondition(lambda self: self.unfinished)
    @rule(which=pick, as_far_as=st.integers(PLACED, PUSHED))
    def alice_sends_it_again(self, which: int, as_far_as: int) -> None:
        message, _ = self.unfinished.pop(which % len(self.unfinished))
        self._go_on(message, as_far_as)

    def _go_on(self, message: Json, as_far_as: int) -> None:
        if as_far_as >= WAITING and (message["ackFlg"] or self.said % 2):  # the server can't tell: it stores it as well
            self.server.store_offline("bob", message)
        if as_far_as >= RAISED:
            self.server.raise_counter("bob", message)
        if as_far_as == PUSHED:
            for device in self.devices:
                device.frames.append(pushed(message))
        else:
            self.unfinished.append((message, as_far_as))

    @rule(which=which_device)
    def bob_says_something_on_another_device(self, which: int) -> None:
        self.devices[which].frames.append(pushed(self._say("bob")))

    @rule(share=st.integers(1, 4))
    def retention_removes_the_oldest(self, share: int) -> None:
        if talk := self.server.talks.get(SESSION):
            box = self.server.box("bob", SESSION)
            self.remove_below(min(len(talk.messages) * share // 4, box.last_seq) + 1)
            box.offline = {seq: message for seq, message in box.offline.items() if seq >= talk.removed_below}
            # Nobody sends again what was said months ago.
            self.unfinished = [each for each in self.unfinished if each[0]["seq"] >= talk.removed_below]

    def rest(self, device: SteppedClient) -> None:
        if SESSION not in self.server.talks:
            return
        device.catch_up()
        talk, box = self.server.talks[SESSION], self.server.box("bob", SESSION)
        assert device.known == box.received
        assert device.held >= {message["seq"] for message in talk.messages[talk.removed_below - 1 :]}
        from_alice = [message for message in talk.messages if message["from"] == "alice" and not message.get("quiet")]
        assert device.added == self._counted(device) - self.gone(device, from_alice)
        assert device.unread == len(device.added)
        assert (self.server.unread("bob", SESSION), box.offline) == (0, {})

    @staticmethod
    def _counted(device: SteppedClient) -> set[int]:
        return set(range(1, device.known + 1)) - device.read - device.cleared_elsewhere

    @invariant()
    def each_number_is_counted_once(self) -> None:
        for device in self.devices:
            assert device.known <= self.server.box("bob", SESSION).received
            assert device.added <= self._counted(device)
            assert device.added == self._counted(device) or self.server.talks[SESSION].removed_below > 1


OneSession.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestOneSession = OneSession.TestCase


seqs = st.sets(st.integers(1, 40), max_size=40)


def _ranges(numbers: set[int]) -> list[Range]:
    everything = Range(1, 41)
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
        store.save_page(SESSION, [message_of(talk.messages[seq - 1]) for seq in held])
        store.add_counters({SESSION: Counter(Number(0), Number(0), Seq(last))})
        rounds = 0
        while gaps := store.gaps(SESSION):
            rounds += 1
            for gap in gaps:
                fill = GapFill(SESSION, gap, limit)
                while not fill.done:
                    ask = fill.request()
                    body = {"sessionId": SESSION, "limit": limit, "before": ask.before, "after": ask.after}
                    page = page_of(server.history("bob", body))
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
    fill = GapFill(SESSION, Range(3, 5), limit=5)
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
        page = page_of(server.history("bob", {"sessionId": SESSION, "limit": ask.limit, "after": ask.after}))
        read += [message.seq for message in page.messages]
        walk.receive(page)
    assert read == [seq for seq in range(held + 1, held + total + 1) if seq not in unreadable]


def test_an_ack_names_at_most_a_hundred_messages_and_a_clear_a_hundred_sessions() -> None:
    many = [(SessionId(f"g:{number % 3}"), Seq(number)) for number in range(250)]
    request = next_settlement(sorted(many), {SessionId("g:0"): Number(5)})
    assert isinstance(request, Ack)
    assert sum(len(ack.seqs) for ack in request.sessions.values()) == 100
    assert request.sessions[SessionId("g:0")].received == 5
    clear = next_settlement([], {SessionId(f"g:{number}"): Number(1) for number in range(250)})
    assert clear is not None
    assert len(clear.sessions) == 100
    assert next_settlement([], {}) is None
