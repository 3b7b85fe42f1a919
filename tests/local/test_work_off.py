"""Tests that call handlers themselves can give them what is in their queues."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.aws import client
from local.engine.moto import MotoServer
from local.work_off import work_off


@pytest.fixture
def server() -> Iterator[MotoServer]:
    """A running server."""
    with MotoServer() as running:
        yield running


def test_a_handler_is_given_what_is_due_and_keeps_what_it_reports_as_failed(server: MotoServer) -> None:
    """Time passes when the test says so."""
    sqs = client("sqs", server.endpoint)
    attributes: Any = {"FifoQueue": "true", "DelaySeconds": "900", "VisibilityTimeout": "900"}
    url = sqs.create_queue(QueueName="q.fifo", Attributes=attributes)["QueueUrl"]
    for name in ("good", "bad"):
        sqs.send_message(QueueUrl=url, MessageBody=name, MessageGroupId=name, MessageDeduplicationId=name)
    given: list[list[str]] = []

    def handler(event: Any, _context: Any) -> Any:
        given.append([record["body"] for record in event["Records"]])
        bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad" and len(given) == 1]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}

    assert work_off(sqs, url, handler) == (0, 0)
    server.sqs("us-east-1").let_time_pass("q.fifo")
    assert work_off(sqs, url, handler) == (1, 1)
    assert work_off(sqs, url, handler) == (0, 0)
    server.sqs("us-east-1").let_time_pass("q.fifo")
    assert work_off(sqs, url, handler) == (1, 0)
    assert given == [["good", "bad"], ["bad"]]
