"""moto's SQS, with FIFO queues corrected to behave like AWS's.

Source: AWS documentation, "Using the message deduplication ID" and "FIFO queue delivery logic". moto 5.2.5 itself
keeps a group's later messages back while earlier ones are in flight, and delays. Corrected here:
- moto forgets a deduplication id with its message; SQS remembers it for five minutes in any case.
- When several messages of a group become visible again, moto delivers the last before the first.
- Messages received together become visible again milliseconds apart in moto, and together in SQS.
- moto's sequence numbers are random; SQS's rise.
Not done: DeduplicationScope (always the whole queue), and long polling that does not hold up every other call.
"""

import copy
import hashlib
import itertools
from typing import Any

from moto.core.utils import unix_time_millis
from moto.sqs.models import DEDUPLICATION_TIME_IN_SECONDS, Message, Queue, SQSBackend, sqs_backends


class Sqs(SQSBackend):
    """The SQS of one account in one region."""

    # moto looks for a service's urls.py beside the module of its class.
    __module__ = SQSBackend.__module__

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        # By queue and deduplication id, the oldest first.
        self._sent: dict[tuple[str, str], Message] = {}
        self._numbers = itertools.count(1)

    def send_message(self, queue_name: str, message_body: str, *args: Any, **kwargs: Any) -> Message:
        """Sends the message, or answers as for the first one if it is a repetition."""
        if not self.get_queue(queue_name).fifo_queue:
            return super().send_message(queue_name, message_body, *args, **kwargs)
        key = (queue_name, kwargs.get("deduplication_id") or hashlib.sha256(message_body.encode()).hexdigest())
        self._forget_old()
        if key in self._sent:
            # A copy, because moto writes the id of a batch's entry into it.
            return copy.copy(self._sent[key])
        message = super().send_message(queue_name, message_body, *args, **kwargs)
        message.sequence_number = f"{next(self._numbers):020}"
        self._sent[key] = message
        return message

    def receive_message(self, queue_name: str, *args: Any, **kwargs: Any) -> list[Message]:
        """Receives messages. First, all messages that became visible again are taken out of flight."""
        queue = self.get_queue(queue_name)
        in_flight = queue.pending_messages
        in_flight.difference_update([message for message in in_flight if message.visible])
        received = super().receive_message(queue_name, *args, **kwargs)
        visible_at = max((message.visible_at for message in received), default=0.0)
        ids = {message.id for message in received}
        for message in queue._messages if received else ():
            if message.id in ids:
                message.visible_at = visible_at
        return received

    def has_messages(self, queue_name: str) -> bool:
        """Whether there is a message to receive. It costs microseconds, and any thread may call it.

        moto is not thread-safe, but copying a list is a single step; the next call finds a message that was missed.
        """
        queue = self.queues.get(queue_name)
        if queue is None:
            return False
        now, messages = unix_time_millis(), list(queue._messages)
        held_back = {each.group_id for each in messages if each.visible_at >= now} if queue.fifo_queue else set()
        return any(
            each.visible_at < now and each.delayed_until <= now and not (held_back and each.group_id in held_back)
            for each in messages
        )

    def let_time_pass(self, queue_name: str) -> None:
        """Ends all delays and visibility timeouts of the queue, so that a test need not wait for them."""
        queue: Queue = self.get_queue(queue_name)
        for message in queue._messages:
            message.visible_at = message.delayed_until = 0.0

    def _forget_old(self) -> None:
        since = unix_time_millis() - DEDUPLICATION_TIME_IN_SECONDS * 1000
        while self._sent:
            oldest = next(iter(self._sent))
            if (self._sent[oldest].sent_timestamp or 0) > since:
                return
            del self._sent[oldest]


def sqs_of(account_id: str, region: str) -> Sqs:
    """Returns the account's SQS and registers it in moto. Call it before the first queue is made."""
    of_account = sqs_backends[account_id]
    backend = dict.get(of_account, region)
    if not isinstance(backend, Sqs):
        backend = of_account[region] = Sqs(region, account_id)
    return backend
