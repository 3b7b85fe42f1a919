"""The local stack keeps its data in memory: after a restart every command works with the stores from before."""

from pathlib import Path

import pytest

from local.options import Options
from local.stack import LocalStack
from tests.e2e.test_command_line import run

pytestmark = pytest.mark.asyncio


async def say(stack: LocalStack, folder: Path, count: int, what: str) -> list[str]:
    """Ann writes to Ben; what the commands complained about."""
    said = [await run(stack, "ann", folder, "chat", "--to", "ben", f"{what} {number}") for number in range(count)]
    assert [out for _, out, _ in said] == [f"sent: p:ann:ben #{number + 1}\n" for number in range(count)]
    return [err for _, _, err in said]


@pytest.mark.parametrize(("before", "after"), [(3, 1), (1, 3)], ids=["lower", "higher"])
async def test_after_a_restart_of_the_stack_every_command_starts_anew(tmp_path: Path, before: int, after: int) -> None:
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack:
        port = int(stack.url.rpartition(":")[2].partition("/")[0])
        assert await say(stack, tmp_path, before, "old") == [""] * before
        await run(stack, "ben", tmp_path, "catch-up")
        await run(stack, "ben", tmp_path, "chat", "--to", "ann", "old answer")
    async with LocalStack(Options(port=port, log_level="ERROR")) as stack:
        first, *others = await say(stack, tmp_path, after, "new")
        assert first.startswith("started anew: the server has other data than this store;")
        assert first.endswith(f"is kept in {tmp_path}/ann.sqlite.old-1\n")
        assert others == [""] * (after - 1)
        status, out, err = await run(stack, "ben", tmp_path, "catch-up")
        assert (status, f"{after} new" in out) == (0, True)
        assert f"{tmp_path}/ben.sqlite.old-1" in err
        status, _, err = await run(stack, "ben", tmp_path, "listen", "--for", "1")
        assert (status, f"p:ann:ben: {after} unread" in err) == (0, True)
