"""A fake SQS for the fan-out: messages can come again, hints of one second are one, and delays wait."""

from dataclasses import dataclass, field
from typing import Any

JOBS_URL = "jobs"
HINTS_URL = "hints"


@dataclass
class Queues:
    """The queues. `ready` messages are delivered at once, `later` ones after their delay, both in the order of
    sending."""

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
        """Sends one message. A FIFO queue drops duplicates."""
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
        """Puts a failed message back, to come again later."""
        self.later += records

    def take(self, *, delayed: bool) -> list[dict[str, Any]]:
        """Returns the messages that a poller gets now."""
        taken, self.ready = self.ready, []
        if delayed:
            # The second is over, so the next hint is not a duplicate.
            self._seen.clear()
            taken, self.later = [*taken, *self.later], []
        return taken
