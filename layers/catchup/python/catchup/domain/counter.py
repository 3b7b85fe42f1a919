"""The counter of a person in a private session.

It is a summary of the log up to `last_seq`, the last message of the other person that is counted: up to there, the
other person had written `received` counted messages, and the owner `sent`. Each message in the log carries these
numbers. So a counter is never calculated: it takes the numbers of the next message.
"""

from dataclasses import dataclass, field

from catchup.domain.ids import Seq, SessionId, Uid, private_members
from catchup.domain.message import Numbers, Place
from catchup.domain.reading import NOTHING_READ, Position
from catchup.domain.session_settings import NO_SETTINGS, SessionSettings
from catchup.domain.unread import Unread


@dataclass(frozen=True, slots=True, repr=False)
class Counter:
    """A counter of a private session. `cleared`: the number of the other person's up to which the owner has cleared.

    `pending`: seqs, up to `last_seq`, of messages from the other person that may not be in the offline store yet,
    because the counter has passed them before their own send came so far; nearly always empty. `timestamp_ms`: when the
    message at `last_seq` was accepted, or the session began; 0 if there are no messages. `blocked`: the owner has
    blocked the other person. `read`: how far the owner has read.
    """

    session_id: SessionId
    last_seq: Seq = Seq(0)
    received: int = 0
    sent: int = 0
    cleared: int = 0
    timestamp_ms: int = 0
    pending: frozenset[Seq] = field(default_factory=frozenset)
    blocked: bool = False
    read: Position = NOTHING_READ
    settings: SessionSettings = NO_SETTINGS

    @property
    def unread(self) -> int:
        """How many messages came since the last clear."""
        return self.received - self.cleared

    @property
    def is_listed(self) -> bool:
        """Whether the session is in the owner's list. A row that only has a block is not a session."""
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
            read=self.read,
            not_read=max(0, self.received - self.read.number),
            settings=self.settings,
        )

    def has_told(self, seq: Seq) -> bool:
        """Whether this message of the other person, which is in its place, needs nothing more than a push."""
        return seq <= self.last_seq and seq not in self.pending

    def other(self, owner: Uid) -> Uid:
        """The other person; the owner, if the session is their notes to themselves."""
        first, second = private_members(self.session_id) or (owner, owner)
        return second if owner == first else first

    def following(self, owner: Uid) -> Place:
        """The place after `last_seq`. Every seq up to `last_seq` exists."""
        numbers = (self.sent, self.received) if owner <= self.other(owner) else (self.received, self.sent)
        return Place(Seq(self.last_seq + 1), Numbers(*numbers))
