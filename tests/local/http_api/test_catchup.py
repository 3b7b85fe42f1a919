"""Catchup itself over HTTP on the local stack: the lines that `make run` prints work as pasted."""

import asyncio
import json
import logging
import os
import shutil

import pytest

from local.banner import HTTP_LINES
from local.options import Options
from local.stack import LocalStack

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="the lines need curl")


async def test_the_printed_requests_work_as_pasted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    printed = []
    async with LocalStack(Options(port=0)) as stack:
        environment = {**os.environ, "URL": stack.http_url, "T": stack.token("alice"), "NO_PROXY": "*"}
        for line in HTTP_LINES:
            shell = await asyncio.create_subprocess_exec(
                "bash", "-c", line, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
            )
            async with asyncio.timeout(30):
                output, _ = await shell.communicate()
            printed.append(output.decode())
    sessions, pulled, history, sent = (json.loads(each) for each in printed[:4])
    assert sessions["sessions"] == []
    assert (pulled["sessionId"], pulled["end"]) == ("p:alice:bob", True)
    assert history["messages"] == []
    assert (sent["msgId"], sent["sessionId"], sent["seq"]) == ("m7", "p:alice:bob", 1)
    assert r"h   e   l   l   o" in printed[4]  # the message, in bytes that are no JSON
    assert "{" not in printed[4]
    lines = [record.getMessage() for record in caplog.records if record.name == "local.requests"]
    assert "alice → bob #1 stored (POST 200)" in lines
    assert len(lines) == len(HTTP_LINES)
