"""Counting of groups under any order, repetition and loss of frames, on two devices that crash, found by hypothesis."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from catchup_client import Seq, SessionId, Store, Uid
from catchup_client.protocol.gaps import GapFill
from catchup_client.protocol.model import ChatAck, Counter, Message, Outgoing
from catchup_client.store import passed
from catchup_client.store.database import Database
from tests.client.fake_state import State
from tests.client.support import open_quickly, quick_store
from tests.client.test_properties import _counter, _message, _page

ROOM = SessionId("g:room")
BOB = Uid("bob")
pick = st.integers(0, 10**6)
which_device = st.integers(0, 1)


@dataclass
class Device:
    """One of bob's devices, and what the server has said to it or may still say."""

    path: Path
    store: Store
    frames: list[Message | Counter] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    cleared_elsewhere: set[int] = field(default_factory=set)
    """What the other device had cleared before this one heard of it: it doesn't count here."""


class OneGroup(RuleBasedStateMachine):
    """A group of alice and bob; bob has two devices. Whatever was ever said may arrive now, later, again, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.server = State()
        self.server.groups.own_listed = 3
        self.server.last_messages = 2
        self.said = 0
        change = {"msgId": "made", "groupId": "room", "name": "", "uids": ["bob"]}
        self.made = _message(self.server.groups.change("alice", "create", change)[0])
        self.devices = [self._device(name) for name in ("phone", "laptop")]
        self.unacked: list[tuple[Device, Outgoing, ChatAck]] = []

    def _device(self, name: str) -> Device:
        path = Path(self.folder.name) / f"{name}.sqlite"
        store = quick_store(path)
        store.claim(BOB)
        return Device(path, store, [self.made])

    def teardown(self) -> None:
        for device in self.devices:
            self._rest(device)
            device.store.close()
        self.folder.cleanup()

    def _say(self, sender: str, **more: Any) -> Message:
        self.said += 1
        body = {"v": 1, "msgId": f"m{self.said}", "chatType": 2, "ackFlg": 1, "to": "room", "time": 1, "msg": {}}
        return _message(self.server.accept(sender, {**body, **more})[0])

    @rule(mentions=st.booleans(), times=st.integers(1, 4))
    def alice_says_something(self, mentions: bool, times: int) -> None:
        for _ in range(times):
            message = self._say("alice", **({"at": ["bob"]} if mentions else {}))
            for device in self.devices:
                device.frames.append(message)

    @rule(which=which_device, times=st.integers(1, 4))
    def bob_says_something(self, which: int, times: int) -> None:
        for _ in range(times):
            message = self._say("bob")
            outgoing = Outgoing(message.msg_id, ROOM, "room", {}, True, 1, 2)
            self.unacked.append(
                (self.devices[which], outgoing, ChatAck(message.msg_id, ROOM, message.seq, message.server_time_ms))
            )
            self.devices[1 - which].frames.append(message)

    @rule()
    def the_server_does_not_know_yet_that_the_newest_is_an_own_one(self) -> None:
        if self.server.boxes["bob", ROOM].own:
            self.server.groups.unlisted.add(("bob", self.server.boxes["bob", ROOM].own[-1]))

    @rule(which=which_device)
    def the_server_answers_with_a_counter(self, which: int) -> None:
        self.devices[which].frames.append(_counter(self.server.counter("bob", ROOM, whole=True)))

    @precondition(lambda self: self.unacked)
    @rule(which=pick, dropped=st.booleans())
    def an_answer_to_a_chat_arrives(self, which: int, dropped: bool) -> None:
        device, outgoing, ack = self.unacked[which % len(self.unacked)]
        device.store.sent(outgoing, ack)
        if dropped:
            self.unacked.remove((device, outgoing, ack))

    @rule(which=which_device, frame=pick)
    def a_frame_arrives(self, which: int, frame: int) -> None:
        device = self.devices[which]
        self._take(device, device.frames[frame % len(device.frames)])

    def _take(self, device: Device, frame: Message | Counter) -> None:
        known = device.store.session(ROOM).known
        if isinstance(frame, Message):
            device.store.save_push(frame)
            return
        if not device.store.add_counters({ROOM: frame}).vague:
            device.cleared_elsewhere.update(range(known + 1, frame.cleared + 1))

    @rule(which=which_device, answered=st.booleans())
    def a_device_clears(self, which: int, answered: bool) -> None:
        store = self.devices[which].store
        for session_id, known in store.uncleared().items():
            assert self.server.clear("bob", session_id, known) == "OK", "known is never beyond what was sent"
            if answered:
                store.settle([(session_id, (), known)])

    @rule(which=which_device)
    def a_device_is_killed_and_starts_again(self, which: int) -> None:
        device = self.devices[which]
        device.store.close()
        device.store = quick_store(device.path)

    @rule(which=which_device, limit=st.integers(1, 5))
    def a_device_pulls_one_page(self, which: int, limit: int) -> None:
        page = _page(self.server.pull("bob", {"sessionId": ROOM, "limit": limit}, []))
        self.devices[which].store.save_history(ROOM, page.messages)

    @rule(which=which_device)
    def a_device_comes_to_rest(self, which: int) -> None:
        self._rest(self.devices[which])

    def _rest(self, device: Device) -> None:
        """Catch up, clear and ask, as the client does: then the red dot is exact."""
        for _ in range(2):  # a vague counter is asked for again after a clear
            for session_id, known in device.store.uncleared().items():
                assert self.server.clear("bob", session_id, known) == "OK"
                device.store.settle([(session_id, (), known)])
            self._take(device, _counter(self.server.counter("bob", ROOM, whole=False)))
        for gap in reversed(device.store.gaps(ROOM)):
            fill = GapFill(ROOM, gap, 3, by_pull=True)
            while not fill.done:
                ask = fill.request()
                body = {"sessionId": ROOM, "limit": ask.limit, "before": ask.before}
                page = _page(self.server.pull("bob", {**body, **({"after": ask.after} if ask.after else {})}, []))
                device.store.save_history(ROOM, page.messages, fill.receive(page))
        messages = self.server.talks[ROOM].messages
        state = device.store.session(ROOM)
        assert state.known == len(messages)
        assert device.store.gaps(ROOM) == []
        assert [message.seq for message in device.store.messages(ROOM, None, 10_000)] == list(
            range(len(messages), 0, -1)
        )
        unread = self._unread(device)
        assert state.unread == len(unread)
        mentioned = {message["seq"] for message in messages if message.get("at")}
        assert set(device.store.mentions(ROOM)) == unread & mentioned

    def _unread(self, device: Device) -> set[int]:
        others = {message["seq"] for message in self.server.talks[ROOM].messages if message["from"] != "bob"}
        return others - device.read - device.cleared_elsewhere

    @rule(which=which_device)
    def bob_reads_what_is_counted(self, which: int) -> None:
        device = self.devices[which]
        device.store.mark_read(ROOM)
        device.read.update(range(1, device.store.session(ROOM).known + 1))
        assert device.store.session(ROOM).unread == 0

    @invariant()
    def nothing_is_doubled_and_no_count_is_negative(self) -> None:
        for device in self.devices:
            seqs = [message.seq for message in device.store.messages(ROOM, None, 10_000)]
            assert len(seqs) == len(set(seqs))
            state = device.store.session(ROOM)
            assert state.unread >= 0
            assert state.known <= len(self.server.talks[ROOM].messages)
            assert device.store.to_ack() == []


OneGroup.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestOneGroup = OneGroup.TestCase

ranges = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6)), max_size=12)


@given(ranges, st.integers(1, 45), st.integers(1, 45))
@settings(deadline=None, max_examples=50)
def test_ranges_that_are_passed_are_a_set_of_seqs(added: list[tuple[int, int]], one: int, other: int) -> None:
    wanted: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "bob.sqlite", open_quickly)
        db = database.reading
        for low, more in added:
            passed.add(db, ROOM, low, low + more)
            wanted.update(range(low, low + more + 1))
        low, high = sorted((one, other))
        assert passed.count(db, ROOM, low, high) == len(wanted & set(range(low, high + 1)))
        assert {seq for seq in range(1, 50) if passed.covers(db, ROOM, Seq(seq))} == wanted
        rows = db.execute("SELECT low, high FROM passed ORDER BY low").fetchall()
        assert all(before[1] + 1 < after[0] for before, after in zip(rows, rows[1:], strict=False)), "they are merged"
        database.close()
