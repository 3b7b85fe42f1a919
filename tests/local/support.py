"""The stack of the small template, and a client for it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import websockets

from local.options import Options
from local.stack import LocalStack

MINI = Path(__file__).parent / "mini" / "template.yaml"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:jwt-abcdef"


def mini_options(**changes: Any) -> Options:
    """Options for the small template, on a free port."""
    return Options(**{"port": 0, "template": MINI, "stack_name": "mini", **changes})


@asynccontextmanager
async def connected(stack: LocalStack, uid: str = "alice") -> AsyncIterator[Any]:
    """A client's connection."""
    headers = {"Authorization": f"Bearer {stack.token(uid)}"}
    async with websockets.connect(stack.url, additional_headers=headers, proxy=None) as socket:
        yield socket


async def told(socket: Any, do: str, cmd: str = "", **arguments: Any) -> Any:
    """Tells the probe function what to do; its result, or the gateway's error frame."""
    await socket.send(json.dumps({"cmd": cmd, "do": do, **arguments}))
    async with asyncio.timeout(20):
        answer = json.loads(await socket.recv())
    return answer.get("result", answer)


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is not a zombie."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (OSError, FileNotFoundError):
        return False


async def gone(pid: int) -> bool:
    """Whether the process ends within some seconds."""
    for _ in range(200):
        if not is_running(pid):
            return True
        await asyncio.sleep(0.02)
    return False
