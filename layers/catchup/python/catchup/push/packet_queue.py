"""The queue of red packets."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from catchup.push.queues import aws_errors_of_queues
from catchup.usecases.packets.ports import PacketJob
from catchup.wire.packets import encode_job


class PacketQueue:
    """Puts jobs into SQS. The client is made at first use."""

    def __init__(self, make_client: Callable[[], Any], url: str) -> None:
        self._make_client, self._url = make_client, url

    def put(self, job: PacketJob, delay_seconds: int = 0) -> None:
        """One message. Raises Unavailable."""
        with aws_errors_of_queues():
            self._client.send_message(QueueUrl=self._url, MessageBody=encode_job(job), DelaySeconds=delay_seconds)

    @cached_property
    def _client(self) -> Any:
        return self._make_client()
