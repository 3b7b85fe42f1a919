"""Completes what a person needs to know of recalled messages in groups.

A group's row, which each message changes, lists the newest recalled numbers. The others are in a row of their own. Only
whoever has not cleared, or not read, up to the highest of these pays for a look at it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catchup.domain.group import Group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.membership import Membership
from catchup.usecases.catching_up.ports import Counters, InSession
from catchup.usecases.groups.ports import Groups


@dataclass(eq=False, repr=False, slots=True)
class Recalls:
    """Looks at groups as somebody who was away must see them."""

    counters: Counters
    groups: Groups

    def known_to(
        self, uid: Uid, rows: Sequence[InSession], groups: Mapping[SessionId, Group]
    ) -> tuple[Sequence[InSession], Mapping[SessionId, Group]]:
        """Returns the rows and the groups, with all recalled numbers that concern the person. Usually nothing is read.
        Raises Unavailable.

        The person's rows are read again after the numbers: a recall is noted in its author's row before any other.
        """
        lacking = [row.session_id for row in rows if isinstance(row, Membership) and _lacks(row, groups)]
        if not lacking:
            return rows, groups
        found = self.groups.recalled_in(lacking)
        again = {row.session_id: row for row in self.counters.named(uid, [*found])}
        whole = {session: groups[session].with_recalled(numbers) for session, numbers in found.items()}
        return [again.get(row.session_id, row) for row in rows], {**groups, **whole}


def _lacks(row: Membership, groups: Mapping[SessionId, Group]) -> bool:
    group = groups.get(row.session_id)
    if group is None or not row.is_member:
        return False
    # Clients that know nothing of reading would lack numbers for ever.
    known = min(row.cleared, row.read_number) if row.read.number else row.cleared
    return known < group.recalled_floor
