"""The queue and the schedule of red packets: record → job → use case; each minute → sweep."""

from collections.abc import Callable, Mapping
from typing import Any

from catchup.clock import deadline
from catchup.entrypoint.invocation import invocation
from catchup.errors import OutOfTime, Unavailable
from catchup.metrics import Metric
from catchup.observability import FunctionTelemetry, trace_of
from catchup.usecases.packets.ports import PacketJob
from catchup.wire.packets import decode_job

Event = Mapping[str, Any]
# Of each shard, in one round of a sweep. What is left is due in the next.
SWEPT_AT_ONCE = 25
# A round takes less.
MS_OF_A_ROUND = 5_000


def packet_queue_handler(
    work: Callable[[PacketJob], None], telemetry: FunctionTelemetry
) -> Callable[[Event, Any], dict[str, Any]]:
    """A Lambda handler that answers with the records that failed (ReportBatchItemFailures): they come again."""

    def handler(event: Event, context: Any) -> dict[str, Any]:
        with invocation(telemetry, event, context):
            failed = [each["messageId"] for each in event["Records"] if not _worked_on(each, work, telemetry)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def sweep_handler(sweep: Callable[[int], int], telemetry: FunctionTelemetry) -> Callable[[Event, Any], dict[str, Any]]:
    """A Lambda handler of a schedule, which answers with how many packets were due."""

    def handler(event: Event, context: Any) -> dict[str, Any]:
        due = 0
        with invocation(telemetry, event, context):
            while deadline().allows(MS_OF_A_ROUND):
                found = sweep(SWEPT_AT_ONCE)
                due += found
                if not found:
                    break
        return {"due": due}

    return handler


def _worked_on(record: Mapping[str, Any], work: Callable[[PacketJob], None], telemetry: FunctionTelemetry) -> bool:
    """Works on a record; tells whether it may leave the queue. One that can't be read ends in the dead letters."""
    about = {"message_id": record["messageId"]}
    try:
        job = decode_job(record["body"])
        about |= {"packet_id": job.packet.packet_id, "task": job.task.value}
        if not deadline().allows():
            raise OutOfTime
        with telemetry.about(**about):
            work(job)
    except Unavailable as error:
        with telemetry.about(**about):
            telemetry.logger.warning("a job comes again", trace=trace_of(error))
        return False
    except Exception as error:  # noqa: BLE001  a job that fails must not fail the others
        with telemetry.about(**about):
            telemetry.unforeseen("a job failed", error)
            telemetry.count(Metric.FAILED_JOBS)
        return False
    return True
