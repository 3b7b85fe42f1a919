"""Sends a signal to those online in a session: it is pushed, and stored nowhere.

    read ── judge ── too soon? ── who is online ── push ── answer
    (Counter, Presence; or       (groups)
     Session, Counter)

It writes nothing, whatever happens: a connection that is gone is left to the next message. Whoever is not reached gets
no signal, and nobody is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from catchup.clock import Clock
from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.message import ChatType
from catchup.domain.presence import Endpoint
from catchup.domain.signal import MAX_SIGNAL_MEMBERS, Signal, SignalPace
from catchup.errors import Blocked, NotAMember, NothingSaidYet, TooManyToSignal
from catchup.metrics import Metric, Telemetry
from catchup.usecases.groups.ports import Groups
from catchup.usecases.groups.preconditions import check_goes_on, check_may_speak
from catchup.usecases.people.ports import PushResult
from catchup.usecases.presence.ports import Sightings
from catchup.usecases.signals.audience import Audience
from catchup.usecases.signals.ports import PushSignal, SignalGate


@dataclass(eq=False, repr=False, slots=True)
class SendSignal:
    """Sends a signal to the other person, or to the members of a group."""

    sightings: Sightings
    groups: Groups
    audience: Audience
    gate: SignalGate
    push: PushSignal
    concurrency: Concurrency
    clock: Clock
    telemetry: Telemetry
    pace: SignalPace = field(default_factory=SignalPace)

    def __call__(self, signal: Signal) -> None:
        """Sends the signal. A second one of the person within a second is dropped, but judged as the first.

        Raises Denied, Refused, ContentRejected, Unavailable.
        """
        find = self._in_group(signal) if signal.chat_type is ChatType.GROUP else self._in_private(signal)
        if not self.pace.allows(signal.sender, self.clock()):
            return
        signal = self.gate.screen_signal(signal)
        endpoints = [each for each in find() if each.uid != signal.sender]
        results = self.concurrency.run(*(partial(self.push.signal, to, signal) for to in endpoints))
        self.telemetry.count(Metric.SIGNALS, results.count(PushResult.DELIVERED))

    def _in_private(self, signal: Signal) -> Callable[[], Sequence[Endpoint]]:
        other = self.sightings.of(signal.sender, [signal.to])[signal.to]
        if not rule_of("signal").allows_in_spite_of(other.blocks):
            raise Blocked
        if not other.is_known:
            raise NothingSaidYet
        return lambda: other.devices

    def _in_group(self, signal: Signal) -> Callable[[], Sequence[Endpoint]]:
        group, membership = self.groups.seen_by(signal.sender, signal.session_id, consistent=False)
        seen = None if group is None or membership is None else group.seen_as(membership)
        check_goes_on(seen)
        if group is None or seen is None or not rule_of("signal").allows_in_group(seen):
            raise NotAMember
        check_may_speak(group, seen, self.clock())
        if group.members > MAX_SIGNAL_MEMBERS:
            raise TooManyToSignal
        return partial(self.audience.of, group)
