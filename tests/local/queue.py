"""A queue of the small template, and what its function was given."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.aws import client
from local.stack import LocalStack

Work = list[dict[str, Any]]


class Queue:
    """Sends to the queue `logical_id`, whose function writes what it is given into `file`."""

    def __init__(self, stack: LocalStack, file: Path, logical_id: str = "Queue") -> None:
        self.sqs = client("sqs", stack.engine.services)
        self.stack = stack
        self.url = stack.queues[logical_id]
        self.file = file

    def send(self, *messages: dict[str, Any]) -> None:
        """Sends messages to the worker function; to a FIFO queue all of one group."""
        entries: Any = [
            {
                "Id": str(index),
                "MessageBody": json.dumps({"file": str(self.file), **message}),
                "MessageAttributes": {"colour": {"DataType": "String", "StringValue": "red"}},
                **self._of_fifo(message),
            }
            for index, message in enumerate(messages)
        ]
        self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)

    def _of_fifo(self, message: dict[str, Any]) -> dict[str, str]:
        fifo = self.url.endswith(".fifo")
        return {"MessageGroupId": "group", "MessageDeduplicationId": message["name"]} if fifo else {}

    async def work(self, enough: Callable[[Work], bool]) -> Work:
        """What the function was given, once it is enough."""
        async with asyncio.timeout(10):
            while not enough(seen := self.seen()):
                await asyncio.sleep(0.005)
        return seen

    def seen(self) -> Work:
        """What the function was given so far."""
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]

    async def counts(self, logical_id: str, expected: int) -> bool:
        """Whether a queue comes to hold so many messages, visible or not."""
        for _ in range(200):
            attributes = self.sqs.get_queue_attributes(QueueUrl=self.stack.queues[logical_id], AttributeNames=["All"])
            numbers = attributes["Attributes"]
            held = int(numbers["ApproximateNumberOfMessages"]) + int(numbers["ApproximateNumberOfMessagesNotVisible"])
            if held == expected:
                return True
            await asyncio.sleep(0.02)
        return False


def names(work: Work) -> list[str]:
    """The messages' names, in the order in which the function was given them."""
    return [each["name"] for each in work]
