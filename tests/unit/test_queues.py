"""Putting jobs into SQS."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from catchup.domain.ids import Seq, SessionId, Uid
from catchup.errors import Unavailable
from catchup.push.queues import HINT_SLOT_MS, Queues
from catchup.usecases.groups.ports import Job
from catchup.wire.jobs import decode_job

ROOM, HALL = SessionId("g:room"), SessionId("g:hall")
NOW_MS = 1_700_000_000_000


class Sqs:
    """Keeps what was sent, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.error = error
        self.made = 0

    def make(self) -> "Sqs":
        self.made += 1
        return self

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        if self.error is not None:
            raise self.error
        self.sent.append(arguments)
        return {}


def queues(sqs: Sqs) -> Queues:
    return Queues(sqs.make, jobs_url="the jobs", hints_url="the hints", request_id=lambda: "r-1")


def test_a_job_goes_into_the_queue_of_jobs_with_the_request_that_put_it() -> None:
    sqs = Sqs()
    job = Job(ROOM, Seq(3), 2, also=(Uid("bob"),), request_id="r-0")
    queues(sqs).put(job)
    queues(sqs).put(job, delay_seconds=5)
    assert [(each["QueueUrl"], each["DelaySeconds"]) for each in sqs.sent] == [("the jobs", 0), ("the jobs", 5)]
    assert [decode_job(each["MessageBody"]) for each in sqs.sent] == [job._replace(request_id="r-1")] * 2
    assert not any(name.startswith("MessageGroup") for each in sqs.sent for name in each)


def test_hints_of_one_group_and_second_are_one_to_the_queue() -> None:
    sqs = Sqs()
    for session, at_ms in ((ROOM, 0), (ROOM, HINT_SLOT_MS - 1), (ROOM, HINT_SLOT_MS), (HALL, 0), (HALL, 999)):
        queues(sqs).put_hint(session, NOW_MS + at_ms)
    ids = [each["MessageDeduplicationId"] for each in sqs.sent]
    assert ids[0] == ids[1]
    assert ids[3] == ids[4]
    assert len(set(ids)) == 3
    assert {each["QueueUrl"] for each in sqs.sent} == {"the hints"}
    assert [each["MessageGroupId"] for each in sqs.sent] == [ROOM, ROOM, ROOM, HALL, HALL]
    assert [decode_job(each["MessageBody"]) for each in sqs.sent] == [ROOM, ROOM, ROOM, HALL, HALL]
    # A FIFO queue delays as a whole: it refuses a delay of a message's own.
    assert not any("DelaySeconds" in each for each in sqs.sent)


def test_what_names_a_hint_is_what_sqs_takes() -> None:
    sqs = Sqs()
    queues(sqs).put_hint(SessionId("g:" + "r" * 64), NOW_MS)
    assert all(len(sqs.sent[0][name]) <= 128 for name in ("MessageGroupId", "MessageDeduplicationId"))


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "RequestThrottled", "Message": ""}}, "SendMessage"),
        ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue", "Message": ""}}, "SendMessage"),
        EndpointConnectionError(endpoint_url="injected"),
        ReadTimeoutError(endpoint_url="injected"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_queue_that_does_not_answer_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable):
        queues(Sqs(error)).put(Job(ROOM, Seq(1), 1))
    with pytest.raises(Unavailable):
        queues(Sqs(error)).put_hint(ROOM, NOW_MS)


def test_a_bug_is_not_taken_for_an_outage() -> None:
    with pytest.raises(ZeroDivisionError):
        queues(Sqs(ZeroDivisionError())).put(Job(ROOM, Seq(1), 1))


def test_the_client_is_made_once_and_only_if_something_is_put() -> None:
    sqs = Sqs()
    put = queues(sqs)
    assert sqs.made == 0
    put.put(Job(ROOM, Seq(1), 1))
    put.put_hint(ROOM, NOW_MS)
    assert sqs.made == 1
