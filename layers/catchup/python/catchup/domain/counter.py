"""The counter of a person in a private session.

It says how far the session had come when the other's last message was told: up to `last_seq` the other had written
`received` counted messages, and the owner `sent`. These are facts of the log, so a counter is not reckoned, but raised
from one message to the next.
"""

from dataclasses import dataclass, field

from catchup.domain.ids import Seq, SessionId, Uid, private_members
from catchup.domain.message import Numbers, Place
from catchup.domain.unread import Unread


@dataclass(frozen=True, slots=True, repr=False)
class Counter:
    """A counter of a private session. `cleared`: the number of the other's up to which the owner has cleared.

    `pending`: seqs at or below `last_seq` of messages of the other's that may not be in the offline store, because
    their sends were overtaken; nearly always empty. `timestamp_ms`: when the message at `last_seq` was accepted, or the
    session began; 0: nothing was said so far. `blocked`: the owner does not take messages of the other.
    """

    session_id: SessionId
    last_seq: Seq = Seq(0)
    received: int = 0
    sent: int = 0
    cleared: int = 0
    timestamp_ms: int = 0
    pending: frozenset[Seq] = field(default_factory=frozenset)
    blocked: bool = False

    @property
    def unread(self) -> int:
        """How many messages came since the last clear."""
        return self.received - self.cleared

    @property
    def is_listed(self) -> bool:
        """Whether the owner has spoken here or been spoken to: a block alone makes no session."""
        return self.timestamp_ms > 0

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

    def has_told(self, seq: Seq) -> bool:
        """Whether all is done for this message of the other's, which is in its place, but pushing it."""
        return seq <= self.last_seq and seq not in self.pending

    def other(self, owner: Uid) -> Uid:
        """The other person of the two; the owner, if these are notes to oneself."""
        first, second = private_members(self.session_id) or (owner, owner)
        return second if owner == first else first

    def following(self, owner: Uid) -> Place:
        """The place behind `last_seq`: every seq up to there exists."""
        numbers = (self.sent, self.received) if owner <= self.other(owner) else (self.received, self.sent)
        return Place(Seq(self.last_seq + 1), Numbers(*numbers))
