"""SQS, as far as the fan-out needs it: what is put can come again, hints of one second are one, and delays wait."""

from dataclasses import dataclass, field
from typing import Any

JOBS_URL = "jobs"
HINTS_URL = "hints"


@dataclass
class Queues:
    """`ready` is handed out at once; `later` when its time has come. All in the order in which it was put."""

    ready: list[dict[str, Any]] = field(default_factory=list)
    later: list[dict[str, Any]] = field(default_factory=list)
    failing: bool = False
    taken_in: int = 0
    _seen: set[str] = field(default_factory=set)

    def send_message(
        self,
        QueueUrl: str,  # noqa: N803 - boto3's names
        MessageBody: str,  # noqa: N803
        DelaySeconds: int = 0,  # noqa: N803
        MessageGroupId: str | None = None,  # noqa: N803
        MessageDeduplicationId: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        """One message; a duplicate of a FIFO queue is dropped."""
        assert (QueueUrl == HINTS_URL) == (MessageGroupId is not None)
        if MessageDeduplicationId in self._seen:
            return {}
        if MessageDeduplicationId is not None:
            self._seen.add(MessageDeduplicationId)
        self.taken_in += 1
        record = {"messageId": f"job-{self.taken_in}", "body": MessageBody, "eventSource": "aws:sqs"}
        (self.later if DelaySeconds or QueueUrl == HINTS_URL else self.ready).append(record)
        return {}

    def give_back(self, records: list[dict[str, Any]]) -> None:
        """What a poller could not work on comes again, later."""
        self.later += records

    def take(self, *, delayed: bool) -> list[dict[str, Any]]:
        """What a poller gets now."""
        taken, self.ready = self.ready, []
        if delayed:
            # The second whose hints are one is over.
            self._seen.clear()
            taken, self.later = [*taken, *self.later], []
        return taken
