"""`make bench-web`: a login in a browser on a cheap phone, with 200 to 100,000 messages waiting, and the old way.

Chromium with its CPU throttled to a quarter shows the page of `make run`. Catchup's login is measured several times,
each time by a new device. The old way is measured once, since nothing is asserted of it. Prints a table, and with all
sizes writes the file `web` of the results. SLACK=2 doubles the budgets that are times, for a machine that does other
things, too. Exit status: 0 if every budget holds; 1 if not.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.engine import progress
from bench.table import show_lines, write_result
from bench.web.figures import FIELDS, OLD_WAY_MS, Size, budgets
from bench.web.waiting import Waiting
from commands.start import run
from local.options import Options
from local.stack import LocalStack

ROOT = Path(__file__).parents[2]
SIZES = (200, 10_000, 100_000)
LOGINS = int(os.environ.get("LOGINS", "7"))
SLACK = float(os.environ.get("SLACK") or "1")
# The largest answer of the browser, and the longest wait for it.
LINE_BYTES = 1 << 20
SECONDS = 1_800


class Browser:
    """The browser's side, which answers a line by a line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._written, self._read = process.stdin, process.stdout

    async def ask(self, **task: Any) -> Any:
        """Its answer to a task."""
        self._written.write(json.dumps(task).encode() + b"\n")
        return await self.hear()

    async def hear(self) -> Any:
        """Its next line. Raises RuntimeError if it has ended."""
        async with asyncio.timeout(SECONDS):
            line = await self._read.readline()
        if not line:
            raise RuntimeError("the browser has ended: see above")
        return json.loads(line)


@asynccontextmanager
async def browser(url: str) -> AsyncIterator[Browser]:
    """A browser that has the page at `url`."""
    command = ["node", "bench/web/measure.mjs", os.environ.get("CHROMIUM", "/usr/bin/chromium"), url]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, limit=LINE_BYTES)
    try:
        yield Browser(process)
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def measure(waiting: int) -> tuple[Size, dict[str, Any]]:
    """One size, and what the browser says of itself."""
    started = time.monotonic()
    async with LocalStack(Options(port=0, log_level="ERROR")) as stack:
        bob = await asyncio.to_thread(Waiting, stack, waiting)
        async with browser(stack.http_url) as page:
            about = await page.hear()
            logins = []
            for _ in range(LOGINS):
                bob.clear_and_read()
                await page.ask(do="login", waiting=waiting)
                bob.restore()
                logins.append(await page.ask())
                progress(f"{waiting:,} waiting: first screen after {logins[-1]['firstScreenMs']:.0f} ms")
            old = await page.ask(do="old way", timeoutMs=OLD_WAY_MS)
    progress(f"{waiting:,} waiting: {time.monotonic() - started:.0f} s")
    return Size(waiting, logins, old), about


async def _measured(sizes: Sequence[int]) -> tuple[list[Size], dict[str, Any]]:
    measured = [await measure(waiting) for waiting in sizes]
    return [size for size, _ in measured], measured[-1][1]


def main() -> int:
    """Measures, prints the table, writes the file if all sizes are measured, and returns the exit status."""
    sizes = [int(size) for size in os.environ.get("SIZES", "").split(",") if size] or list(SIZES)
    measured, about = asyncio.run(_measured(sizes))
    held = budgets(measured, SLACK)
    if set(sizes) == set(SIZES) and SLACK == 1:
        write_result(
            "web",
            {
                "fields": FIELDS,
                **about,
                "logins": LOGINS,
                "sizes": [size.as_json() for size in measured],
                "budgets": [budget.as_json() for budget in held],
            },
        )
    columns = (
        "waiting",
        "way",
        "first screen ms",
        "of them working",
        "longest task ms",
        "longest freeze ms",
        "frames",
        "kB",
    )
    show_lines(columns, [line for size in measured for line in size.lines()], {"way"})
    show_lines(("budget", "limit", "measured", ""), [budget.line() for budget in held], {"budget", ""})
    return 0 if all(budget.ok for budget in held) else 1


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "layers/catchup/python")]
    run(main)
