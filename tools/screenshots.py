"""Renews the pictures of the page in README: python -m tools.screenshots, with the browser in CHROMIUM."""

import asyncio
import os
import sys

from local.options import ROOT, Options
from local.stack import LocalStack

BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")


async def take() -> int:
    """Runs a stack and tools/screenshots.mjs, which takes the pictures; returns the status of the latter."""
    options = Options(port=0, log_level="ERROR", word_lists=str(ROOT / "local/word-lists.example.json"))
    async with LocalStack(options) as stack:
        command = ["tools/screenshots.mjs", BROWSER, stack.http_url, "docs/img"]
        process = await asyncio.create_subprocess_exec("node", *command, cwd=ROOT)
        return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(take()))
