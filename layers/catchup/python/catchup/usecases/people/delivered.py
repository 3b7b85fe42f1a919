"""What follows from the result of a push."""

from catchup.domain.presence import Endpoint
from catchup.errors import courtesy
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.ports import PresenceBook, PushResult


def delivered(to: Endpoint, result: PushResult, presence: PresenceBook, telemetry: Telemetry) -> bool:
    """Whether the push was delivered. The entry of a connection that is gone is removed."""
    if result is PushResult.GONE:
        telemetry.count(Metric.GONE_CONNECTIONS)
        # The entry of a dead connection does no harm: the next push finds it again.
        with courtesy():
            presence.forget(to)
    return result is PushResult.DELIVERED
