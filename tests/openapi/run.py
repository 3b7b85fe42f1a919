"""make test-http: starts the local stack, and lets schemathesis make requests from docs/openapi.json.

    python -m tests.openapi.run [arguments of schemathesis run]

Everything is as for anybody: a token, HTTP, the functions in processes of their own.
"""

import asyncio
import os
import sys
from pathlib import Path

import aiohttp

from commands.start import run
from local.options import Options
from local.stack import LocalStack

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CALLER, OTHER = "alice", "bob"
# What is there before, by its sender: a group of each, and a message to read.
BEFORE = {
    CALLER: (
        ("/v1/groups", {"msgId": "made", "groupId": "room", "name": "The room", "uids": [OTHER], "open": True}),
        ("/v1/messages", {"msgId": "m0", "chatType": 1, "to": OTHER, "msg": {"message": "hello"}}),
    ),
    OTHER: (("/v1/groups", {"msgId": "made", "groupId": "hall", "open": True}),),
}


def _headers(stack: LocalStack, uid: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.token(uid)}"}


async def _prepare(stack: LocalStack) -> None:
    for uid, requests in BEFORE.items():
        async with aiohttp.ClientSession(headers=_headers(stack, uid)) as http:
            for path, body in requests:
                async with http.post(stack.http_url + path, json=body) as answer:
                    answer.raise_for_status()


async def _requests(arguments: list[str]) -> int:
    async with LocalStack(Options(port=0)) as stack:
        await _prepare(stack)
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "schemathesis"),
            f"--config-file={HERE / 'schemathesis.toml'}",
            "run",
            str(ROOT / "docs" / "openapi.json"),
            f"--url={stack.http_url}",
            *(f"--header={name}:{value}" for name, value in _headers(stack, CALLER).items()),
            *arguments,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.openapi.hooks", "NO_PROXY": "*"},
            cwd=ROOT,
        )
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()


def main() -> int:
    """The exit code of schemathesis: 0 if it finds nothing."""
    return asyncio.run(_requests(sys.argv[1:]))


if __name__ == "__main__":
    run(main)
