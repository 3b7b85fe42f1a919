"""What leaves for connections and queues."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from catchup import settings as limits
from catchup.bootstrap import stores
from catchup.bootstrap.clients import Parts
from catchup.push.connections import Connections
from catchup.push.queues import Queues
from catchup.settings import PushSettings, QueueSettings, WritingSettings

if TYPE_CHECKING:
    from catchup.usecases.group.send import Delivery


def push(settings: PushSettings, parts: Parts) -> Connections:
    """@connections; its client is made at the first push."""
    endpoint = settings.management_endpoint
    make: Callable[[], Any] = lambda: parts.clients.management(endpoint)  # noqa: E731
    return Connections(make, parts.clock, parts.telemetry)


def queues(settings: QueueSettings, parts: Parts) -> Queues:
    """The queues of the fan-out; their client is made at the first job."""
    return Queues(
        parts.clients.sqs,
        jobs_url=settings.fanout_queue_url,
        hints_url=settings.hint_queue_url,
        request_id=parts.telemetry.request_id,
    )


def group_delivery(settings: WritingSettings, parts: Parts) -> "Delivery":
    """What follows when a group's message has its place."""
    # Imported here: login and fan-out push, and send nothing.
    from catchup.usecases.group.applying import Applying
    from catchup.usecases.group.send import Delivery

    messages = stores.messages(settings, parts)
    groups, members = stores.groups(settings, parts), stores.members(settings, parts)
    applying = Applying(
        groups=groups,
        members=members,
        presence=stores.presence(settings, parts),
        roster=stores.roster(settings, parts),
        messages=messages,
        concurrency=parts.concurrency,
    )
    return Delivery(
        messages=messages,
        groups=groups,
        members=members,
        applying=applying,
        jobs=queues(settings, parts),
        concurrency=parts.concurrency,
        clock=parts.clock,
        connection_lifetime_ms=limits.CONNECTION_LIFETIME_MS,
    )
