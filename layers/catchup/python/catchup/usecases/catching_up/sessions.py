"""Lists a person's sessions, for a new device."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from catchup.concurrency import Concurrency
from catchup.domain.counter import Counter
from catchup.domain.group import Group, is_group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.membership import Membership
from catchup.domain.page import Budget, fitting
from catchup.domain.reading import Position
from catchup.domain.unread import Unread
from catchup.usecases.catching_up.counters import summaries as summaries_of
from catchup.usecases.catching_up.ports import Counters
from catchup.usecases.groups.ports import Groups
from catchup.usecases.receipts.learning import Learned, LearnReadTo


class SessionSummary(NamedTuple):
    """A session in the list. `group` and `membership` are only set for groups, `read_to` (how far the other person has
    read) only for private sessions."""

    told: Unread
    group: Group | None = None
    membership: Membership | None = None
    read_to: Position | None = None


@dataclass(eq=False, repr=False, slots=True)
class ListSessions:
    """Lists sessions in the order of their ids, unread or not, including groups that the person has left."""

    counters: Counters
    groups: Groups
    learn: LearnReadTo
    concurrency: Concurrency

    def __call__(
        self, uid: Uid, limit: int, after: SessionId | None, budget: Budget
    ) -> tuple[Sequence[SessionSummary], SessionId | None]:
        """Returns at most `limit` sessions after this one that fit the frame, and the session after which to continue,
        None at the end.

        Raises Unavailable.
        """
        rows, last = self.counters.page(uid, after, limit)
        private = [row for row in rows if isinstance(row, Counter)]
        of_groups = [row.session_id for row in rows if is_group(row.session_id)]
        learned, groups = self.concurrency.run(
            lambda: self.learn(uid, private),
            lambda: self.groups.many(of_groups) if of_groups else {},
        )
        found = {row.session_id: row for row in rows}
        summaries = []
        for told in summaries_of(rows, groups):
            session = told.session_id
            row, group = found[session], groups.get(session)
            membership = group.seen_as(row) if group is not None and isinstance(row, Membership) else None
            # With own messages.
            last_seq, read_to = learned.get(session, Learned(told.last_seq))
            summaries.append(SessionSummary(replace(told, last_seq=last_seq), group, membership, read_to))
        fit, _ = fitting(summaries, lambda each: _bytes_of(each, budget), budget.room)
        if len(fit) < len(summaries):
            return fit, fit[-1].told.session_id
        return summaries, last


def _bytes_of(summary: SessionSummary, budget: Budget) -> int:
    name = summary.group.name if summary.group else ""
    return budget.group_bytes(name, summary.told.recalled) + budget.settings_bytes(summary.told.settings)
