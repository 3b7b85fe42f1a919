"""The port for what one person sees of others. The rules of `usecases.sending.ports` apply."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from catchup.domain.ids import Uid
from catchup.domain.presence import Sighting


class Sightings(Protocol):
    """What one person sees of others."""

    def of(self, looking: Uid, people: Sequence[Uid]) -> Mapping[Uid, Sighting]:
        """What `looking` sees of these different people, at most a hundred; eventually consistent. The answer has an
        entry for each person."""
