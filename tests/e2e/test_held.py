"""A held message from the client library to its release, on the real local stack."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from catchup_client import Client, Code, MessagesSaved, RequestRefused
from local.functions.environment import function_environment
from local.options import ROOT, Options
from local.stack import LocalStack

REVIEW = """
from google.protobuf.struct_pb2 import Struct

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.review import build_review
from catchup.clock import Deadline
from catchup.settings import ChatSettings, load

review = build_review(load(ChatSettings), Parts())
for held in review.list()[0]:
    sender, msg_id = held.draft.sender, held.draft.msg_id
    print(sender, msg_id, held.session_id, *held.sources, dict(Struct.FromString(held.draft.content)))
    review.release(sender, msg_id, Deadline(lambda: 15_000))
"""


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
        assert await reviewed(stack) == "alice m1 p:alice:bob gambling@1 {'message': 'to the casino'}\n"
        for events in heard:
            async with asyncio.timeout(20):
                saved = await anext(event async for event in events if isinstance(event, MessagesSaved))
            assert [message.content for message in saved.messages] == [{"message": "to the casino"}]
        assert alice.outbox() == []


async def reviewed(stack: LocalStack) -> str:
    """What docs/moderation.md shows, with the environment of the chat function: what it has printed."""
    assert REVIEW in (ROOT / "docs/moderation.md").read_text()
    chat = stack.template.functions["ChatFunction"]
    variables = function_environment(chat, stack.options.region, stack.engine.environment, "")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", REVIEW),
        env={**variables, "PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 30)
    return out.decode()
