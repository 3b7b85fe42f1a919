"""A held message from the client libraries to its release, on the real local stack."""

from pathlib import Path

import pytest

from catchup_client import Code, RequestRefused
from local.options import ROOT, Options
from local.stack import LocalStack
from tests.e2e.operating import Operator
from tests.libraries.device import Device, Library, eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELD = {"message": "to the casino"}


async def test_a_held_message_waits_in_the_outbox_and_its_release_brings_it_to_both(
    library: Library, tmp_path: Path
) -> None:
    options = Options(port=0, log_level="ERROR", word_lists=str(ROOT / "local/word-lists.example.json"))
    async with (
        LocalStack(options) as stack,
        library.device(stack.url, stack.token("alice")) as alice,
        library.device(stack.url, stack.token("bob")) as bob,
    ):
        await alice.logged_in()
        await bob.logged_in()
        with pytest.raises(RequestRefused):
            await alice.send("bob", HELD, msg_id="m1")
        assert await alice.outbox() == [(HELD, Code.HELD)]
        operator = Operator(stack, tmp_path / "stack.json")
        status, held, _ = await operator.run("held", "list")
        assert status == 0
        assert [(each["uid"], each["msg_id"], each["sources"]) for each in held] == [("alice", "m1", ["gambling@1"])]
        assert (await operator.run("held", "release", "alice", "m1"))[0] == 0

        async def told(device: Device) -> list[object]:
            return [message.content for message in device.heard.messages]

        await eventually([HELD], told, alice)
        await eventually([HELD], told, bob)
        assert await alice.outbox() == []
