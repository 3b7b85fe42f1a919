"""Polls a queue for a function, as Lambda's event source mapping does.

Source: AWS documentation, "Using Lambda with Amazon SQS" and "Handling errors for an SQS event source in Lambda".

A FIFO queue keeps a group's later messages back while earlier ones are in flight, and a batch is one ReceiveMessage. So
a group has one batch under way, if that ends within the queue's visibility timeout, and a failed message comes again
before later ones. Not done: event filtering; scaling by the number of groups (a queue has CONCURRENT_BATCHES). A batch
comes twice if its invocation waits for a free process longer than the visibility timeout.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from local.errors import LocalStackError
from local.functions.invocation import FunctionFailed, Invoke
from local.queue_events import failed_ids, queue_event, receive
from local.specs import FunctionSpec, QueueMappingSpec

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, MessageTypeDef

logger = logging.getLogger(__name__)

# SQS's limit on one ReceiveMessage; larger batches are put together from several.
MAX_RECEIVED = 10
# Lambda begins with five batches at once for a standard queue.
CONCURRENT_BATCHES = 5


class QueuePoller:
    """Polls for one event source mapping until it is closed.

    If the function fails, its batch stays in the queue and comes again after the visibility timeout. With
    ReportBatchItemFailures only the messages that the function names stay. The queue itself handles dead letters.

    `has_messages` says whether there is a message to receive. It is called every `pause_seconds`, so it has to be
    cheap. ReceiveMessage is not: it takes a millisecond of processor time, and blocks all other calls to moto.
    """

    def __init__(
        self,
        spec: QueueMappingSpec,
        function: FunctionSpec,
        sqs: "SQSClient",
        has_messages: Callable[[], bool],
        invoke: Invoke,
        pause_seconds: float,
    ) -> None:
        _check(spec, function)
        self._spec = spec
        self._sqs = sqs
        self._has_messages = has_messages
        self._invoke = invoke
        self._pause_seconds = pause_seconds
        self._room = asyncio.Semaphore(spec.maximum_concurrency or CONCURRENT_BATCHES)
        self._batches: set[asyncio.Task[None]] = set()
        # A separate executor, so that `close` can wait for the running calls.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix=spec.logical_id)
        self._task = asyncio.create_task(self._poll(), name=f"{spec.logical_id} poller")

    async def close(self) -> None:
        """Stops. Running batches are abandoned and would come again."""
        for task in (self._task, *self._batches):
            task.cancel()
        await asyncio.gather(self._task, *self._batches, return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown)

    async def _poll(self) -> None:
        while True:
            await self._room.acquire()
            batch = await self._next_batch()
            task = asyncio.create_task(self._work(batch))
            self._batches.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._batches.discard(task)
        self._room.release()
        if not task.cancelled() and task.exception() is not None:
            logger.error("%s: %s", self._spec.logical_id, task.exception())

    async def _next_batch(self) -> "list[MessageTypeDef]":
        """Waits for a message, and then collects more, up to the batch size and until the window ends."""
        batch: list[MessageTypeDef] = []
        closes_at = float("inf")
        loop = asyncio.get_running_loop()
        while True:
            wanted = min(MAX_RECEIVED, self._spec.batch_size - len(batch))
            if self._has_messages():
                batch += await loop.run_in_executor(self._threads, receive, self._sqs, self._spec.queue.url, wanted)
            if batch and closes_at == float("inf"):
                closes_at = time.monotonic() + self._spec.window_seconds
            if len(batch) >= self._spec.batch_size or time.monotonic() >= closes_at:
                return batch
            await asyncio.sleep(self._pause_seconds)

    async def _work(self, batch: "list[MessageTypeDef]") -> None:
        event = queue_event(batch, self._spec.queue.arn)
        try:
            answer = await self._invoke(self._spec.function, event)
        except FunctionFailed as error:
            logger.debug("%s: the batch stays in the queue: %s", self._spec.logical_id, error)
            return
        ids = {message["MessageId"] for message in batch}
        failed = failed_ids(answer, ids) if self._spec.reports_failures else set()
        done = [message["ReceiptHandle"] for message in batch if message["MessageId"] not in failed]
        for start in range(0, len(done), MAX_RECEIVED):
            receipts = done[start : start + MAX_RECEIVED]
            await asyncio.get_running_loop().run_in_executor(self._threads, self._delete, receipts)

    def _delete(self, receipts: list[str]) -> None:
        entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
            {"Id": str(index), "ReceiptHandle": receipt} for index, receipt in enumerate(receipts)
        ]
        self._sqs.delete_message_batch(QueueUrl=self._spec.queue.url, Entries=entries)


def _check(spec: QueueMappingSpec, function: FunctionSpec) -> None:
    """Raises for a mapping that Lambda would refuse to create."""
    visibility_seconds = int(spec.queue.properties.get("VisibilityTimeout", 30))
    if visibility_seconds < function.timeout_seconds:
        raise LocalStackError(
            f"{spec.queue.logical_id}: its VisibilityTimeout of {visibility_seconds} s is shorter than the Timeout of "
            f"{function.logical_id}, {function.timeout_seconds} s; make it at least six times as long"
        )
    if spec.maximum_concurrency is not None and not 2 <= spec.maximum_concurrency <= 1000:
        raise LocalStackError(
            f"{spec.logical_id}: MaximumConcurrency is {spec.maximum_concurrency}; Lambda takes 2 to 1000"
        )
    if spec.queue.fifo and (spec.batch_size > MAX_RECEIVED or spec.window_seconds):
        raise LocalStackError(
            f"{spec.logical_id}: with a FIFO queue BatchSize is at most {MAX_RECEIVED}, and there is no "
            "MaximumBatchingWindowInSeconds"
        )
    if spec.batch_size > MAX_RECEIVED and spec.window_seconds < 1:
        raise LocalStackError(
            f"{spec.logical_id}: a BatchSize over {MAX_RECEIVED} needs a MaximumBatchingWindowInSeconds of at least 1"
        )
