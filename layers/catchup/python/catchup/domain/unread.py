"""What a person is told of one session: the counter of docs/protocol.md."""

from collections.abc import Sequence
from dataclasses import dataclass

from catchup.domain.ids import Seq, SessionId


@dataclass(frozen=True, slots=True, repr=False)
class OwnBelow:
    """`count` own messages have a seq above `cleared` and not above `to`."""

    to: Seq
    count: int


@dataclass(frozen=True, slots=True, repr=False)
class Unread:
    """`count`: what came since the last clear, own messages left out.

    Groups only: `own` are the person's own seqs above `cleared` (and above `own_below`, if they are many); `mentions`
    are seqs above `cleared` that name the person. `joined`, `left`: which messages began and ended the membership that
    is counted; `left` 0: it goes on. What a former member was told before is unread for them no more.
    """

    session_id: SessionId
    count: int
    received: int
    cleared: int
    timestamp_ms: int
    last_seq: Seq
    own: Sequence[Seq] = ()
    own_below: OwnBelow | None = None
    mentions: Sequence[Seq] = ()
    joined: Seq = Seq(0)
    left: Seq = Seq(0)
    # Whether no device has cleared up to the end of a membership so far.
    ends_unseen: bool = False

    @property
    def is_news(self) -> bool:
        """Whether a login tells of it: something is unread, or it has to be said that nothing is any more."""
        return self.count > 0 or self.ends_unseen
