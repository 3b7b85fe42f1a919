"""Pushes a private message to the devices online."""

from dataclasses import dataclass

from catchup.concurrency import Concurrency
from catchup.domain.ids import Uid
from catchup.domain.message import Message
from catchup.domain.presence import Caller, Endpoint, Presence
from catchup.errors import courtesy
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.ports import PresenceBook, Push, PushResult


@dataclass(eq=False, repr=False, slots=True)
class PushToDevices:
    """Pushes to all devices side by side, except to the one that sent the message."""

    presence: PresenceBook
    push: Push
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, caller: Caller, message: Message, presence: Presence) -> dict[Uid, bool]:
        """Returns for each person whether a device took the message."""
        endpoints = [
            endpoint
            for endpoint in (endpoint for devices in presence.values() for endpoint in devices)
            if endpoint.connection.connection_id != caller.connection.connection_id
        ]
        results = self.concurrency.run(*(lambda to=to: self._push_one(to, message) for to in endpoints))
        taken = dict.fromkeys(presence, False)
        for endpoint, delivered in zip(endpoints, results, strict=True):
            taken[endpoint.uid] |= delivered
        return taken

    def _push_one(self, to: Endpoint, message: Message) -> bool:
        result = self.push.message(to, message)
        if result is PushResult.GONE:
            self.telemetry.count(Metric.GONE_CONNECTIONS)
            # The entry of a dead connection does no harm: the next push finds it again.
            with courtesy():
                self.presence.forget(to)
        return result is PushResult.DELIVERED
