"""On the running stack: a person sees that another is there, and that they type."""

import asyncio
import logging
from pathlib import Path

import pytest

from catchup_client import Client, OnlineStatus, SessionId, Signalled, TypingChanged, Uid
from local.options import Options
from local.stack import LocalStack

SESSION, ALICE = SessionId("p:alice:bob"), Uid("alice")


@pytest.mark.asyncio
async def test_who_is_there_and_types_is_seen_and_told_a_line_a_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "local.requests")
    async with LocalStack(Options(port=0)) as stack:
        async with (
            Client(stack.url, stack.token("alice"), tmp_path / "alice") as alice,
            Client(stack.url, stack.token("bob"), tmp_path / "bob") as bob,
        ):
            await alice.logged_in()
            await bob.logged_in()
            await alice.send("bob", {"message": "hello"})
            people = await alice.online(["bob", "erin"])
            assert people == {Uid("bob"): OnlineStatus(online=True), Uid("erin"): OnlineStatus(online=False)}
            events = bob.events()
            alice.typing("bob")
            heard = []
            async with asyncio.timeout(30):
                async for event in events:
                    if isinstance(event, Signalled | TypingChanged):
                        heard.append(event)
                    if heard == [
                        Signalled(SESSION, ALICE, "typing", ""),
                        TypingChanged(SESSION, (ALICE,)),
                    ]:
                        break
            await alice.create_group("Book club", ["bob"], group="books")
            assert await bob.signal("g:books", "reading", "page 7")
        lines = [record.getMessage() for record in caplog.records if record.name == "local.requests"]
        for line in ("alice online: 1 of 2 persons", "alice signal bob: typing", "bob signal g:books: reading"):
            assert lines.count(line) == 1, lines
        assert not [line for line in lines if "#0" in line]
