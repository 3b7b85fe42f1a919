"""The counter of a person in a session, and what it knows about single messages.

A counter moves by one update: `received` grows by one and the message's seq joins `recent`, on condition that it was
not counted. `recent` is bounded: now and then the oldest seqs leave it and `floor` rises to the highest of them. What
is at or below `floor` counts as counted, unless it is in `uncounted`: the few messages whose send had not come so far
when the floor passed them (docs/adr/0011-a-trim-names-what-is-not-counted.md).

    seqs:    1 … 38 … 40 | 41  44  45  47 …  97
                 │     floor    `recent`
             `uncounted`
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from catchup.domain.ids import Seq, SessionId
from catchup.domain.unread import Unread

# `recent` is trimmed when it has this many seqs, down to RECENT_KEPT. The larger the distance, the rarer the extra
# write (one in 32 messages); the larger the rest, the longer a late retry is recognised. With 64 seqs a counter stays
# under 400 bytes, so that an idle session costs a login 0.1 read units (bench/results/cost.json).
RECENT_LIMIT = 64
RECENT_KEPT = 32
# Each is a send that died between placing its message and counting it, and was not tried again. Beyond this number
# the oldest are treated as counted.
UNCOUNTED_LIMIT = 32


class Trim(NamedTuple):
    """A change of a counter that makes it remember less and still say the same about every seq.

    `owed` joins `uncounted`. `forgotten`: how many had to be left out of it, to keep it bounded.
    """

    found_floor: Seq
    found_uncounted: frozenset[Seq]
    floor: Seq
    leaving: frozenset[Seq]
    owed: frozenset[Seq]
    uncounted: frozenset[Seq]
    forgotten: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Counter:
    """A counter: how many messages an account was ever sent in a session (`received`), and how many it has cleared."""

    session_id: SessionId
    received: int = 0
    cleared: int = 0
    timestamp_ms: int = 0
    recent: frozenset[Seq] = field(default_factory=frozenset)
    floor: Seq = Seq(0)
    uncounted: frozenset[Seq] = field(default_factory=frozenset)

    @property
    def unread(self) -> int:
        """How many messages came since the last clear."""
        return self.received - self.cleared

    def summary(self) -> Unread:
        """The counter on the wire."""
        return Unread(
            session_id=self.session_id,
            count=self.unread,
            received=self.received,
            cleared=self.cleared,
            timestamp_ms=self.timestamp_ms,
            last_seq=self.last_seq,
        )

    @property
    def last_seq(self) -> Seq:
        """The highest seq that this account was sent in this session; 0 if none."""
        return max((*self.recent, self.floor))

    def has_counted(self, seq: Seq) -> bool:
        """Whether this message, which is in its place in the session, was counted."""
        return seq in self.recent or (seq <= self.floor and seq not in self.uncounted)

    def due_floor(self) -> Seq | None:
        """The floor that the counter should rise to; None if `recent` has room. A floor only rises, to a seq that
        exists."""
        above = sorted(seq for seq in self.recent if seq > self.floor)
        if len(self.recent) < RECENT_LIMIT or not above:
            return None
        return above[max(0, len(above) - RECENT_KEPT - 1)]

    def trim(self, floor: Seq, owed: frozenset[Seq]) -> Trim:
        """Returns the change to the new floor. `owed`: the seqs to be counted above the present floor, up to the new
        one."""
        new = owed - self.recent
        uncounted = sorted(self.uncounted | new)
        forgotten = max(0, len(uncounted) - UNCOUNTED_LIMIT)
        return Trim(
            found_floor=self.floor,
            found_uncounted=self.uncounted,
            floor=floor,
            leaving=frozenset(seq for seq in self.recent if seq <= floor),
            owed=new,
            uncounted=frozenset(uncounted[forgotten:]),
            forgotten=forgotten,
        )
