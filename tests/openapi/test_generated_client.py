"""A client that openapi-python-client makes from what a running stack serves at /openapi.json catches up with it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from local.options import Options
from local.stack import LocalStack
from tests.support.world import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")
SESSION = "p:alice:bob"
# A part of the generated package, by its path.
Generated = Callable[[str], Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[LocalStack]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(stack: LocalStack) -> bytes:
    async with aiohttp.ClientSession() as http, http.get(f"{stack.http_url}/openapi.json") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return await answer.read()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def generated(served: bytes, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """What the generator makes. It fails if it can't make a part, or has to guess."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_bytes(served)
    await _run(
        str(Path(sys.executable).with_name("openapi-python-client")),
        "generate",
        "--fail-on-warning",
        "--meta=none",
        f"--config={ROOT / 'tests/openapi/generator.yaml'}",
        f"--path={folder / 'openapi.json'}",
        f"--output-path={folder / 'catchup_over_http'}",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        import_module("catchup_over_http.api.catching_up")
        import_module("catchup_over_http.models")
    return lambda path: import_module(f"catchup_over_http.{path}")


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


async def test_a_stack_serves_the_document_of_the_repository(served: bytes) -> None:
    assert json.loads(served) == json.loads((ROOT / "docs" / "openapi.json").read_text())


async def test_a_generated_client_counts_pulls_and_acks_until_nothing_is_left(
    stack: LocalStack, generated: Generated
) -> None:
    models, catching_up = generated("models"), "api.catching_up"
    alice, bob = (
        generated("client").AuthenticatedClient(stack.http_url, stack.token(uid), timeout=60.0)
        for uid in ("alice", "bob")
    )
    for number in (1, 2, 3):
        text = models.Content.from_dict({"message": f"hello {number}", "nested": {"list": [[number]]}})
        message = models.ChatRequest(f"m{number}", models.ChatRequestChatType.VALUE_1, "bob", text)
        sent = await generated("api.sending.chat").asyncio(client=alice, body=message)
        assert (sent.session_id, sent.seq) == (SESSION, number)

    async def unread() -> dict[str, int]:
        reply = await generated(f"{catching_up}.all_counters").asyncio(client=bob)
        return {session: each.count for session, each in reply.counters.additional_properties.items()}

    async def pull(*acked: int) -> Any:
        body = models.PullRequest(limit=2, ack=list(acked))
        return await generated(f"{catching_up}.pull").asyncio(SESSION, client=bob, body=body)

    assert await unread() == {SESSION: 3}
    newest = await pull()
    assert [each.msg["message"] for each in newest.messages] == ["hello 3", "hello 2"]
    assert not newest.end
    oldest = await pull(3, 2)
    assert [(each.from_, each.msg["nested"]) for each in oldest.messages] == [("alice", {"list": [[1]]})]
    nothing = await pull(1)
    assert (nothing.messages, nothing.end, nothing.end_reason) == ([], True, models.EndReason.CAUGHT_UP)
    counted = models.ClearRequest(models.ClearRequestSessions.from_dict({SESSION: 3}))
    await generated(f"{catching_up}.clear").asyncio(client=bob, body=counted)
    assert await unread() == {SESSION: 0}, "it is cleared, and not read"
    read = models.ReadRequest(models.ReadRequestSessions.from_dict({SESSION: {"seq": 3, "received": 3}}))
    await generated("api.reading.read").asyncio(client=bob, body=read)
    assert await unread() == {}


async def test_a_generated_client_is_told_why_it_is_refused(stack: LocalStack, generated: Generated) -> None:
    mallory = generated("client").AuthenticatedClient(stack.http_url, stack.token("mallory"), timeout=60.0)
    answer = await generated("api.catching_up.history").asyncio_detailed(SESSION, client=mallory)
    assert answer.status_code == 403
    assert answer.parsed.code == generated("models").Code.PERMISSION_DENIED
    assert answer.parsed.error.field == "path.sessionId"
