"""Signals, and who is online, with one thing broken on purpose. Each is caught by a scenario or a race."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from catchup.domain.group import Group
from catchup.domain.ids import Uid
from catchup.domain.presence import Endpoint, Sighting
from catchup.domain.signal import Signal
from catchup.storage.presence_book import DynamoPresenceBook
from catchup.storage.sightings import DynamoSightings
from catchup.usecases.people.ports import PushResult
from catchup.usecases.signals.audience import Audience
from catchup.usecases.signals.signal import SendSignal
from tests.faults.mutants.registry import mutant


@mutant("a signal removes connections that are gone", "a signal to someone online", SendSignal, "__call__")
def _(original: Any, self: SendSignal, signal: Signal) -> None:
    class Push:
        def signal(self, to: Endpoint, signal: Signal) -> PushResult:
            result = sent(to, signal)
            if result is PushResult.GONE:
                presence.forget(to)
            return result

    presence, push, sent = self.audience.presence, self.push, self.push.signal
    self.push = Push()
    try:
        original(self, signal)
    finally:
        self.push = push


@mutant("a signal goes to its sender's other devices", "a signal to someone online", DynamoSightings, "of")
def _(original: Any, self: DynamoSightings, looking: Uid, people: Sequence[Uid]) -> Mapping[Uid, Sighting]:
    """Also to those who have nothing to do with it."""
    seen = original(self, looking, [*people, looking])
    own = [each._replace(uid=Uid("another")) for each in seen[looking].devices]
    return {uid: each._replace(devices=(*each.devices, *own)) for uid, each in seen.items()}


@mutant("anybody is signalled", "a signal to somebody with whom there is no session", DynamoSightings, "of")
def _(original: Any, self: DynamoSightings, looking: Uid, people: Sequence[Uid]) -> Mapping[Uid, Sighting]:
    return {uid: each._replace(is_known=True) for uid, each in original(self, looking, people).items()}


@mutant(
    "the end of a device forgets when it was",
    "who is online is asked while one of two devices goes, and then the other",
    DynamoPresenceBook,
    "forget",
)
def _(original: Any, self: DynamoPresenceBook, endpoint: Endpoint) -> None:
    clock, self._clock = self._clock, lambda: 0
    try:
        original(self, endpoint)
    finally:
        self._clock = clock


@mutant(
    "the end of a device is the end of all",
    "who is online is asked while one of two devices goes, and then the other",
    DynamoPresenceBook,
    "forget",
)
def _(original: Any, self: DynamoPresenceBook, endpoint: Endpoint) -> None:
    for device in self.online([endpoint.uid])[endpoint.uid]:
        original(self, device)
    self._dynamo.delete(self._table, {"uid": {"S": endpoint.uid}})


def blocks_are_not_for_signals(patch: pytest.MonkeyPatch) -> None:
    original = DynamoSightings.of

    def of(self: DynamoSightings, looking: Uid, people: Sequence[Uid]) -> Mapping[Uid, Sighting]:
        return {uid: seen._replace(blocks=False) for uid, seen in original(self, looking, people).items()}

    patch.setattr(DynamoSightings, "of", of)


def everybody_is_a_member(patch: pytest.MonkeyPatch) -> None:
    def in_group(self: SendSignal, signal: Signal) -> Any:
        group, _ = self.groups.seen_by(signal.sender, signal.session_id)
        assert group is not None
        return partial(self.audience.of, group)

    patch.setattr(SendSignal, "_in_group", in_group)


def who_was_online_is_used_whoever_has_left(patch: pytest.MonkeyPatch) -> None:
    original = Audience.of

    def of(self: Audience, group: Group) -> Sequence[Endpoint]:
        known = self._known.get(group.session_id)
        return known.endpoints if known is not None else original(self, group)

    patch.setattr(Audience, "of", of)
