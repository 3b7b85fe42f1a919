"""The client has added these counts to its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from catchup.concurrency import Concurrency
from catchup.domain.ids import SessionId, Uid
from catchup.errors import Unavailable
from catchup.usecases.ports import ClearResult, Counters


@dataclass(frozen=True, slots=True)
class Clear:
    """Clears each session up to what the client has counted; None where the store did not answer."""

    counters: Counters
    concurrency: Concurrency

    def __call__(self, uid: Uid, seen: Mapping[SessionId, int]) -> Mapping[SessionId, ClearResult | None]:
        """One conditional update a session, side by side: safe to repeat, to reorder, and to race with a send."""
        results = self.concurrency.run(
            *(
                lambda session=session, number=number: self._one(uid, session, number)
                for session, number in seen.items()
            )
        )
        return dict(zip(seen, results, strict=True))

    def _one(self, uid: Uid, session: SessionId, seen: int) -> ClearResult | None:
        try:
            return self.counters.clear(uid, session, seen)
        except Unavailable:
            return None
