"""The queue of the tests, with a count of its messages."""

from dataclasses import dataclass
from typing import Any

from tests.support.queues import Queues


@dataclass
class CountedQueues:
    """Queues that count. `sent`: SendMessage calls, including hints that SQS drops, because they are billed."""

    queues: Queues
    sent: int = 0

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        """As SQS."""
        self.sent += 1
        return self.queues.send_message(**arguments)
