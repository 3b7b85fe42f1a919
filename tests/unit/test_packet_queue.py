"""The queue and the schedule of red packets."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from catchup.entrypoint.packet_queue import packet_queue_handler, sweep_handler
from catchup.errors import OutOfTime, Unavailable
from catchup.observability import FunctionTelemetry
from catchup.push.packet_queue import PacketQueue
from catchup.usecases.packets.ports import PacketJob, Task
from catchup.wire.packets import decode_job, encode_job
from tests.contract.packets import packet
from tests.support.telemetry import metrics
from tests.support.world import Context

JOBS = [PacketJob(Task.PAY, packet(name=f"m{number}"), packet().giver) for number in range(4)]


def worked_off(bodies: list[str], failing: dict[str, Exception], context: Context | None = None) -> list[int]:
    """Which records are reported as failed."""

    def work(job: PacketJob) -> None:
        if job.packet.msg_id in failing:
            raise failing[job.packet.msg_id]

    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    answer = packet_queue_handler(work, FunctionTelemetry())({"Records": records}, context or Context())
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def test_exactly_those_that_failed_come_again(capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [encode_job(job) for job in JOBS]
    failing = {"m1": Unavailable(), "m2": OutOfTime(), "m3": KeyError("a bug")}
    assert worked_off(bodies, failing) == [1, 2, 3]
    assert metrics(capsys.readouterr().out)["FailedJobs"] == 1


def test_what_is_no_job_stays_and_holds_up_nobody() -> None:
    assert worked_off(["garbage", encode_job(JOBS[0]), "[" * 100_000], {}) == [0, 2]


def test_without_time_a_job_is_not_begun() -> None:
    assert worked_off([encode_job(JOBS[0])], {}, Context(remaining_ms=0)) == [0]


def test_a_sweep_goes_on_until_nothing_is_due() -> None:
    found = [25, 25, 3, 0]
    assert sweep_handler(lambda _: found.pop(0), FunctionTelemetry())({}, Context()) == {"due": 53}


def test_a_sweep_ends_in_time() -> None:
    assert sweep_handler(lambda _: 1, FunctionTelemetry())({}, Context(remaining_ms=100)) == {"due": 0}


class Sqs:
    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.error = error

    def send_message(self, **arguments: Any) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(arguments)


def test_a_job_is_one_message_of_the_queue() -> None:
    sqs = Sqs()
    PacketQueue(lambda: sqs, "the packets").put(JOBS[0], 30)
    (sent,) = sqs.sent
    assert (sent["QueueUrl"], sent["DelaySeconds"], decode_job(sent["MessageBody"])) == ("the packets", 30, JOBS[0])


def test_a_queue_that_does_not_answer_is_unavailable() -> None:
    sqs = Sqs(EndpointConnectionError(endpoint_url="the packets"))
    with pytest.raises(Unavailable):
        PacketQueue(lambda: sqs, "the packets").put(JOBS[0])
