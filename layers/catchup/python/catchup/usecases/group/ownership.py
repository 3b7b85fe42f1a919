"""Whose a group is: a register in the group's row that the last hand-over in the order of the session wins.

    heir's role ── register ── giver's role
    (Counter)      (Session)   (Counter)

The register alone says who is the owner; a row that says OWNER of anybody else counts as ADMIN. The heir's row comes
first: whoever has left meanwhile is given nothing. One who leaves, or is removed, after that has left the group to
nobody: then an admin takes it, or gives it to somebody.
"""

from dataclasses import dataclass

from catchup.clock import Deadline
from catchup.domain.authorization import admits_to_group
from catchup.domain.group import Group, Membership, Role
from catchup.domain.ids import SessionId, Uid
from catchup.domain.message import Message
from catchup.usecases.group.ports import Groups, Members

# Up to so many members it is looked whether there is an admin: one query, of about 12 read units.
LOOKED_THROUGH = 1_000


@dataclass(eq=False, repr=False, slots=True)
class Ownership:
    """Hands groups over, and says which have lost their owner."""

    groups: Groups
    members: Members

    def hand_over(self, message: Message, group: Group, giver: Membership | None, to: Uid) -> bool:
        """Whether it was given to them, now or before. `group`, `giver`: as they were before."""
        session, seq, sender = message.session_id, message.seq, message.draft.sender
        if group.owner is None and giver is not None and giver.role is Role.OWNER:
            # A group of before the register. If its giver owns it no more, older code has handed it over: nothing of
            # that is undone.
            self.groups.begin_ownership(session, sender)
        if not self.members.set_role(to, session, seq, Role.OWNER):
            return False
        self.groups.hand_over(session, seq, to)
        if to != sender:
            self.members.set_role(sender, session, seq, Role.ADMIN)
        return True

    def may_take(self, actor: Membership, group: Group, deadline: Deadline) -> bool:
        """Whether this member may take or give a group that is another's by its register: it has lost its owner, and
        they are an admin, or no admin is left either."""
        if not self._is_orphaned(group, deadline):
            return False
        return actor.may_manage or not self._may_have_admins(group.session_id)

    def _is_orphaned(self, group: Group, deadline: Deadline) -> bool:
        if group.owner is None:
            return False
        _, owner = self.groups.seen_by(group.owner, group.session_id, deadline)
        # No row: who makes the group is about to enter it.
        if owner is None or admits_to_group("role", group.seen_as(owner)):
            return False
        # Who was the owner may have handed it over, and left, between the two reads.
        now = self.groups.many([group.session_id], deadline).get(group.session_id)
        return now is not None and now.owner_seq == group.owner_seq

    def _may_have_admins(self, session: SessionId) -> bool:
        page, more = self.members.page(session, None, LOOKED_THROUGH)
        return more is not None or any(each.role is not Role.MEMBER for each in page)
