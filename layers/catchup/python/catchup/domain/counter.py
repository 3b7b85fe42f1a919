"""The counter of a person in a session, and what it knows about single messages.

A counter moves by one update: `received` grows by one and the message's seq joins `recent`, on condition that it was
not in it. So counting the same message twice is impossible as long as its seq is in `recent`, which is bounded: now
and then the oldest seqs leave it and `floor` rises to the highest of them.

    seqs:    1 … 40 | 41  44  45  47 …  97
                  floor    `recent`
"""

from dataclasses import dataclass, field

from catchup.domain.ids import Seq, SessionId

# `recent` is trimmed when it has this many seqs, down to RECENT_KEPT. The larger the distance, the rarer the extra
# write (one in 32 messages); the larger the rest, the longer a late retry is recognised. With 64 seqs a counter stays
# under 400 bytes, so that an idle session costs a login 0.1 read units (bench/results/cost.json).
RECENT_LIMIT = 64
RECENT_KEPT = 32


@dataclass(frozen=True, slots=True)
class Trim:
    """Seqs that leave `recent`, and the floor that then stands for them."""

    seqs: frozenset[Seq]
    floor: Seq


@dataclass(frozen=True, slots=True)
class Counter:
    """How much an account has been sent in a session, ever (`received`), and how much of it is counted (`cleared`)."""

    session_id: SessionId
    received: int = 0
    cleared: int = 0
    timestamp_ms: int = 0
    recent: frozenset[Seq] = field(default_factory=frozenset)
    floor: Seq = Seq(0)

    @property
    def unread(self) -> int:
        """What came since the last clear."""
        return self.received - self.cleared

    @property
    def last_seq(self) -> Seq:
        """The highest seq that this account was sent in this session; 0 if none."""
        return max(self.recent, default=self.floor)

    def has_counted(self, seq: Seq) -> bool:
        """Whether a **retry** of this message must not count it: it was counted, or is too old to tell.

        A first attempt never asks this: its update is conditional on `recent` alone.
        """
        return seq in self.recent or self.is_below_floor(seq)

    def is_below_floor(self, seq: Seq) -> bool:
        """Whether this seq has left `recent`, so that nothing tells any more if it was counted."""
        return seq <= self.floor and seq not in self.recent

    def due_trim(self) -> Trim | None:
        """What to remove from `recent`, if it is full."""
        if len(self.recent) < RECENT_LIMIT:
            return None
        leaving = sorted(self.recent)[:-RECENT_KEPT]
        return Trim(frozenset(leaving), max(leaving[-1], self.floor))
