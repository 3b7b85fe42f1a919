"""The pages of `make run` in a browser (make test-pages): what a reader sees, and whom the browser asks."""

import asyncio
import json
import os
from typing import Any
from urllib.parse import urlsplit

import pytest_asyncio

from catchup.commands import COMMANDS, ROUTES
from local.options import Options
from local.stack import LocalStack
from tests.support.world import ROOT

BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen() -> dict[str, Any]:
    """What tests/pages/look.mjs prints of each page: one browser, started once, has looked at both."""
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack:
        command = ["tests/pages/look.mjs", BROWSER, stack.http_url, stack.token("alice")]
        process = await asyncio.create_subprocess_exec("node", *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        output, _ = await process.communicate()
        assert process.returncode == 0, "node has said why"
        own = {urlsplit(stack.http_url).netloc}
    return {page: {**each, "asked_others": set(each["hosts"]) - own} for page, each in json.loads(output).items()}


def test_the_page_of_the_http_api_lists_every_route(seen: dict[str, Any]) -> None:
    assert sorted(seen["http"]["operations"]) == sorted(route.split(" ")[1] for route in ROUTES)


def test_the_page_of_the_websocket_lists_every_request_and_push(seen: dict[str, Any]) -> None:
    described = json.loads((ROOT / "docs/asyncapi.json").read_text("utf-8"))["operations"]
    assert seen["websocket"]["operations"] == list(described)
    assert set(COMMANDS) < set(described)


def test_a_reader_with_a_token_can_try_a_request(seen: dict[str, Any]) -> None:
    assert seen["http"]["status"] == "200"
    assert json.loads(seen["http"]["answer"])["sessions"] == []


def test_the_pages_show_no_error_and_ask_the_stack_alone(seen: dict[str, Any]) -> None:
    for page in seen.values():
        assert (page["errors"], page["asked_others"]) == ([], set())
