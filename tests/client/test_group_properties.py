"""Counting of groups under any order, repetition and loss of frames, on two devices that crash, found by hypothesis."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from catchup_client import MsgId, Number, Seq, SessionId
from catchup_client.protocol.model import ChatAck, Outgoing
from tests.client.devices import Answered, Changed, Device, counter_of, gone, message_of, page_of
from tests.client.fake_state import Json, Refused, State

ROOM = SessionId("g:room")
pick = st.integers(0, 10**6)
which_device = st.integers(0, 1)


def ack_of(message: Json) -> ChatAck:
    return ChatAck(MsgId(message["msgId"]), ROOM, Seq(message["seq"]), Number(message["number"]), message["serverTime"])


class OneGroup(RuleBasedStateMachine):
    """A group of alice and bob, who has two devices, comes and goes. Whatever was ever said to one of them may arrive
    there now, later, again, or never.
    """

    OWN_LISTED = 1000

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.server = State()
        self.server.groups.own_listed = self.OWN_LISTED
        self.server.last_messages = 2
        self.said = 0
        self.devices = [Device(Path(self.folder.name) / f"{name}.sqlite", ROOM) for name in ("phone", "laptop")]
        self._change("alice", "create", name="", uids=["bob"], open=True)

    def teardown(self) -> None:
        for device in self.devices:
            self._rest(device)
            device.store.close()
        self.folder.cleanup()

    @property
    def bob(self) -> Any:
        return self.server.groups.all["room"].people["bob"]

    def _push(self, message: Json, sent_by: Device | None = None) -> None:
        for device in self.devices:
            if device is not sent_by and self.server.groups.gets("bob", message):
                device.frames.append(message_of(message))

    def _change(self, uid: str, cmd: str, device: Device | None = None, **body: Any) -> None:
        self.said += 1
        try:
            message, _ = self.server.groups.change(uid, cmd, {"msgId": f"m{self.said}", "groupId": "room", **body})
        except Refused:
            return
        self._push(message, device)
        if device:
            device.frames.append(Changed(ack_of(message), of_own_stay=cmd in {"join", "leave"}))

    def _say(self, sender: str, **more: Any) -> Json | None:
        self.said += 1
        body = {"v": 1, "msgId": f"m{self.said}", "chatType": 2, "ackFlg": 1, "to": "room", "time": 1, "msg": {}}
        try:
            return self.server.accept(sender, {**body, **more})[0]
        except Refused:
            return None

    @rule(mentions=st.booleans(), times=st.integers(1, 4))
    def alice_says_something(self, mentions: bool, times: int) -> None:
        for _ in range(times):
            message = self._say("alice", **({"at": ["bob"]} if mentions else {}))
            assert message
            self._push(message)

    @rule(which=which_device, times=st.integers(1, 4))
    def bob_says_something(self, which: int, times: int) -> None:
        for _ in range(times):
            if message := self._say("bob"):
                outgoing = Outgoing(MsgId(message["msgId"]), ROOM, "room", {}, True, 1, 2)
                self.devices[which].frames.append(Answered(outgoing, ack_of(message)))
                self._push(message, self.devices[which])

    @rule(cmd=st.sampled_from(["add", "remove"]), uids=st.sampled_from([["bob"], ["carol"], ["bob", "carol"]]))
    def alice_changes_who_is_in_it(self, cmd: str, uids: list[str]) -> None:
        self._change("alice", cmd, uids=uids)

    @rule(times=st.integers(0, 2))
    def alice_removes_bob_and_adds_him_again(self, times: int) -> None:
        self._change("alice", "remove", uids=["bob"])
        for _ in range(times):
            self._say("alice")
        self._change("alice", "add", uids=["bob"])

    @rule(which=which_device, cmd=st.sampled_from(["join", "leave", "add"]))
    def bob_changes_who_is_in_it(self, which: int, cmd: str) -> None:
        self._change("bob", cmd, self.devices[which], **({"uids": ["dave"]} if cmd == "add" else {}))

    @rule(which=which_device)
    def the_server_answers_with_a_counter(self, which: int) -> None:
        self.devices[which].frames.append(counter_of(self.server.counter("bob", ROOM, whole=True)))

    @rule(which=which_device, limit=st.integers(1, 5))
    def the_server_answers_with_a_page(self, which: int, limit: int) -> None:
        self.devices[which].frames.append(page_of(self.server.pull("bob", {"sessionId": ROOM, "limit": limit}, [])))

    @rule(which=which_device, many=st.integers(1, 6))
    def frames_arrive_in_their_order(self, which: int, many: int) -> None:
        self.devices[which].take_in_order(many)

    @rule(which=which_device, frame=pick)
    def a_frame_arrives(self, which: int, frame: int) -> None:
        device = self.devices[which]
        if device.frames:
            device.take(device.frames[frame % len(device.frames)])

    @rule(which=which_device, answered=st.booleans())
    def a_device_clears(self, which: int, answered: bool) -> None:
        self.devices[which].settle(self.server, answered=answered)

    @rule(which=which_device)
    def a_device_is_killed_and_starts_again(self, which: int) -> None:
        self.devices[which].restart()

    @rule(which=which_device)
    def bob_reads_what_is_counted(self, which: int) -> None:
        self.devices[which].mark_read()

    @rule(which=which_device)
    def a_device_comes_to_rest(self, which: int) -> None:
        self._rest(self.devices[which])

    @rule(share=st.integers(1, 4))
    def retention_removes_the_oldest(self, share: int) -> None:
        talk = self.server.talks[ROOM]
        talk.removed_below = max(talk.removed_below, len(talk.messages) * share // 4 + 1)
        for device in self.devices:  # what was said weeks ago comes no more
            device.forget_frames()

    def _rest(self, device: Device) -> None:
        """Catch up: then everything that is left is held, and the red dot and the mentions are exact."""
        device.catch_up(self.server)
        talk = self.server.talks[ROOM]
        readable = self.server.groups.readable("bob", ROOM)
        assert device.known == self.server.box("bob", ROOM).received
        assert device.held >= {message["seq"] for message in readable if message["seq"] >= talk.removed_below}
        unread = self._counted(device) - gone(readable, talk.removed_below, device.held)
        assert device.unread == len(unread)
        assert device.added == unread
        mentioned = {message["seq"] for message in talk.messages if message.get("at") and message["number"] in unread}
        assert set(device.store.mentions(ROOM)) == mentioned
        assert not self.server.counters_page("bob", 0)["counters"]

    def _counted(self, device: Device) -> set[int]:
        if self.bob.left is not None:
            return set()
        stay = range(self.bob.joined_number + 1, device.known + 1)
        own = {message["number"] for message in self.server.talks[ROOM].messages if message["from"] == "bob"}
        return set(stay) - own - device.read - device.cleared_elsewhere

    @invariant()
    def nothing_is_counted_twice_or_acked(self) -> None:
        own = {
            message["number"]
            for message in self.server.talks[ROOM].messages
            if message["from"] == "bob" and not message.get("quiet")
        }
        for device in self.devices:
            assert device.known <= self.server.box("bob", ROOM).received
            assert not device.added & (device.read | device.cleared_elsewhere)
            assert not device.added & own or self.OWN_LISTED < 1000
            assert device.unread >= 0
            assert device.store.to_ack() == []


class OneGroupOfMuchTalk(OneGroup):
    """Bob has written more than a counter lists."""

    OWN_LISTED = 1


OneGroup.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestOneGroup = OneGroup.TestCase
OneGroupOfMuchTalk.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestOneGroupOfMuchTalk = OneGroupOfMuchTalk.TestCase
