"""Test data: a person with a past and a backlog.

    past (read, acked, cleared)        │ waiting
    seq 1 … 128                        │ 1 to 204 more       × 50 sessions
    Message, Sent, Counter             │ and Inbox

The backlog is spread evenly, with two exceptions: each of the 50 sessions has at least one waiting message, and the ten
newest have at least six, so that page zero at login (five messages of ten sessions) is full at every backlog.

`new_sessions` has no past, and an even spread. There counters and page zero still grow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from catchup.domain.counter import Counter
from catchup.domain.ids import Seq, SessionId, Uid, private_session

SESSIONS = 50
PAST = 128
# Page zero at login: `preview_sessions` and `preview_messages` of settings.py. One message more, so that some are left.
NEWEST_SESSIONS = 10
WAITING_IN_NEWEST = 6
SMALLEST_BACKLOG = NEWEST_SESSIONS * WAITING_IN_NEWEST + SESSIONS - NEWEST_SESSIONS

# A text of 60 characters.
TEXT = "See you at the station at eight, I bring the tickets for us."
# The time of the senders' clocks, with as many digits as today's.
SENT_AT_MS = 1_554_964_793_813
# The time between the first messages of two sessions.
SESSION_MS = 10_000


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The messages of `peer` to `reader`: `past` ones, which are acked and cleared, then `waiting` ones.

    There is one message per millisecond, from `began_ms` on.
    """

    reader: Uid
    peer: Uid
    past: int
    waiting: int
    began_ms: int

    @property
    def session(self) -> SessionId:
        """The session of `peer` and `reader`."""
        return private_session(self.reader, self.peer)

    @property
    def length(self) -> int:
        """The number of messages, which is also the last seq."""
        return self.past + self.waiting

    def msg_id(self, seq: int) -> str:
        """A UUID, the same in each run."""
        return str(uuid5(NAMESPACE_URL, f"{self.session}/{seq}"))

    def text(self, seq: int) -> str:  # noqa: ARG002 - all are alike here
        """The message's text."""
        return TEXT

    def at_ms(self, seq: int) -> int:
        """The time when this message was accepted."""
        return self.began_ms + seq

    def sent_at_ms(self, seq: int) -> int:  # noqa: ARG002 - all are alike here
        """The time of the sender's clock."""
        return SENT_AT_MS


def correspondences(reader: Uid, backlog: int, now_ms: int) -> Sequence[Correspondence]:
    """50 sessions with a past; the last ones are the newest. `backlog` is a whole multiple of 50, at least 100."""
    more, rest = divmod(backlog - SMALLEST_BACKLOG, SESSIONS)
    if rest or more < 0:
        raise ValueError(backlog)
    return [
        Correspondence(
            reader,
            peer(number),
            past=PAST,
            waiting=more + (WAITING_IN_NEWEST if number >= SESSIONS - NEWEST_SESSIONS else 1),
            began_ms=now_ms - (SESSIONS - number) * SESSION_MS,
        )
        for number in range(SESSIONS)
    ]


def new_sessions(reader: Uid, backlog: int, now_ms: int) -> Sequence[Correspondence]:
    """50 sessions in which all messages still wait."""
    return [
        Correspondence(reader, peer(number), 0, backlog // SESSIONS, now_ms - (SESSIONS - number) * SESSION_MS)
        for number in range(SESSIONS)
    ]


def peer(number: int) -> Uid:
    """A person with a uid as long as those of docs/protocol.md."""
    return Uid(f"{872_472_000 + number}")


def counter_after(correspondence: Correspondence) -> Counter:
    """The reader's counter, raised to the last message."""
    return Counter(
        correspondence.session,
        last_seq=Seq(correspondence.length),
        received=correspondence.length,
        cleared=correspondence.past,
        timestamp_ms=correspondence.at_ms(correspondence.length),
    )
