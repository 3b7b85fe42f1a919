"""Pushes a notice to the devices of the people whom it is for."""

from dataclasses import dataclass
from functools import partial

from catchup.concurrency import Concurrency
from catchup.domain.presence import Endpoint
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.delivered import delivered
from catchup.usecases.people.ports import Managers, Notice, PresenceBook, Push

# The owner and admins of one group who are told: as many as one look at presence tells of.
MANAGERS_TOLD = 100


@dataclass(eq=False, repr=False, slots=True)
class Notify:
    """Looks up who is online, and pushes side by side. It is safe to repeat: a notice says how things stand."""

    presence: PresenceBook
    managers: Managers
    push: Push
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, notice: Notice) -> None:
        """Raises Unavailable before the first push; the notice then comes again."""
        managers = self.managers.managers(notice.managers_of, MANAGERS_TOLD) if notice.managers_of else ()
        online = self.presence.online([*notice.to, *managers])
        devices = [device for each in online.values() for device in each]
        others = [device for device in devices if device.connection.connection_id != notice.except_for]
        self.concurrency.run(*(partial(self._push_one, device, notice) for device in others))

    def _push_one(self, to: Endpoint, notice: Notice) -> None:
        taken = delivered(to, self.push.notice(to, notice.frame), self.presence, self.telemetry)
        self.telemetry.count(Metric.NOTICED, int(taken))
