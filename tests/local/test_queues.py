"""Queues are polled as Lambda polls them.

Source: AWS documentation, "Using Lambda with Amazon SQS" and "Handling errors for an SQS event source in Lambda".
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from local.errors import LocalStackError
from local.queue_events import failed_ids, queue_event
from local.stack import LocalStack
from local.template import load_template
from tests.local.queue import Queue, names
from tests.local.support import ARN, MINI, mini_options


@pytest_asyncio.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queue]:
    """A running stack's queue."""
    async with LocalStack(mini_options()) as stack:
        yield Queue(stack, tmp_path / "seen")


async def test_messages_reach_the_function_in_batches_and_leave_the_queue(queue: Queue) -> None:
    """BatchSize 3; the record as AWS documents it."""
    queue.send(*({"name": str(number)} for number in range(5)))
    seen = await queue.work(lambda work: len(work) == 5)
    assert sorted(each["name"] for each in seen) == ["0", "1", "2", "3", "4"]
    assert max(each["size"] for each in seen) == 3
    record = seen[0]["record"]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(":mini-Queue")
    assert record["awsRegion"] == "us-east-1"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["colour"]["stringValue"] == "red"
    assert record["messageAttributes"]["colour"]["dataType"] == "String"
    assert {"messageId", "receiptHandle", "body", "md5OfBody"} <= set(record)
    assert await queue.counts("Queue", 0)


async def test_only_the_messages_that_are_reported_as_failed_come_again(queue: Queue) -> None:
    """ReportBatchItemFailures; after the visibility timeout."""
    queue.send({"name": "good"}, {"name": "bad", "fails": True})
    seen = await queue.work(lambda work: len(work) == 3)
    assert [each["name"] for each in seen].count("bad") == 2
    assert seen[-1]["record"]["attributes"]["ApproximateReceiveCount"] == "2"


async def test_a_message_that_fails_too_often_goes_to_the_dead_letter_queue(queue: Queue) -> None:
    """RedrivePolicy, maxReceiveCount 2."""
    queue.send({"name": "bad", "fails": True})
    await queue.work(lambda work: len(work) == 2)
    assert await queue.counts("DeadLetters", 1)
    assert await queue.counts("Queue", 0)


async def test_a_function_that_raises_gets_its_whole_batch_again(queue: Queue) -> None:
    """Nothing was deleted."""
    queue.send({"name": "innocent"}, {"name": "bad", "raises": True})
    seen = await queue.work(lambda work: [each["name"] for each in work].count("innocent") == 2)
    assert all(each["size"] == 2 for each in seen if each["name"] == "innocent")


async def test_a_function_sends_to_a_queue_with_an_sdk_that_knows_nothing_of_the_local_stack(queue: Queue) -> None:
    """By the URL in its environment; the SDK is led here by AWS_ENDPOINT_URL_SQS."""
    await queue.stack.functions.invoke("SenderFunction", {"body": {"file": str(queue.file), "name": "sent"}})
    assert names(await queue.work(lambda work: len(work) == 1)) == ["sent"]


def test_a_binary_attribute_is_text_in_the_event() -> None:
    """base64, as the event is JSON."""
    message: Any = {"MessageId": "m", "ReceiptHandle": "r", "Body": "b", "MD5OfBody": "5"}
    message["MessageAttributes"] = {"raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    (record,) = queue_event([message], "arn:aws:sqs:eu-west-1:123456789012:q")["Records"]
    assert record["messageAttributes"]["raw"]["binaryValue"] == "AP8="
    assert record["awsRegion"] == "eu-west-1"


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, set()),
        ({}, set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}),
        ({"batchItemFailures": [{"itemIdentifier": "unknown"}]}, {"a", "b"}),
        ({"batchItemFailures": [{"wrong": "a"}]}, {"a", "b"}),
        ("text", {"a", "b"}),
    ],
)
def test_a_report_that_can_not_be_understood_means_that_all_have_failed(answer: Any, failed: set[str]) -> None:
    """AWS documentation, "Success and failure conditions"."""
    assert failed_ids(answer, {"a", "b"}) == failed


async def test_a_visibility_timeout_shorter_than_the_functions_timeout_is_refused(tmp_path: Path) -> None:
    """As Lambda refuses such a mapping."""
    text = MINI.read_text(encoding="utf-8").replace("Timeout: 1\n    Layers", "Timeout: 5\n    Layers")
    changed = tmp_path / "template.yaml"
    changed.write_text(text.replace(": functions/", f": {MINI.parent}/functions/"), encoding="utf-8")
    with pytest.raises(LocalStackError, match=r"VisibilityTimeout of \d s is shorter.*six times"):
        async with LocalStack(mini_options(template=changed)):
            pass


def test_the_mapping_is_read_from_the_template() -> None:
    """AWS::Lambda::EventSourceMapping, with its defaults."""
    template = load_template(MINI, {"JwtSecretArn": ARN})
    mappings = {mapping.queue.logical_id: mapping for mapping in template.queue_mappings.values()}
    assert {each: mapping.function for each, mapping in mappings.items()} == {
        "Queue": "WorkerFunction",
        "OrderedQueue": "WorkerFunction",
    }
    mapping = mappings["Queue"]
    assert [mappings[each].queue.fifo for each in ("Queue", "OrderedQueue")] == [False, True]
    assert (mapping.batch_size, mapping.window_seconds, mapping.reports_failures) == (3, 0, True)
