"""The event that a function gets from a queue, its messages, and the function's report of failed ones."""

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from local.json_types import Json, JsonObject

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef


def receive(sqs: "SQSClient", queue_url: str, count: int) -> "list[MessageTypeDef]":
    """At most so many messages of a queue, with all that an event has of them. It does not wait for any."""
    answer = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=count,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
        WaitTimeSeconds=0,
    )
    return answer.get("Messages", [])


def queue_event(batch: "Sequence[MessageTypeDef]", arn: str) -> JsonObject:
    """The event of a batch from the queue with this ARN."""
    return {"Records": [_record(message, arn) for message in batch]}


def failed_ids(answer: Json, ids: set[str]) -> set[str]:
    """The ids of the messages that a function reports as failed; all of the batch if the report is malformed."""
    try:
        named = {item["itemIdentifier"] for item in (answer or {}).get("batchItemFailures") or ()}
    except (AttributeError, KeyError, TypeError):
        return ids
    understood = named <= ids
    return named if understood else ids


def _record(message: "MessageTypeDef", arn: str) -> JsonObject:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {
                **{key[0].lower() + key[1:]: _text(value) for key, value in attribute.items()},
                "stringListValues": [],
                "binaryListValues": [],
            }
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": arn.split(":")[3],
    }


def _text(value: Any) -> Any:
    """A value as text; bytes become base64, because an event is JSON."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
