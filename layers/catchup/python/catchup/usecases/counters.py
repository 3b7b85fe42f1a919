"""Counters, asked for by session, or as the further frames of a login's answer.

The first frame of a login holds the newest sessions. If not all fit, the frames after it walk through *all* of the
person's sessions in the order of their ids, those of the first frame included: an order that does not change while
messages arrive, so none is skipped; and a client that gets a counter twice adds nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catchup.clock import Deadline
from catchup.domain.counter import Counter
from catchup.domain.ids import SessionId, Uid, is_session_id
from catchup.domain.message import Message
from catchup.domain.page import FrameBudget, fitting
from catchup.usecases.ports import Counters

# Rows read for one frame: about as many as a frame holds if all have something unread.
ROWS_PER_FRAME = 200
# The cursor is this, and the session id to go on after.
CURSOR_PREFIX = "after:"
FIRST_FRAME = CURSOR_PREFIX


@dataclass(frozen=True, slots=True)
class CountersFrame:
    """Counters for one frame, with the previews that fit. `next`: "" if these are all."""

    counters: Sequence[Counter]
    previews: Mapping[SessionId, Sequence[Message]] = field(default_factory=dict)
    next: str = ""


@dataclass(frozen=True, slots=True)
class ReadCounters:
    """The counters of named sessions, or of the next frame."""

    counters: Counters

    def named(self, uid: Uid, sessions: Sequence[SessionId], deadline: Deadline) -> CountersFrame:
        """All of them, unread or not."""
        return CountersFrame(self.counters.named(uid, sessions, deadline))

    def following(self, uid: Uid, after: SessionId | None, budget: FrameBudget) -> CountersFrame:
        """Those with something unread among the next sessions after this one (None: from the first)."""
        rows, last = self.counters.page(uid, after, ROWS_PER_FRAME)
        unread = [counter for counter in rows if counter.unread > 0]
        fit, _ = fitting(unread, budget.counter_bytes, budget.room)
        if len(fit) < len(unread):
            return CountersFrame(fit, next=cursor(fit[-1].session_id))
        return CountersFrame(fit, next=cursor(last) if last is not None else "")


def cursor(session: SessionId) -> str:
    """The `next` that goes on after this session."""
    return f"{CURSOR_PREFIX}{session}"


def parse_cursor(text: str) -> SessionId | None:
    """The session to go on after; None: from the first. Raises ValueError for a text that is no cursor."""
    session = SessionId(text.removeprefix(CURSOR_PREFIX))
    if not text.startswith(CURSOR_PREFIX) or (session and not is_session_id(session)):
        raise ValueError(text)
    return session or None
