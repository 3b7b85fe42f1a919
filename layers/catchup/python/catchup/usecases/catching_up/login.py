"""Logs a device in and returns counters, never the backlog.

    register ────────┬── roster ── heads ── all counters ── previews of the newest sessions ── answer
    (Presence)       │   (large    (groups) (Counter,       (Inbox, Message;
    which groups ────┤    groups)            consistent)     side by side)
    epoch ───────────┘
    (a process's first login)

Registering comes first, so that a message that is counted after the counters were read finds the connection and is
pushed. For the same reason the roster of large groups comes before their heads. Heads come before counters: an author
notes their own message before they raise the head, so that it can be left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from catchup.concurrency import Concurrency
from catchup.domain.group import Group
from catchup.domain.ids import SessionId
from catchup.domain.membership import Membership
from catchup.domain.page import Budget
from catchup.domain.presence import Caller
from catchup.domain.receipts import OFF_FOR_ALL
from catchup.errors import Superseded, courtesy
from catchup.metrics import Metric, Telemetry
from catchup.usecases.catching_up.counters import CountersFrame, first_frame
from catchup.usecases.catching_up.mentions import Mentions
from catchup.usecases.catching_up.ports import Counters, DataSet, InSession
from catchup.usecases.catching_up.previews import Previews
from catchup.usecases.catching_up.recalls import Recalls
from catchup.usecases.groups.ports import Groups, Members, Roster
from catchup.usecases.people.ports import PresenceBook, Push


@dataclass(eq=False, repr=False, slots=True)
class LogIn:
    """Registers a connection and answers with the counters of all sessions that have something unread."""

    data_set: DataSet
    presence: PresenceBook
    counters: Counters
    previews: Previews
    recalls: Recalls
    mentions: Mentions
    groups: Groups
    members: Members
    roster: Roster
    push: Push
    concurrency: Concurrency
    telemetry: Telemetry
    offers_receipts: bool

    def __call__(self, caller: Caller, budget: Budget, since_ms: int | None = None) -> CountersFrame:
        """Logs in. `since_ms`: as in `Unread.is_told`. If time is short or the store does not answer, it leaves out
        previews; the first pull brings them.

        Raises Superseded, Unavailable.
        """
        known: Sequence[InSession]
        known, epoch, registered = self.concurrency.run(
            lambda: self.counters.all(caller.uid, consistent=False),
            lambda: self.data_set.epoch(),
            lambda: self.presence.register(caller.endpoint),
        )
        if registered.superseded:
            raise Superseded
        self.telemetry.count(Metric.LOGINS)
        groups = dict(self._groups(caller, _memberships(known)))
        entered = {row.session_id for row in _memberships(known) if row.is_member}
        rows = self.counters.all(caller.uid)
        fresh = [
            row
            for row in _memberships(rows)
            if row.session_id not in groups or (row.is_member and row.session_id not in entered)
        ]
        if fresh:
            # The person has just joined these. Their heads are read after their rows, so the rows are read once more.
            groups |= self._groups(caller, fresh)
            again = {row.session_id: row for row in self.counters.named(caller.uid, [*groups])}
            rows = [again.get(row.session_id, row) for row in rows]
        rows, complete = self.recalls.known_to(caller.uid, rows, groups)
        heard = self.mentions.heard_by(caller.uid, rows, complete)
        # The person has just been removed: an eventually consistent read still had them in the group.
        gone = [row.session_id for row in _memberships(rows) if not row.is_member and row.session_id in entered]
        self.concurrency.run(*(partial(self._leave_roster, caller, session) for session in gone))
        *_, frame = self.concurrency.run(
            *(lambda old=old: self.push.close(old.connection) for old in registered.closing),
            lambda: first_frame(caller.uid, rows, heard, self.previews, budget, epoch, since_ms),
        )
        answer: CountersFrame = frame
        return answer if self.offers_receipts else replace(answer, receipts=OFF_FOR_ALL)

    def _leave_roster(self, caller: Caller, session: SessionId) -> None:
        """Takes the device out of the roster. If this fails, the request that removed the person does it too."""
        with courtesy():
            self.roster.leave(caller.endpoint, session)

    def _note_roster(self, caller: Caller, session: SessionId) -> None:
        """Notes the group's roster in the person's row. If this fails, the next login finds the roster again."""
        with courtesy():
            self.members.roster_noted(caller.uid, session)

    def _groups(self, caller: Caller, memberships: Sequence[Membership]) -> Mapping[SessionId, Group]:
        """The heads of these groups, read after the caller has entered the rosters."""
        if not memberships:
            return {}
        noted = [row for row in memberships if row.is_member and row.in_roster]
        self.roster.enter(caller.endpoint, {row.session_id: row.joined for row in noted})
        groups = dict(self.groups.many([row.session_id for row in memberships]))
        late = {
            row.session_id: row.joined
            for row in memberships
            if row.is_member and not row.in_roster and row.session_id in groups
            if groups[row.session_id].roster_since_ms
        }
        if late:
            self.roster.enter(caller.endpoint, late)
            *_, read_again = self.concurrency.run(
                *(partial(self._note_roster, caller, session) for session in late),
                lambda: self.groups.many([*late]),
            )
            groups |= read_again
        return groups


def _memberships(rows: Sequence[InSession]) -> list[Membership]:
    return [row for row in rows if isinstance(row, Membership) and row.was_member]
