"""The queue of the tests, and how often something was put into it."""

from dataclasses import dataclass
from typing import Any

from tests.support.queues import Queues


@dataclass
class CountedQueues:
    """`sent`: SendMessage calls, those of hints that SQS drops included: they are billed."""

    queues: Queues
    sent: int = 0

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        """As SQS."""
        self.sent += 1
        return self.queues.send_message(**arguments)
