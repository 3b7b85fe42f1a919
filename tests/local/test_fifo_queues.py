"""FIFO queues keep order, wait, and drop what repeats itself, as SQS's do; their function is called as Lambda calls it.

Source: AWS documentation, "FIFO queue delivery logic", "Using the message deduplication ID", and "Using Lambda with
Amazon SQS".
"""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from local.errors import LocalStackError
from local.stack import LocalStack
from tests.local.queue import Queue, names
from tests.local.support import MINI, mini_options


@pytest_asyncio.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queue]:
    """A running stack's FIFO queue: DelaySeconds 1, VisibilityTimeout 2, BatchSize 3, maxReceiveCount 2."""
    async with LocalStack(mini_options()) as stack:
        # A cold start takes from the visibility timeout, on a busy machine more than there is.
        await stack.functions.invoke("WorkerFunction", {"Records": []})
        yield Queue(stack, tmp_path / "seen", "OrderedQueue")


async def test_a_group_is_worked_on_in_order_one_batch_at_a_time_and_not_before_the_delay_is_over(queue: Queue) -> None:
    """Two batches at once would mix their messages."""
    sent_at = time.time()
    queue.send(*({"name": str(number), "seconds": 0.1} for number in range(7)))
    seen = await queue.work(lambda work: len(work) == 7)
    assert names(seen) == ["0", "1", "2", "3", "4", "5", "6"]
    assert seen[0]["at"] - sent_at >= 1
    sizes = [each["size"] for each in seen]
    assert max(sizes) == 3
    attributes = [each["record"]["attributes"] for each in seen]
    assert (attributes[0]["MessageGroupId"], attributes[0]["MessageDeduplicationId"]) == ("group", "0")
    numbers = [each["SequenceNumber"] for each in attributes]
    assert numbers == sorted(numbers)
    assert await queue.counts("OrderedQueue", 0)
    # While a batch is under way, the queue is not asked in vain for what the group holds back. The first batch has
    # fewer than three if it is asked for while their delays end one after another.
    batches = round(sum(1 / size for size in sizes))
    assert queue.stack.engine.moto.calls["ReceiveMessage"] == batches


async def test_a_deduplication_id_counts_once_in_five_minutes_also_when_its_message_is_done(queue: Queue) -> None:
    """A sender that repeats itself gets the answer it got before."""
    queue.send({"name": "once"})
    queue.send({"name": "once"})
    await queue.work(lambda work: len(work) == 1)
    assert await queue.counts("OrderedQueue", 0)
    queue.send({"name": "once"}, {"name": "other"})
    assert names(await queue.work(lambda work: "other" in names(work))) == ["once", "other"]


async def test_a_batch_that_failed_comes_again_from_its_beginning_and_before_what_follows_it(queue: Queue) -> None:
    """The group waits for the visibility timeout."""
    queue.send({"name": "0", "stumbles": True}, *({"name": str(number)} for number in range(1, 5)))
    seen = await queue.work(lambda work: len(work) == 6)
    assert names(seen) == ["0", "0", "1", "2", "3", "4"]
    assert seen[1]["at"] - seen[0]["at"] >= 1.8


async def test_a_message_that_fails_too_often_leaves_its_group_for_the_fifo_dead_letter_queue(queue: Queue) -> None:
    """And the group goes on."""
    queue.send({"name": "bad", "fails": True})
    await queue.work(lambda work: names(work) == ["bad", "bad"])
    queue.send({"name": "next"})
    assert names(await queue.work(lambda work: len(work) == 3)) == ["bad", "bad", "next"]
    assert await queue.counts("OrderedDeadLetters", 1)
    assert await queue.counts("OrderedQueue", 0)


@pytest.mark.parametrize(
    ("written", "changed", "says"),
    [
        (
            "BatchSize: 3 # ordered",
            "MaximumBatchingWindowInSeconds: 1",
            "with a FIFO queue BatchSize is at most 10, and there is no MaximumBatchingWindowInSeconds",
        ),
        ("!GetAtt OrderedDeadLetters.Arn", "!GetAtt DeadLetters.Arn", "OrderedQueue: SQS refuses it: Fifo queues can"),
        ("{FifoQueue: true} # dead", "{FifoQueue: true, QueueName: letters}", "SQS refuses it: Queue name must end in"),
    ],
)
async def test_what_aws_refuses_of_a_fifo_queue_is_refused(
    tmp_path: Path, written: str, changed: str, says: str
) -> None:
    """When the stack starts, with the resource's name."""
    text = MINI.read_text(encoding="utf-8").replace(": functions/", f": {MINI.parent}/functions/")
    assert written in text
    template = tmp_path / "template.yaml"
    template.write_text(text.replace(written, changed), encoding="utf-8")
    with pytest.raises(LocalStackError, match=says):
        async with LocalStack(mini_options(template=template)):
            pass
