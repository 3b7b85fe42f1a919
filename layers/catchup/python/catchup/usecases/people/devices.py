"""Pushes to the devices online: a private message to those of both people, news of their own to a person's others."""

from dataclasses import dataclass
from functools import partial

from catchup.concurrency import Concurrency
from catchup.domain.ids import Uid
from catchup.domain.message import Message
from catchup.domain.presence import Caller, Endpoint, Presence
from catchup.metrics import Telemetry
from catchup.usecases.people.delivered import delivered
from catchup.usecases.people.ports import PresenceBook, Push


@dataclass(eq=False, repr=False, slots=True)
class PushToDevices:
    """Pushes to all devices side by side, except to the one that sent the message."""

    presence: PresenceBook
    push: Push
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, caller: Caller, message: Message, presence: Presence) -> dict[Uid, bool]:
        """Returns for each person whether a device took the message."""
        endpoints = _others(caller, presence)
        results = self.concurrency.run(*(partial(self._push_one, to, message) for to in endpoints))
        taken = dict.fromkeys(presence, False)
        for endpoint, is_taken in zip(endpoints, results, strict=True):
            taken[endpoint.uid] |= is_taken
        return taken

    def _push_one(self, to: Endpoint, message: Message) -> bool:
        return delivered(to, self.push.message(to, message), self.presence, self.telemetry)


def _others(caller: Caller, presence: Presence) -> list[Endpoint]:
    """All of these connections but the caller's."""
    return [
        endpoint
        for devices in presence.values()
        for endpoint in devices
        if endpoint.connection.connection_id != caller.connection.connection_id
    ]
