"""Returns counters: of named sessions, or of all that have something unread.

The first answer of all holds the newest sessions, as that of a login does. If not all fit, the later answers go through
*all* of the person's sessions in the order of their ids, including those of the first one. This order does not change
while messages arrive, so no session is skipped. A client that gets a counter twice adds nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.counter import Counter
from catchup.domain.group import Group, is_group
from catchup.domain.ids import SessionId, Uid, is_session_id, private_session
from catchup.domain.membership import Membership
from catchup.domain.message import Message
from catchup.domain.page import Budget, fitting
from catchup.domain.receipts import NOT_CHOSEN, OFF_FOR_ALL, ReceiptsChoice
from catchup.domain.unread import Unread
from catchup.usecases.catching_up.mentions import Mentions
from catchup.usecases.catching_up.ports import Counters, DataSet, InSession
from catchup.usecases.catching_up.previews import Previews
from catchup.usecases.catching_up.recalls import Recalls
from catchup.usecases.groups.ports import Groups

# A cursor is this prefix and the last session id.
CURSOR_PREFIX = "after:"
FIRST_FRAME = CURSOR_PREFIX


@dataclass(frozen=True, slots=True)
class CountersFrame:
    """Counters for one answer, with the previews that fit. `next`: the cursor, "" at the end.

    In the first answer of all only: `epoch`; `settings_sum`, the sum of the versions of all sessions' settings, and
    `hidden_sum`, that of the versions of what the person has hidden in them. As versions only rise, a device whose sum
    is the same lacks none. `receipts`: what the person has chosen."""

    counters: Sequence[Unread]
    previews: Mapping[SessionId, Sequence[Message]] = field(default_factory=dict)
    next: str = ""
    epoch: str | None = None
    settings_sum: int | None = None
    hidden_sum: int = 0
    receipts: ReceiptsChoice = NOT_CHOSEN


class Named(NamedTuple):
    """Asks for the counters of these sessions."""

    sessions: Sequence[SessionId]


class Following(NamedTuple):
    """Asks for the counters with something unread after this session; None: from the first. `since_ms`: as in
    `Unread.is_told`."""

    after: SessionId | None
    since_ms: int | None = None


class All(NamedTuple):
    """Asks for all counters with something unread. `since_ms`: as in `Unread.is_told`."""

    since_ms: int | None = None


CountersAsked: TypeAlias = Named | Following | All


def rows_for(budget: Budget) -> int:
    """How many rows are read for one answer: about as many as fit if all have something unread."""
    return 2 * budget.largest_page


@dataclass(eq=False, repr=False, slots=True)
class ReadCounters:
    """Reads counters. Changes nothing."""

    data_set: DataSet
    counters: Counters
    groups: Groups
    previews: Previews
    recalls: Recalls
    mentions: Mentions
    concurrency: Concurrency
    offers_receipts: bool

    def __call__(self, uid: Uid, asked: CountersAsked, budget: Budget) -> CountersFrame:
        """Raises Unavailable."""
        match asked:
            case Named(sessions):
                return self.named(uid, sessions)
            case Following(after, since_ms):
                return self.following(uid, after, budget, since_ms)
            case All(since_ms):
                return self.all(uid, budget, since_ms)

    def all(self, uid: Uid, budget: Budget, since_ms: int | None = None) -> CountersFrame:
        """What a login tells: the newest sessions with something unread. Nothing is registered."""
        epoch, rows = self.concurrency.run(self.data_set.epoch, lambda: self.counters.all(uid))
        rows, groups = self._after_heads(uid, rows)
        frame = first_frame(uid, rows, groups, self.previews, budget, epoch, since_ms)
        return frame if self.offers_receipts else replace(frame, receipts=OFF_FOR_ALL)

    def named(self, uid: Uid, sessions: Sequence[SessionId]) -> CountersFrame:
        """The counters of these sessions, unread or not. Sessions that are not the person's are left out. Heads are
        read before counters, as at login."""
        sessions = [each for each in sessions if is_group(each) or rule_of("counters").allows_in_private(uid, each)]
        if not sessions:
            return CountersFrame([])
        groups = self._heads(sessions)
        rows, groups = self.recalls.known_to(uid, self.counters.named(uid, sessions), groups)
        return CountersFrame(summaries(rows, self.mentions.heard_by(uid, rows, groups)))

    def following(
        self, uid: Uid, after: SessionId | None, budget: Budget, since_ms: int | None = None
    ) -> CountersFrame:
        """The counters with something unread among the next sessions after this one (None: from the first)."""
        rows, last = self.counters.page(uid, after, rows_for(budget))
        rows, groups = self._after_heads(uid, rows)
        unread = [told for told in summaries(rows, groups) if told.is_told(since_ms)]
        fit, _ = fitting(unread, budget.counter_bytes, budget.room)
        if len(fit) < len(unread):
            return CountersFrame(fit, next=cursor(fit[-1].session_id))
        return CountersFrame(fit, next=cursor(last) if last is not None else "")

    def _after_heads(
        self, uid: Uid, rows: Sequence[InSession]
    ) -> tuple[Sequence[InSession], Mapping[SessionId, Group]]:
        """The heads of the groups among these rows, as the person hears them, and the rows, those of groups read again
        after their heads."""
        groups = self._heads([row.session_id for row in rows])
        again = {row.session_id: row for row in self.counters.named(uid, [*groups])} if groups else {}
        rows, groups = self.recalls.known_to(uid, [again.get(row.session_id, row) for row in rows], groups)
        return rows, self.mentions.heard_by(uid, rows, groups)

    def _heads(self, sessions: Sequence[SessionId]) -> Mapping[SessionId, Group]:
        named = [session for session in sessions if is_group(session)]
        return self.groups.many(named) if named else {}


def summaries(rows: Sequence[InSession], groups: Mapping[SessionId, Group]) -> Sequence[Unread]:
    """The person's summaries of these sessions, without groups whose row can't be read."""
    return [
        groups[row.session_id].seen_as(row).unread(groups[row.session_id])
        if isinstance(row, Membership)
        else row.summary()
        for row in rows
        if not isinstance(row, Membership) or (row.session_id in groups and rule_of("counters").allows_in_group(row))
    ]


def first_frame(
    uid: Uid,
    rows: Sequence[InSession],
    groups: Mapping[SessionId, Group],
    previews: Previews,
    budget: Budget,
    epoch: str,
    since_ms: int | None = None,
) -> CountersFrame:
    """The newest sessions with something unread, as many as fit, with as many of their last messages as fit. First come
    those in which something is to be counted. The others have been counted by some device, and have no messages here: a
    client that knows nothing of reading gets the same first screen as ever, at the same cost."""
    told_of = summaries(rows, groups)
    unread = sorted(
        (told for told in told_of if told.is_told(since_ms)),
        key=lambda told: (told.is_to_count, told.timestamp_ms),
        reverse=True,
    )
    fit, room = fitting(unread, budget.counter_bytes, budget.room)
    waiting: dict[SessionId, Sequence[Message]] = {}
    for session, messages in previews(uid, [told for told in fit if told.is_to_count], rows, groups):
        waiting[session], room = fitting(messages, budget.message_bytes, room)
    settings_sum = sum(told.settings.version for told in told_of)
    hidden_sum = sum(told.hidden_version for told in told_of)
    notes = private_session(uid, uid)
    receipts = next((row.receipts for row in rows if isinstance(row, Counter) and row.session_id == notes), NOT_CHOSEN)
    more = "" if len(fit) == len(unread) else FIRST_FRAME
    return CountersFrame(fit, waiting, more, epoch, settings_sum, hidden_sum, receipts)


def cursor(session: SessionId) -> str:
    """The cursor that continues after this session."""
    return f"{CURSOR_PREFIX}{session}"


def parse_cursor(text: str) -> SessionId | None:
    """The session after which to continue; None: from the first. Raises ValueError for a text that is no cursor."""
    session = SessionId(text.removeprefix(CURSOR_PREFIX))
    if not text.startswith(CURSOR_PREFIX) or (session and not is_session_id(session)):
        raise ValueError(text)
    return session or None
