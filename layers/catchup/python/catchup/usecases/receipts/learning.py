"""Finds out how far others have read, for a list of sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid, private_session
from catchup.domain.reading import Position
from catchup.domain.receipts import Side, read_to
from catchup.usecases.receipts.ports import ReceiptBook


class Learned(NamedTuple):
    """What the other person's counter tells of a private session: the last seq that either counter knows of, and how
    far the other has read, None if that is not told."""

    last_seq: Seq
    read_to: Position | None = None


@dataclass(eq=False, repr=False, slots=True)
class LearnReadTo:
    """Reads the other people's counters, and the choices of all. `offered`: whether the deployment has receipts."""

    receipts: ReceiptBook
    offered: bool

    def __call__(self, uid: Uid, counters: Sequence[Counter]) -> Mapping[SessionId, Learned]:
        """What is learned for each of these private sessions of this person. One call for up to fifty.

        Eventually consistent, as a list is asked for again. Raises Unavailable.
        """
        if not counters:
            return {}
        notes = private_session(uid, uid)
        facing = {row.session_id: (row.other(uid), row.session_id) for row in counters}
        found = self.receipts.sides([(uid, notes), *facing.values()], consistent=False)
        own = found.get((uid, notes))
        learned = {}
        for row in counters:
            other = found.get(facing[row.session_id])
            last_seq = max(row.last_seq, other.counter.last_seq if other else Seq(0))
            is_told = self.offered and own is not None and other is not None and row.session_id != notes
            position = read_to(other, Side(row, own.is_on)) if is_told and own and other else None
            learned[row.session_id] = Learned(last_seq, position)
        return learned
