"""Clears counts that the client has added to its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import Group, Membership, is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.errors import Unavailable
from catchup.metrics import Metric, Telemetry
from catchup.usecases.catching_up.ports import ClearResult, Counters
from catchup.usecases.groups.ports import Groups, Members
from catchup.usecases.sending.ports import MessageLog


@dataclass(eq=False, repr=False, slots=True)
class Clear:
    """Clears each session up to what the client has counted."""

    counters: Counters
    groups: Groups
    members: Members
    messages: MessageLog
    concurrency: Concurrency
    telemetry: Telemetry

    def __call__(self, uid: Uid, seen: Mapping[SessionId, int]) -> Mapping[SessionId, ClearResult]:
        """Makes one conditional update per session, side by side. It is safe to repeat, to reorder, and to race with a
        send. Groups are read first: their heads, and the lists of own messages and mentions."""
        of_groups = [session for session in seen if is_group(session)]
        groups, members = self._read(uid, of_groups)

        def clear(session: SessionId, number: int) -> ClearResult:
            try:
                if is_group(session):
                    return self.group(members.get(session), groups.get(session), Seq(number))
                if not rule_of("clear").allows_in_private(uid, session):
                    return ClearResult.NOT_YOURS
                return self.counters.clear(uid, session, number)
            except Unavailable:
                return ClearResult.TRY_AGAIN

        results = self.concurrency.run(*(partial(clear, session, number) for session, number in seen.items()))
        self.telemetry.count(Metric.CLEARED, results.count(ClearResult.CLEARED))
        return dict(zip(seen, results, strict=True))

    def _read(
        self, uid: Uid, sessions: Sequence[SessionId]
    ) -> tuple[Mapping[SessionId, Group], Mapping[SessionId, Membership]]:
        if not sessions:
            return {}, {}
        groups, rows = self.concurrency.run(
            lambda: self.groups.many(sessions), lambda: self.counters.named(uid, sessions)
        )
        return groups, {row.session_id: row for row in rows}

    def group(self, member: Membership | None, group: Group | None, seen: Seq) -> ClearResult:
        """Clears one group. Its rows were read before."""
        if member is None or group is None or not rule_of("clear").allows_in_group(member):
            return ClearResult.NOT_YOURS
        if seen <= member.cleared:
            return ClearResult.CLEARED
        if seen > member.end(group.head):
            return ClearResult.TOO_HIGH
        own_left, reached = 0, member.own_floor
        if member.own_floor > seen:
            own_left, reached = self.messages.own_between(member.session_id, member.uid, seen, member.own_floor)
        if reached < member.own_floor:
            # Too many messages lie between to count the own ones. A later clear, further up, clears them all.
            return ClearResult.TRY_AGAIN
        cleared = self.members.clear(member, seen, own_left)
        return ClearResult.CLEARED if cleared else ClearResult.TRY_AGAIN
