"""Moves jobs from a dead-letter queue back to their queue.

    receive ─▶ send ─▶ delete        in this order, so that after a crash the job is in one of the queues, or in both

A job that runs twice pushes twice, and devices drop repeated messages by their seq, so a redrive may be repeated. A
FIFO queue drops repeated copies for five minutes, by a deduplication id made from the dead job's id.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from catchup.usecases.groups.ports import Job
from catchup.usecases.people.ports import Notice
from catchup.wire.jobs import decode_job

# The most messages that SQS moves in one call.
BATCH = 10
# Long enough to send and delete ten jobs, and short enough that the rest is soon visible after an interruption.
VISIBILITY_SECONDS = 60
# Not 0, so that SQS asks all of its servers: "Amazon SQS short and long polling".
WAIT_SECONDS = 1


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A dead job. `kind`: message, head, hint, or "unreadable" with the reason; an unreadable job fails until newer
    code reads it. `sent_at_ms`: the time when it was put into the first queue."""

    message_id: str
    kind: str
    session_id: str
    seq: int
    sent_at_ms: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Redrive:
    """Moves jobs of one queue. The queue's attributes name its dead-letter queue."""

    make_client: Callable[[], Any]
    queue_url: str

    def jobs(self, limit: int, *, dry_run: bool) -> Iterator[DeadJob]:
        """Moves at most `limit` jobs and yields each when it is moved. With `dry_run` it only yields them."""
        client = self.make_client()
        dead_url = self.dead_letter_url(client)
        shown: list[str] = []
        left = limit
        try:
            while left > 0 and (batch := self._receive(client, dead_url, min(left, BATCH))):
                for message in batch:
                    if dry_run:
                        shown.append(message["ReceiptHandle"])
                    else:
                        client.send_message(QueueUrl=self.queue_url, **_again(message, self.queue_url))
                        client.delete_message(QueueUrl=dead_url, ReceiptHandle=message["ReceiptHandle"])
                    yield _told(message)
                left -= len(batch)
        finally:
            for receipt in shown:
                client.change_message_visibility(QueueUrl=dead_url, ReceiptHandle=receipt, VisibilityTimeout=0)

    def dead_letter_url(self, client: Any) -> str:
        """The URL of the dead-letter queue, from the queue's redrive policy."""
        attributes = client.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["RedrivePolicy"])
        arn = json.loads(attributes["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"]
        *_, account, name = arn.split(":")
        return str(client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"])

    @staticmethod
    def _receive(client: Any, dead_url: str, count: int) -> list[dict[str, Any]]:
        answer = client.receive_message(
            QueueUrl=dead_url,
            MaxNumberOfMessages=count,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
            VisibilityTimeout=VISIBILITY_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages


def _again(message: dict[str, Any], queue_url: str) -> dict[str, Any]:
    """The message to send: the same body and attributes, and in a FIFO queue the same group."""
    copy = {"MessageBody": message["Body"], "MessageAttributes": message.get("MessageAttributes", {})}
    if queue_url.endswith(".fifo"):
        copy["MessageGroupId"] = message["Attributes"]["MessageGroupId"]
        # Not the job's first deduplication id: SQS would drop the job while it remembers the id.
        copy["MessageDeduplicationId"] = f"redrive-{message['MessageId']}"
    return copy


def _told(message: dict[str, Any]) -> DeadJob:
    message_id, sent_at_ms = message["MessageId"], int(message["Attributes"]["SentTimestamp"])
    try:
        job = decode_job(message["Body"])
    except (ValueError, RecursionError) as error:
        return DeadJob(message_id, "unreadable", "", 0, sent_at_ms, str(error))
    if isinstance(job, Job):
        return DeadJob(message_id, "message" if job.message else "head", job.session_id, job.seq, sent_at_ms)
    if isinstance(job, Notice):
        return DeadJob(message_id, "notice", "", 0, sent_at_ms)
    return DeadJob(message_id, "hint", job, 0, sent_at_ms)
