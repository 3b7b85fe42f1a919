"""Tells who is online.

Only people with whom the caller has a private session are seen, and none of those who have blocked the caller. All
others look like somebody who was never there, so that an answer tells nothing about a block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catchup.clock import Clock
from catchup.domain.ids import Uid
from catchup.domain.presence import Sighting, Status
from catchup.usecases.presence.ports import Sightings

UNSEEN = Status(is_online=False)


@dataclass(eq=False, repr=False, slots=True)
class TellOnline:
    """Tells who is online. `tells_online`: whether the deployment tells at all; `tells_last_seen`: also since when
    somebody is away."""

    sightings: Sightings
    clock: Clock
    tells_online: bool
    tells_last_seen: bool

    def __call__(self, caller: Uid, people: Sequence[Uid]) -> Mapping[Uid, Status]:
        """The status of each of these people. Raises Unavailable."""
        if not self.tells_online:
            return dict.fromkeys(people, UNSEEN)
        seen = self.sightings.of(caller, people)
        return {uid: self._status(seen[uid]) for uid in people}

    def _status(self, seen: Sighting) -> Status:
        if not seen.is_visible:
            return UNSEEN
        if seen.is_online(self.clock()):
            return Status(is_online=True)
        return Status(is_online=False, last_seen_ms=seen.last_seen_ms if self.tells_last_seen else 0)
