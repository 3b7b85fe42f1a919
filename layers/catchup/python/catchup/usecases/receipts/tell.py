"""Tells people how far others have read their private messages.

    read (sync function) ── job of the queue ── both people's counters and choices ── who is online ── pushes
                            (the one that tells  (Counter, one BatchGet)               (Presence)
                             the reader's own devices)

What is told is what stands in the reader's row at this time, and not what the job says: so it is never more than the
person has read, however late or often a job comes. Best effort: a list of sessions tells the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from catchup.concurrency import Concurrency
from catchup.domain.ids import SessionId, Uid, other_of
from catchup.domain.presence import Endpoint
from catchup.domain.reading import Position
from catchup.domain.receipts import read_to
from catchup.metrics import Metric, Telemetry
from catchup.usecases.people.delivered import delivered
from catchup.usecases.people.ports import PresenceBook
from catchup.usecases.receipts.ports import ReceiptBook, ReceiptPush


@dataclass(eq=False, repr=False, slots=True)
class TellReceipts:
    """Pushes to the devices of those who learn of it. `offered`: whether the deployment has receipts."""

    receipts: ReceiptBook
    presence: PresenceBook
    push: ReceiptPush
    concurrency: Concurrency
    telemetry: Telemetry
    offered: bool

    def __call__(self, reader: Uid, sessions: Sequence[SessionId]) -> None:
        """Tells the other person of each of these private sessions. It is safe to repeat: it says how things stand.

        Raises Unavailable before the first push; the job then comes again.
        """
        writers = {session: other_of(session, reader) for session in sessions} if self.offered else {}
        writers = {session: writer for session, writer in writers.items() if writer != reader}
        if not writers:
            return
        people = [(uid, session) for session, writer in writers.items() for uid in (reader, writer)]
        # Consistent: whoever has just turned receipts off, or blocked somebody, tells nothing any more.
        found = self.receipts.sides(people, consistent=True)
        told: dict[Uid, tuple[SessionId, Position]] = {}
        for session, writer in writers.items():
            sides = found.get((reader, session)), found.get((writer, session))
            position = read_to(*sides) if None not in sides else None  # type: ignore[arg-type]
            if position is not None:
                told[writer] = session, position
        online = self.presence.online([*told]) if told else {}
        self.concurrency.run(
            *(partial(self._push_one, to, reader, *told[uid]) for uid, devices in online.items() for to in devices)
        )

    def _push_one(self, to: Endpoint, reader: Uid, session: SessionId, position: Position) -> None:
        result = self.push.read_to(to, reader, session, position)
        self.telemetry.count(Metric.RECEIPTS, int(delivered(to, result, self.presence, self.telemetry)))
