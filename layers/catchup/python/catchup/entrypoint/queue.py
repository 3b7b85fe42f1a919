"""SQS events: record → job → use case. Failed records are reported, and come again.

Hints are different: a failed hint blocks its group until its visibility ends. So if the store did not answer, the hint
is put again and comes in two seconds; if a defect caused the failure, the next hint replaces it
(docs/adr/0030-failed-hints-are-put-anew.md)."""

from collections.abc import Callable, Mapping
from typing import Any

from catchup.clock import deadline
from catchup.domain.ids import SessionId
from catchup.entrypoint.invocation import invocation
from catchup.errors import OutOfTime, Unavailable
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry, trace_of
from catchup.usecases.groups.fan_out import FanOut
from catchup.usecases.groups.ports import Job
from catchup.usecases.people.notify import Notify
from catchup.usecases.people.ports import Notice
from catchup.usecases.receipts.tell import TellReceipts
from catchup.wire.jobs import decode_job

Event = Mapping[str, Any]
Handler = Callable[[Event, Any], dict[str, Any]]


def queue_handler(worker: FanOut, notify: Notify, tell: TellReceipts, telemetry: FunctionTelemetry) -> Handler:
    """A Lambda handler that answers with the records that failed (ReportBatchItemFailures)."""

    def handler(event: Event, context: Any) -> dict[str, Any]:
        done: set[SessionId] = set()
        with invocation(telemetry, event, context):
            failed = [
                record["messageId"]
                for record in event["Records"]
                if not _worked_on(record, worker, notify, tell, done, telemetry)
            ]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def _worked_on(
    record: Mapping[str, Any],
    worker: FanOut,
    notify: Notify,
    tell: TellReceipts,
    hinted: set[SessionId],
    telemetry: FunctionTelemetry,
) -> bool:
    """Works on a record; tells whether it may leave the queue. Several hints of a group in one batch count as one."""
    job: Job | Notice | SessionId | None = None
    try:
        job = decode_job(record["body"])
        if not deadline().allows():
            raise OutOfTime
        with telemetry.about(message_id=record["messageId"], **_ids_of(job)):
            if isinstance(job, Job):
                worker(job)
            elif isinstance(job, Notice):
                notify(job)
                for reader in job.to if job.read else ():
                    tell(reader, job.read)
            elif job not in hinted:
                worker.hint(job)
                hinted.add(job)
    except Exception as error:  # noqa: BLE001  a job that fails must not fail the others
        with telemetry.about(message_id=record["messageId"], **_ids_of(job)):
            _report(error, telemetry)
        return job is not None and not isinstance(job, Job | Notice) and _hint_is_replaced(job, error, worker)
    return True


def _hint_is_replaced(session: SessionId, error: Exception, worker: FanOut) -> bool:
    """Whether a hint that failed may leave the queue."""
    if not isinstance(error, Unavailable):
        return True
    try:
        worker.hint_again(session)
    except Unavailable:
        return False
    return True


def _report(error: Exception, telemetry: FunctionTelemetry) -> None:
    if isinstance(error, Unavailable):
        telemetry.logger.warning("a job comes again", trace=trace_of(error))
        return
    telemetry.unforeseen("a job failed", error)
    telemetry.count(Metric.FAILED_JOBS)


def _ids_of(job: Job | Notice | SessionId | None) -> dict[str, str]:
    """Returns the ids of the job's message, and of the request that queued it."""
    if isinstance(job, Notice):
        return {"request_id": job.request_id}
    if not isinstance(job, Job):
        return {"session": job or ""}
    msg_id = job.message.draft.msg_id if job.message else ""
    return {"session": job.session_id, "seq": str(job.seq), "msg_id": msg_id, "request_id": job.request_id}
