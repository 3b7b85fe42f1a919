"""Counting of groups under any order, repetition and loss of frames, on two devices that crash, found by hypothesis."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from catchup_client import MsgId, Number, Seq, SessionId
from catchup_client.protocol.model import ChatAck, Outgoing
from tests.client.fake_state import Json, Refused
from tests.client.stepping import Frame, SteppedClient, pushed
from tests.client.two_devices import TwoDevices, which_device

ROOM = SessionId("g:room")


def ack_of(message: Json) -> ChatAck:
    return ChatAck(MsgId(message["msgId"]), ROOM, Seq(message["seq"]), Number(message["number"]), message["serverTime"])


def sent(message: Json) -> Frame:
    outgoing = Outgoing(MsgId(message["msgId"]), ROOM, "room", {}, True, 1, 2)
    return lambda client: client.take_chat_ack(outgoing, ack_of(message))


class OneGroup(TwoDevices):
    """A group of alice and bob, who comes and goes."""

    SESSION = ROOM
    OWN_LISTED = 1000

    def __init__(self) -> None:
        super().__init__()
        self.server.groups.own_listed = self.OWN_LISTED
        self.server.last_messages = 2
        self._change("alice", "create", name="", uids=["bob"], open=True)

    @property
    def bob(self) -> Any:
        return self.server.groups.all["room"].people["bob"]

    def _push(self, message: Json, sent_by: SteppedClient | None = None) -> None:
        for device in self.devices:
            if device is not sent_by and self.server.groups.gets("bob", message):
                device.frames.append(pushed(message))

    def _change(self, uid: str, cmd: str, device: SteppedClient | None = None, **body: Any) -> None:
        self.said += 1
        try:
            message, _ = self.server.groups.change(uid, cmd, {"msgId": f"m{self.said}", "groupId": "room", **body})
        except Refused:
            return
        self._push(message, device)
        if device:
            of_own_stay = cmd in {"join", "leave"}
            device.frames.append(lambda client: client.take_change(ack_of(message), of_own_stay=of_own_stay))

    def _say(self, sender: str, **more: Any) -> Json | None:
        try:
            return self.server.accept(sender, self.body("room", chatType=2, **more))[0]
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
                self.devices[which].frames.append(sent(message))
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

    @rule(share=st.integers(1, 4))
    def retention_removes_the_oldest(self, share: int) -> None:
        self.remove_below(len(self.server.talks[ROOM].messages) * share // 4 + 1)

    def rest(self, device: SteppedClient) -> None:
        device.catch_up()
        talk = self.server.talks[ROOM]
        readable = self.server.groups.readable("bob", ROOM)
        assert device.known == self.server.box("bob", ROOM).received
        assert device.held >= {message["seq"] for message in readable if message["seq"] >= talk.removed_below}
        unread = self._counted(device) - self.gone(device, readable)
        assert device.unread == len(unread)
        assert device.added == unread
        mentioned = {message["seq"] for message in talk.messages if message.get("at") and message["number"] in unread}
        assert set(device.store.mentions(ROOM)) == mentioned
        assert not self.server.counters_page("bob", 0)["counters"]

    def _counted(self, device: SteppedClient) -> set[int]:
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
