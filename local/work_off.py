"""Runs a handler on the messages of its queue, for tests that call handlers in their own process, without a stack."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from local.json_types import Json, JsonObject
from local.queue_events import failed_ids, queue_event, receive

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def work_off(
    sqs: "SQSClient", queue_url: str, handler: Callable[[JsonObject, Any], Json], context: Any = None
) -> tuple[int, int]:
    """Calls the handler, batch by batch, until the queue is empty. Returns how many messages are done and failed.

    As with ReportBatchItemFailures, messages that the handler reports as failed stay, and are in flight. If the handler
    raises, the caller gets the exception and the batch stays. It does not wait for delays and visibility timeouts:
    `Sqs.let_time_pass` ends them.
    """
    arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    done = failed = 0
    while batch := receive(sqs, queue_url, 10):
        bad = failed_ids(handler(queue_event(batch, arn), context), {each["MessageId"] for each in batch})
        for message in batch:
            if message["MessageId"] not in bad:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        done, failed = done + len(batch) - len(bad), failed + len(bad)
    return done, failed
