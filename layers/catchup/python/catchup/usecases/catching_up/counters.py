"""Returns counters, by session, or as the further frames of a login's answer.

The first frame of a login holds the newest sessions. If not all fit, the later frames go through *all* of the person's
sessions in the order of their ids, including those of the first frame. This order does not change while messages
arrive, so no session is skipped. A client that gets a counter twice adds nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catchup.commands import rule_of
from catchup.domain.group import Group, Membership, is_group
from catchup.domain.ids import SessionId, Uid, is_session_id
from catchup.domain.message import Message
from catchup.domain.page import FrameBudget, fitting
from catchup.domain.unread import Unread
from catchup.usecases.catching_up.ports import Counters, InSession
from catchup.usecases.groups.ports import Groups

# Rows read for one frame: about as many as fit a frame if all have something unread.
ROWS_PER_FRAME = 200
# A cursor is this prefix and the last session id.
CURSOR_PREFIX = "after:"
FIRST_FRAME = CURSOR_PREFIX


@dataclass(frozen=True, slots=True)
class CountersFrame:
    """Counters for one frame, with the previews that fit. `next`: the cursor, "" at the end. `epoch`: at login only."""

    counters: Sequence[Unread]
    previews: Mapping[SessionId, Sequence[Message]] = field(default_factory=dict)
    next: str = ""
    epoch: str | None = None


@dataclass(eq=False, repr=False, slots=True)
class ReadCounters:
    """The counters of named sessions, or of the next frame."""

    counters: Counters
    groups: Groups

    def named(self, uid: Uid, sessions: Sequence[SessionId]) -> CountersFrame:
        """The counters of these sessions, unread or not. Sessions that are not the person's are left out. Heads are
        read before counters, as at login."""
        sessions = [each for each in sessions if is_group(each) or rule_of("counters").allows_in_private(uid, each)]
        if not sessions:
            return CountersFrame([])
        groups = self._heads(sessions)
        return CountersFrame(summaries(self.counters.named(uid, sessions), groups))

    def following(self, uid: Uid, after: SessionId | None, budget: FrameBudget) -> CountersFrame:
        """The counters with something unread among the next sessions after this one (None: from the first)."""
        rows, last = self.counters.page(uid, after, ROWS_PER_FRAME)
        groups = self._heads([row.session_id for row in rows])
        if groups:
            again = {row.session_id: row for row in self.counters.named(uid, [*groups])}
            rows = [again.get(row.session_id, row) for row in rows]
        unread = [told for told in summaries(rows, groups) if told.is_news]
        fit, _ = fitting(unread, budget.counter_bytes, budget.room)
        if len(fit) < len(unread):
            return CountersFrame(fit, next=cursor(fit[-1].session_id))
        return CountersFrame(fit, next=cursor(last) if last is not None else "")

    def _heads(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Group]:
        named = [session for session in sessions if is_group(session)]
        return self.groups.many(named) if named else {}


def summaries(rows: Sequence[InSession], groups: Mapping[SessionId, Group]) -> Sequence[Unread]:
    """The person's summaries of these sessions, without groups whose row can't be read."""
    return [
        row.unread(groups[row.session_id]) if isinstance(row, Membership) else row.summary()
        for row in rows
        if not isinstance(row, Membership) or (row.session_id in groups and rule_of("counters").allows_in_group(row))
    ]


def cursor(session: SessionId) -> str:
    """The cursor that continues after this session."""
    return f"{CURSOR_PREFIX}{session}"


def parse_cursor(text: str) -> SessionId | None:
    """The session after which to continue; None: from the first. Raises ValueError for a text that is no cursor."""
    session = SessionId(text.removeprefix(CURSOR_PREFIX))
    if not text.startswith(CURSOR_PREFIX) or (session and not is_session_id(session)):
        raise ValueError(text)
    return session or None
