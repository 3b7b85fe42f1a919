"""The state machine of the property tests: what may happen to two devices, in a private session and in a group."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from catchup_client import SessionId
from tests.client.fake_server import FakeServer
from tests.client.fake_state import Json
from tests.client.stepping import SteppedClient, counter_of, page_of

pick = st.integers(0, 10**6)
which_device = st.integers(0, 1)


class TwoDevices(RuleBasedStateMachine):
    """Bob's two devices and a server. Whatever it ever said to one may arrive there now, later, again, or never."""

    SESSION: SessionId

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        server = FakeServer()
        self.server = server.state
        self.said = 0
        paths = (Path(self.folder.name) / f"{name}.sqlite" for name in ("phone", "laptop"))
        self.devices = [SteppedClient(server, path, self.SESSION) for path in paths]

    def teardown(self) -> None:
        for device in self.devices:
            self.rest(device)
            device.store.close()
        self.folder.cleanup()

    def rest(self, device: SteppedClient) -> None:
        """Catch up, and check that everything that is left is held, and that the red dot is exact."""
        raise NotImplementedError

    def body(self, to: str, **more: Any) -> Json:
        """Return the body of the next message."""
        self.said += 1
        return {"v": 1, "msgId": f"m{self.said}", "chatType": 1, "ackFlg": 1, "to": to, "time": 1, "msg": {}, **more}

    def remove_below(self, seq: int) -> None:
        """Let retention remove what is older. What was said so long ago comes no more."""
        talk = self.server.talks[self.SESSION]
        talk.removed_below = max(talk.removed_below, seq)
        for device in self.devices:
            device.forget_frames()

    def gone(self, device: SteppedClient, messages: Sequence[Json]) -> set[int]:
        """Return the numbers of messages that retention has removed, and that a device doesn't hold."""
        below, held = self.server.talks[self.SESSION].removed_below, device.held
        # A quiet message has the number of the counted one before it, which the device may hold.
        counted = [each for each in messages if not each.get("quiet")]
        return {each["number"] for each in counted if each["seq"] < below and each["seq"] not in held}

    @rule(which=which_device)
    def the_server_answers_with_a_counter(self, which: int) -> None:
        counter = counter_of(self.server.counter("bob", self.SESSION, whole=True))
        self.devices[which].frames.append(lambda client: client.add_counters({self.SESSION: counter}))

    @rule(which=which_device, limit=st.integers(1, 5))
    def the_server_answers_with_a_page(self, which: int, limit: int) -> None:
        page = page_of(self.server.pull("bob", {"sessionId": self.SESSION, "limit": limit}, []))
        self.devices[which].frames.append(lambda client: client.save_page(self.SESSION, page.messages, []))

    @rule(which=which_device, many=st.integers(1, 6))
    def frames_arrive_in_their_order(self, which: int, many: int) -> None:
        self.devices[which].take_in_order(many)

    @rule(which=which_device, frame=pick)
    def a_frame_arrives(self, which: int, frame: int) -> None:
        device = self.devices[which]
        if device.frames:
            device.frames[frame % len(device.frames)](device)

    @rule(which=which_device, answered=st.booleans())
    def a_device_acks_and_clears(self, which: int, answered: bool) -> None:
        self.devices[which].settle(answered=answered)

    @rule(which=which_device)
    def a_device_fetches_what_pushes_have_skipped(self, which: int) -> None:
        self.devices[which].repair()

    @rule(which=which_device)
    def a_device_is_killed_and_starts_again(self, which: int) -> None:
        self.devices[which].restart()

    @rule(which=which_device)
    def bob_reads_what_is_counted(self, which: int) -> None:
        self.devices[which].mark_read()

    @rule(which=which_device)
    def a_device_comes_to_rest(self, which: int) -> None:
        self.rest(self.devices[which])
