"""The queues of the fan-out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from catchup.domain.ids import SessionId
from catchup.errors import Unavailable
from catchup.usecases.groups.ports import Job
from catchup.usecases.people.ports import Notice
from catchup.wire.jobs import encode_hint, encode_job, encode_notice

HINT_SLOT_MS = 1_000


class Queues:
    """Puts jobs into SQS. The client is made at first use: a request that pushes nothing needs none."""

    def __init__(
        self, make_client: Callable[[], Any], *, jobs_url: str, hints_url: str, request_id: Callable[[], str]
    ) -> None:
        """`request_id`: of the request that is worked on."""
        self._make_client = make_client
        self._jobs_url = jobs_url
        self._hints_url = hints_url
        self._request_id = request_id

    def put(self, job: Job, delay_seconds: int = 0) -> None:
        """One message of the standard queue."""
        body = encode_job(job._replace(request_id=self._request_id()))
        with aws_errors_of_queues():
            self._client.send_message(QueueUrl=self._jobs_url, MessageBody=body, DelaySeconds=delay_seconds)

    def put_notice(self, notice: Notice) -> None:
        """One message of the standard queue."""
        body = encode_notice(notice._replace(request_id=self._request_id()))
        with aws_errors_of_queues():
            self._client.send_message(QueueUrl=self._jobs_url, MessageBody=body)

    def put_hint(self, session: SessionId, now_ms: int) -> None:
        """Puts a hint into the FIFO queue. SQS keeps the first one of each second and drops the others. The queue's
        delay is longer than a second, so the last message of that second has its place when the hint is worked on."""
        with aws_errors_of_queues():
            self._client.send_message(
                QueueUrl=self._hints_url,
                MessageBody=encode_hint(session),
                MessageGroupId=session,
                MessageDeduplicationId=f"{session}:{now_ms // HINT_SLOT_MS}",
            )

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


@contextmanager
def aws_errors_of_queues() -> Iterator[None]:
    """Turns errors of SQS into Unavailable: the client sends the request again, and the job is queued then."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(str(error)) from error
