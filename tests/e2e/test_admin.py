"""The operator's command line reaches what a running local stack has, from another process."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import websockets
from websockets.typing import Subprotocol

from local.options import Options
from local.stack import LocalStack
from local.state import State, write_state
from tests.support.world import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Running:
    stack: LocalStack
    state_file: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    state_file = tmp_path_factory.mktemp("state") / "stack.json"
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack:
        write_state(State(stack.url, stack.jwt_secret, os.getpid(), stack.functions.environments), state_file)
        yield Running(stack, state_file)


async def admin(running: Running, *arguments: str) -> tuple[int, Any, str]:
    """Exit status, what was printed as data, and what was complained about."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "catchup_admin", *arguments, "--local", "--state-file", str(running.state_file), "--json"),
        # As wrong as an operator's own settings can be.
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "layers/catchup/python"),
            "AWS_PROFILE": "prod",
            "HTTP_PROXY": "http://127.0.0.1:9",
        },
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, json.loads(out) if out else None, err.decode()


async def ask(socket: Any, cmd: str, **body: Any) -> Any:
    await socket.send(json.dumps({"cmd": cmd, "body": body}))
    async with asyncio.timeout(30):
        return json.loads(await socket.recv())


def connect(running: Running, uid: str) -> Any:
    headers = {"Authorization": f"Bearer {running.stack.token(uid)}"}
    return websockets.connect(
        running.stack.url, subprotocols=[Subprotocol("catchup.json.v1")], additional_headers=headers, proxy=None
    )


async def test_a_person_is_seen_recounted_and_disconnected(running: Running) -> None:
    async with connect(running, "alice") as alice, connect(running, "bob") as bob:
        answer = await ask(alice, "chat", msgId="m1", chatType=1, ackFlg=1, to="bob", time=1, msg={"message": "hello"})
        assert answer["code"] == "OK"
        assert (await ask(bob, "login"))["code"] == "OK"

        status, person, err = await admin(running, "person", "bob")
        assert (status, err) == (0, "")
        assert [each["unread"] for each in person["sessions"]] == [1]
        assert [each["count"] for each in person["waiting"]] == [1]
        status, recount, _ = await admin(running, "recount", "bob")
        assert (status, [each["verdict"] for each in recount["sessions"]]) == (0, ["exact"])

        status, closed, _ = await admin(running, "close", "bob")
        assert (status, [each["connection_id"] for each in closed]) == (0, [person["devices"][0]["connection_id"]])
        async with asyncio.timeout(30):
            await bob.wait_closed()


async def test_its_queues_and_held_messages_are_reached(running: Running) -> None:
    assert (await admin(running, "redrive"))[:2] == (0, {"jobs": [], "moved": True})
    assert (await admin(running, "redrive", "--hints", "--dry-run"))[:2] == (0, {"jobs": [], "moved": False})
    assert (await admin(running, "held", "list"))[:2] == (0, [])
