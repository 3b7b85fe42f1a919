"""SQS events: record → job → use case; what failed is reported, and comes again."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from catchup.clock import Deadline
from catchup.domain.ids import SessionId
from catchup.errors import OutOfTime, Unavailable
from catchup.observability import Telemetry
from catchup.usecases.group.ports import Job
from catchup.wire.jobs import decode_job

Event = Mapping[str, Any]
Handler = Callable[[Event, Any], dict[str, Any]]


class Worker(Protocol):
    """What works on jobs."""

    def __call__(self, job: Job, deadline: Deadline) -> None:
        """One job."""

    def hint(self, session: SessionId, deadline: Deadline) -> None:
        """One hint."""


def queue_handler(worker: Worker, telemetry: Telemetry) -> Handler:
    """A Lambda handler that answers with the records that failed (ReportBatchItemFailures)."""

    def handler(event: Event, context: Any) -> dict[str, Any]:
        deadline = Deadline(context.get_remaining_time_in_millis)
        done: set[SessionId] = set()
        failed = [
            record["messageId"]
            for record in event["Records"]
            if not _worked_on(record, worker, done, deadline, telemetry)
        ]
        telemetry.flush()
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def _worked_on(
    record: Mapping[str, Any], worker: Worker, hinted: set[SessionId], deadline: Deadline, telemetry: Telemetry
) -> bool:
    """Whether this record is done with. Several hints of a group in one batch are one."""
    try:
        if not deadline.allows():
            raise OutOfTime
        job = decode_job(record["body"])
        if isinstance(job, Job):
            worker(job, deadline)
        elif job not in hinted:
            worker.hint(job, deadline)
            hinted.add(job)
    except Unavailable as error:
        telemetry.logger.warning("a job comes again", message_id=record["messageId"], reason=str(error)[:200])
        return False
    except Exception as error:  # noqa: BLE001  a job that fails must not fail the others
        telemetry.unforeseen("a job failed", error, message_id=record["messageId"])
        telemetry.count("FailedJobs")
        return False
    return True
