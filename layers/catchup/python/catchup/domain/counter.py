"""The counter of a person in a private session.

It is a summary of the log up to `last_seq`, the last message of the other person that is counted: up to there, the
other person had written `received` counted messages, and the owner `sent`. Each message in the log carries these
numbers. So a counter is never calculated: it takes the numbers of the next message.
"""

from dataclasses import dataclass, field

from catchup.domain.ids import Seq, SessionId, Uid, other_of
from catchup.domain.message import Numbers, Place
from catchup.domain.reading import NOTHING_READ, Position
from catchup.domain.receipts import NOT_CHOSEN, ReceiptsChoice
from catchup.domain.session_settings import NO_SETTINGS, SessionSettings
from catchup.domain.unread import Unread


@dataclass(frozen=True, slots=True, repr=False)
class Counter:
    """A counter of a private session. `cleared`: the number of the other person's up to which the owner has cleared.

    `pending`: seqs, up to `last_seq`, of messages from the other person that may not be in the offline store yet,
    because the counter has passed them before their own send came so far; nearly always empty. `timestamp_ms`: when the
    newest counted message up to `last_seq` was accepted, or the session began; 0 if there are no messages. `blocked`:
    the owner has blocked the other person. `read`: how far the owner has read. `hidden_version`: that of the messages
    which the owner has hidden, 0 if there are none. `receipts`: what the owner has chosen (in their own notes only).

    `quiet_received`, `quiet_sent`: how many quiet messages the two had written up to `last_seq`. `quiet_seen`: as many
    of the other's as at the last clear. `news_at_ms`: when the counter last learned of one, or of what was read.
    `recalled`: numbers of the other's messages that were recalled: all above `cleared`, and the newest below.
    """

    session_id: SessionId
    last_seq: Seq = Seq(0)
    received: int = 0
    sent: int = 0
    cleared: int = 0
    timestamp_ms: int = 0
    pending: frozenset[Seq] = field(default_factory=frozenset)
    blocked: bool = False
    quiet_received: int = 0
    quiet_sent: int = 0
    quiet_seen: int = 0
    news_at_ms: int = 0
    recalled: frozenset[int] = field(default_factory=frozenset)
    read: Position = NOTHING_READ
    settings: SessionSettings = NO_SETTINGS
    hidden_version: int = 0
    receipts: ReceiptsChoice = NOT_CHOSEN

    @property
    def unread(self) -> int:
        """How many messages came since the last clear, without those that were recalled."""
        return self._above(self.cleared)

    def _above(self, number: int) -> int:
        recalled = sum(number < each <= self.received for each in self.recalled)
        return max(0, self.received - number - recalled)

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
            recalled=sorted(self.recalled),
            news_at_ms=self.news_at_ms,
            is_unseen=self.quiet_received > self.quiet_seen,
            read=self.read,
            not_read=self._above(self.read.number),
            settings=self.settings,
            hidden_version=self.hidden_version,
        )

    def has_told(self, seq: Seq) -> bool:
        """Whether this message of the other person, which is in its place, needs nothing more than a push."""
        return seq <= self.last_seq and seq not in self.pending

    def other(self, owner: Uid) -> Uid:
        """The other person; the owner, if the session is their notes to themselves."""
        return other_of(self.session_id, owner)

    def following(self, owner: Uid) -> Place:
        """The place after `last_seq`. Every seq up to `last_seq` exists."""
        counted, quiet = Numbers(self.sent, self.received), Numbers(self.quiet_sent, self.quiet_received)
        if owner > self.other(owner):
            counted, quiet = Numbers(*counted[::-1]), Numbers(*quiet[::-1])
        return Place(Seq(self.last_seq + 1), counted, quiets=quiet)
