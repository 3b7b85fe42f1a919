"""A held message from the client library to its release, on the real local stack."""

import asyncio
from pathlib import Path

import pytest

from catchup_client import Client, Code, MessagesSaved, RequestRefused
from local.options import ROOT, Options
from local.stack import LocalStack
from tests.e2e.operating import Operator


async def test_a_held_message_waits_in_the_outbox_and_its_release_brings_it_to_both(tmp_path: Path) -> None:
    options = Options(port=0, log_level="ERROR", word_lists=str(ROOT / "local/word-lists.example.json"))
    async with (
        LocalStack(options) as stack,
        Client(stack.url, stack.token("alice"), tmp_path / "alice") as alice,
        Client(stack.url, stack.token("bob"), tmp_path / "bob") as bob,
    ):
        await alice.logged_in()
        await bob.logged_in()
        with pytest.raises(RequestRefused):
            await alice.send("bob", {"message": "to the casino"}, msg_id="m1")
        assert [queued.refused for queued in alice.outbox()] == [Code.HELD]
        heard = [alice.events(), bob.events()]
        operator = Operator(stack, tmp_path / "stack.json")
        status, held, _ = await operator.run("held", "list")
        assert status == 0
        assert [(each["uid"], each["msg_id"], each["sources"]) for each in held] == [("alice", "m1", ["gambling@1"])]
        assert (await operator.run("held", "release", "alice", "m1"))[0] == 0
        for events in heard:
            async with asyncio.timeout(20):
                saved = await anext(event async for event in events if isinstance(event, MessagesSaved))
            assert [message.content for message in saved.messages] == [{"message": "to the casino"}]
        assert alice.outbox() == []
