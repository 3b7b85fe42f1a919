"""A message finds its function at once, and an empty queue costs next to nothing."""

import asyncio
import time
from pathlib import Path

from local.stack import LocalStack
from tests.local.queue import Queue
from tests.local.support import mini_options


async def test_a_message_reaches_a_warm_function_within_50_milliseconds(tmp_path: Path) -> None:
    """The best of ten: what is measured is the stack, not who else uses the machine."""
    async with LocalStack(mini_options()) as stack:
        queue = Queue(stack, tmp_path / "seen")
        took = []
        for number in range(10):
            sent_at = time.time()
            await asyncio.to_thread(queue.send, {"name": str(number)})
            seen = await queue.work(lambda work, so_far=number: len(work) > so_far)  # type: ignore[misc]
            took.append(seen[-1]["at"] - sent_at)
            await asyncio.sleep(0.013)  # so that sending keeps no step with the poller
    assert min(took[1:]) < 0.05, took


async def test_an_empty_queue_is_not_asked(tmp_path: Path) -> None:
    """Nor one whose messages all wait for their delay."""
    async with LocalStack(mini_options()) as stack:
        queue = Queue(stack, tmp_path / "seen", "OrderedQueue")
        await asyncio.to_thread(queue.send, {"name": "delayed"})
        await asyncio.sleep(0.5)
        assert stack.engine.moto.calls["ReceiveMessage"] == 0
        await queue.work(lambda work: len(work) == 1)
        assert stack.engine.moto.calls["ReceiveMessage"] == 1
