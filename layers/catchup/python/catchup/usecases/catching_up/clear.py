"""Clears counts that the client has added to its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from catchup.commands import rule_of
from catchup.concurrency import Concurrency
from catchup.domain.group import Group, is_group
from catchup.domain.ids import Seq, SessionId, Uid
from catchup.domain.membership import Membership
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

    def __call__(self, uid: Uid, seen: Mapping[SessionId, int | None]) -> Mapping[SessionId, ClearResult]:
        """Makes one conditional update per session, side by side. It is safe to repeat, to reorder, and to race with a
        send. Groups are read first: their heads, and the lists of own messages and mentions. `seen` None: clears
        nothing, and only checks that the caller may clear the session.
        """
        of_groups = [session for session in seen if is_group(session)]
        groups, members = self._read(uid, of_groups)

        def clear(session: SessionId, number: int | None) -> ClearResult:
            try:
                if is_group(session):
                    return self.group(members.get(session), groups.get(session), number)
                if not rule_of("clear").allows_in_private(uid, session):
                    return ClearResult.NOT_YOURS
                return ClearResult.CLEARED if number is None else self.counters.clear(uid, session, number)
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

    def group(self, member: Membership | None, group: Group | None, number: int | None) -> ClearResult:
        """Clears one group. Its rows were read before. Raises Unavailable."""
        if member is None or group is None or not rule_of("clear").allows_in_group(member):
            return ClearResult.NOT_YOURS
        member = group.seen_as(member)
        seen = member.last_event(group)
        if number is None or (number <= member.cleared and member.seen >= seen):
            return ClearResult.CLEARED
        if number < member.last_turn_number:
            # It was sent before the person came or went, and must not hide that from the next login.
            return ClearResult.CLEARED
        if number > max(member.cleared, member.last_number(group)):
            return ClearResult.TOO_HIGH
        own_left = self._own_left(member, group, number) if member.cleared < number < member.own_floor else 0
        cleared = self.members.clear(member, number, own_left, max(seen, member.seen))
        return ClearResult.CLEARED if cleared else ClearResult.TRY_AGAIN

    def _own_left(self, member: Membership, group: Group, number: int) -> int:
        """How many own messages have a number above this one, up to the floor; counted in history. What to read follows
        from the numbers: a seq is never below its number, and above it by at most the number of quiet messages."""
        quiet = group.head - group.number
        found = self.messages.between(member.session_id, Seq(number), Seq(member.own_floor + quiet + 1))
        own = {link.number for link in found if link.author == member.uid and link.counts}
        return sum(number < each <= member.own_floor for each in own)
