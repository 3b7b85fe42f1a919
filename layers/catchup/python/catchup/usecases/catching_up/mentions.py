"""Leaves out the mentions of everyone that a person does not want to hear: by people whom they have blocked.

Messages that mention everyone are listed once, in the group's row, each with a tag of its author. Only whoever has such
a mention unread pays for a look at their own block list. Mentions by name are left out when they are noted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catchup.domain.group import Group
from catchup.domain.ids import SessionId, Uid
from catchup.domain.membership import Membership, tag_of
from catchup.usecases.catching_up.ports import InSession
from catchup.usecases.people.ports import BlockBook


@dataclass(eq=False, repr=False, slots=True)
class Mentions:
    """Looks at groups as one person hears them."""

    blocks: BlockBook

    def heard_by(
        self, uid: Uid, rows: Sequence[InSession], groups: Mapping[SessionId, Group]
    ) -> Mapping[SessionId, Group]:
        """Returns the groups without mentions of everyone by people whom this person has blocked. Usually nothing is
        read. Raises Unavailable."""
        members = [row for row in rows if isinstance(row, Membership) and row.session_id in groups]
        if not any(row.named_with_all(groups[row.session_id]) for row in members):
            return groups
        blocked = {tag_of(other) for other in self.blocks.blocked(uid)}
        if not blocked:
            return groups
        return {
            session: replace(group, to_all=frozenset(each for each in group.to_all if each.by not in blocked))
            for session, group in groups.items()
        }
