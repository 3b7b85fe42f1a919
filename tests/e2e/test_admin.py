"""The operator's command line reaches what a running local stack has, from another process."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import websockets
from websockets.typing import Subprotocol

from local.options import Options
from local.stack import LocalStack
from tests.e2e.operating import Operator

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def operator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Operator]:
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack:
        yield Operator(stack, tmp_path_factory.mktemp("state") / "stack.json")


async def ask(socket: Any, cmd: str, **body: Any) -> Any:
    await socket.send(json.dumps({"cmd": cmd, "body": body}))
    async with asyncio.timeout(30):
        return json.loads(await socket.recv())


def connect(operator: Operator, uid: str) -> Any:
    headers = {"Authorization": f"Bearer {operator.stack.token(uid)}"}
    return websockets.connect(
        operator.stack.url, subprotocols=[Subprotocol("catchup.json.v1")], additional_headers=headers, proxy=None
    )


async def test_a_person_is_seen_recounted_and_disconnected(operator: Operator) -> None:
    async with connect(operator, "alice") as alice, connect(operator, "bob") as bob:
        answer = await ask(alice, "chat", msgId="m1", chatType=1, ackFlg=1, to="bob", time=1, msg={"message": "hello"})
        assert answer["code"] == "OK"
        assert (await ask(bob, "login"))["code"] == "OK"

        status, person, err = await operator.run("person", "bob")
        assert (status, err) == (0, "")
        assert [each["unread"] for each in person["sessions"]] == [1]
        assert [each["count"] for each in person["waiting"]] == [1]
        status, recount, _ = await operator.run("recount", "bob")
        assert (status, [each["outcome"] for each in recount["sessions"]]) == (0, ["exact"])

        status, closed, _ = await operator.run("close", "bob")
        assert (status, [each["connection_id"] for each in closed]) == (0, [person["devices"][0]["connection_id"]])
        async with asyncio.timeout(30):
            await bob.wait_closed()


async def test_its_queues_and_held_messages_are_reached(operator: Operator) -> None:
    assert (await operator.run("redrive"))[:2] == (0, {"jobs": [], "moved": True})
    assert (await operator.run("redrive", "--hints", "--dry-run"))[:2] == (0, {"jobs": [], "moved": False})
    assert (await operator.run("held", "list"))[:2] == (0, [])
