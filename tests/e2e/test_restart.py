"""The local stack keeps its data in memory: after a restart everything works with the stores from before."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from catchup_client import Settings
from local.options import Options
from local.stack import LocalStack
from tests.e2e.test_command_line import run
from tests.libraries.device import Library, contents, eventually

SECRET = "known to both stacks, as tokens are"
QUICK = Settings(page_limit=3, backoff_base=0.05, backoff_cap=0.2, answer_timeout=5.0)

pytestmark = pytest.mark.asyncio(loop_scope="module")


def port_of(stack: LocalStack) -> int:
    return int(stack.url.rpartition(":")[2].partition("/")[0])


async def say(stack: LocalStack, folder: Path, count: int, what: str) -> list[str]:
    """Ann writes to Ben; what the commands complained about."""
    said = [await run(stack, "ann", folder, "chat", "--to", "ben", f"{what} {number}") for number in range(count)]
    assert [out for _, out, _ in said] == [f"sent: p:ann:ben #{number + 1}\n" for number in range(count)]
    return [err for _, _, err in said]


@pytest.mark.parametrize(("before", "after"), [(3, 1), (1, 3)], ids=["lower", "higher"])
async def test_after_a_restart_of_the_stack_every_command_starts_anew(tmp_path: Path, before: int, after: int) -> None:
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack:
        port = port_of(stack)
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


@pytest.mark.parametrize(("before", "after"), [(7, 3), (3, 7)], ids=["lower", "higher"])
async def test_devices_that_stay_on_start_anew_and_send_what_waits(
    library: Library, tmp_path: Path, before: int, after: int
) -> None:
    """And so does one that was off, and comes back with its store."""
    old, new = ([{what: number} for number in range(count)] for what, count in (("old", before), ("new", after)))
    session = "p:ann:ben"
    async with AsyncExitStack() as exits:
        async with LocalStack(Options(port=0, log_level="ERROR", jwt_secret=SECRET)) as stack:
            port, ann_token, ben_token = port_of(stack), stack.token("ann"), stack.token("ben")
            tablet_of_ben = (stack.url, stack.token("ben", "tablet"), tmp_path / "tablet")
            ann = await exits.enter_async_context(library.device(stack.url, ann_token, settings=QUICK))
            ben = await exits.enter_async_context(library.device(stack.url, ben_token, settings=QUICK))
            async with library.device(*tablet_of_ben, settings=QUICK) as tablet:
                await tablet.logged_in()
                for message in old:
                    await ann.send("ben", message)
                await tablet.catch_up()
                await tablet.mark_read(session)
            await eventually(old, contents, ben, session)
        await ann.post("ben", new[0])
        async with LocalStack(Options(port=port, log_level="ERROR", jwt_secret=SECRET)):
            await eventually(new[:1], contents, ann, session)
            for message in new[1:]:
                await ann.send("ben", message)
            await eventually(new, contents, ben, session)
            await eventually({session: after}, ben.unread)
            async with library.device(*tablet_of_ben, settings=QUICK) as tablet:
                await tablet.catch_up()
                assert await contents(tablet, session) == new
                assert [len(device.heard.epochs) for device in (ann, ben, tablet)] == [1, 1, 1]
