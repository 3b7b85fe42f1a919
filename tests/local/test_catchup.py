"""Catchup itself on the local stack: what `make run` invites to try."""

import asyncio
import json
import logging
from typing import Any

import pytest
import websockets

from local.banner import DEVICE, SESSIONS
from local.options import Options
from local.stack import LocalStack

SUBPROTOCOL = websockets.Subprotocol("catchup.json.v1")


async def test_the_printed_sessions_store_count_page_and_delete_a_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The frames of the banner, with Catchup's own handlers."""
    caplog.set_level(logging.INFO, logger="local.function")  # shown if it fails
    answers: list[tuple[str, dict[str, Any]]] = []
    async with LocalStack(Options(port=0)) as stack:
        for session in SESSIONS:
            headers = {"Authorization": f"Bearer {stack.token(session.uid, DEVICE)}"}
            async with websockets.connect(
                stack.url, additional_headers=headers, subprotocols=[SUBPROTOCOL], proxy=None
            ) as socket:
                for step in session.steps:
                    await socket.send(step.frame)
                    async with asyncio.timeout(30):
                        answers.append((session.uid, json.loads(await socket.recv())))
    assert all(answer["code"] == "OK" for _, answer in answers), answers
    bodies = [answer["body"] for _, answer in answers]
    _, sent, login, cleared, page, acked, read, again = bodies
    assert sent["seq"] == 1
    assert login["counters"]["p:alice:bob"]["count"] == 1
    assert [message["msgId"] for message in login["counters"]["p:alice:bob"]["lastMsg"]] == ["m1"]
    assert cleared["sessions"]["p:alice:bob"]["code"] == "OK"
    assert [message["msgId"] for message in page["messages"]] == ["m1"]
    assert (acked["messages"], acked["end"]) == ([], True)
    assert read["sessions"]["p:alice:bob"]["code"] == "OK"
    assert again["counters"] == {}
