"""Notes how far a person has read.

    one conditional update a session, side by side ── pushes to the person's other devices, queued ── answer
    (Counter)                                          (SQS)

Nothing is read: a failed condition returns the row. Who of the person's devices is online is looked up by the function
that pushes, so that a read costs its writes alone. A push that is lost is made up for by the next login, `counters` or
`sessions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import is_group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.presence import Caller
from catchup.domain.reading import Position
from catchup.errors import Unavailable, courtesy
from catchup.metrics import Metric, Telemetry
from catchup.usecases.catching_up.ports import ClearResult, Moved, Positions
from catchup.usecases.reading.ports import ReadNotices


@dataclass(eq=False, repr=False, slots=True)
class MarkRead:
    """Moves the read position of each session, never back."""

    positions: Positions
    notices: ReadNotices
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, caller: Caller, read: Mapping[SessionId, Position]) -> Mapping[SessionId, ClearResult]:
        """Returns the result of each session. It is safe to repeat, to reorder, and to race with sends and clears."""
        moves = self.concurrency.run(*(partial(self._move, caller.uid, session, to) for session, to in read.items()))
        moved: Mapping[SessionId, Moved] = dict(zip(read, moves, strict=True))
        # Told again if it is repeated: the request before may have died here.
        told = {session: read[session] for session, each in moved.items() if each.stands}
        if told:
            with courtesy():
                self.notices.read(caller, told)
        results = {session: each.result for session, each in moved.items()}
        self.telemetry.count(Metric.READ, [*results.values()].count(ClearResult.CLEARED))
        return results

    def _move(self, uid: Uid, session: SessionId, to: Position) -> Moved:
        if not is_group(session) and not rule_of("read").allows_in_private(uid, session):
            return Moved(ClearResult.NOT_YOURS)
        try:
            return self.positions.move(uid, session, to)
        except Unavailable:
            return Moved(ClearResult.TRY_AGAIN)
