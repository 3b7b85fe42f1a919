"""Catchup itself over HTTP on the local stack: the lines that `make run` prints work as pasted."""

import asyncio
import json
import logging
import os
import shutil
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from local.banner import HTTP_LINES
from local.options import Options
from local.stack import LocalStack

# What is sent as the uid of a block, and what comes of it: status, and who is blocked or what is refused.
SEGMENTS = {
    "bob": (200, "bob"),
    "a%7Cb": (200, "a|b"),
    "a+b": (200, "a+b"),
    "a%2Fb": (404, ""),
    "a%252Fb": (400, "path.uid"),
    "a%253Fb": (400, "path.uid"),
    "100%25": (400, "path.uid"),
    "b64:YS9i": (200, "a/b"),
    "b64:YT9i": (200, "a?b"),
    "b64:YSUyRmI": (200, "a%2Fb"),
    "b64:Li4": (200, ".."),
    "b64:Li4=": (400, "path.uid"),
}


@pytest.mark.skipif(not shutil.which("curl"), reason="the lines need curl")
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


async def test_an_id_that_a_gateway_changes_is_refused_or_not_found_and_is_sent_in_base64url() -> None:
    """docs/protocol.md, "A request over HTTP". On AWS, too, none of these blocks anybody but who is meant."""
    async with LocalStack(Options(port=0)) as stack:
        address, headers = urlsplit(stack.http_url), {"Authorization": f"Bearer {stack.token('alice')}"}

        def blocked(segment: str) -> tuple[int, str]:
            connection = HTTPConnection(address.hostname or "", address.port)
            connection.request("PUT", f"/v1/blocks/{segment}", headers=headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
            connection.close()
            return answer.status, said.get("uid") or said.get("error", {}).get("field", "")

        told = {each: await asyncio.to_thread(blocked, each) for each in SEGMENTS}
    assert told == SEGMENTS
