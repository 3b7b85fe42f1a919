"""Makes the template's SQS queues."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local.errors import LocalStackError
from local.json_types import Json
from local.specs import QueueSpec
from local.template import ExpandedTemplate

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

# Not ReceiveMessageWaitTimeSeconds: a waiting ReceiveMessage would hold up every other call to moto.
_ATTRIBUTES: "tuple[QueueAttributeNameType, ...]" = (
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "FifoThroughputLimit",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "RedrivePolicy",
    "VisibilityTimeout",
)


def create_queues(sqs: "SQSClient", template: ExpandedTemplate) -> dict[str, str]:
    """Creates each `AWS::SQS::Queue`, and returns the queues' URLs by logical id."""
    # A dead-letter queue must exist before a queue can name it.
    for queue in sorted(template.queues.values(), key=lambda each: "RedrivePolicy" in each.properties):
        _create(sqs, queue)
    return {logical_id: queue.url for logical_id, queue in template.queues.items()}


def _create(sqs: "SQSClient", queue: QueueSpec) -> None:
    attributes = {name: _text(queue.properties[name]) for name in _ATTRIBUTES if name in queue.properties}
    try:
        sqs.create_queue(QueueName=queue.name, Attributes=attributes)
    except ClientError as error:
        raise LocalStackError(f"{queue.logical_id}: SQS refuses it: {error.response['Error']['Message']}") from None


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
