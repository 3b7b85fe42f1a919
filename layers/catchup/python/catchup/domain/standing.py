"""The roles in a group at one place of its session: the rows, and the changes after them.

    rows, read after the head v │ changes in (v, s - 1], in their order │ the rights at s - 1, for a message at seq s

A row may have been read when it was ahead of v. That is harmless: a change that the row already has changes nothing
more, and the last change decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from catchup.domain.group import Group, GroupChange
from catchup.domain.ids import Seq, Uid
from catchup.domain.membership import Membership, Role


class Changed(NamedTuple):
    """A change of membership in its place. `by`: its author. `number`: that of the last counted message before it."""

    seq: Seq
    by: Uid
    change: GroupChange
    at_ms: int = 0
    number: int = 0

    @property
    def comings(self) -> Mapping[Uid, Role]:
        """The people who become members by it, unless they are, with their roles."""
        match self.change.kind:
            case "create":
                return {self.by: Role.OWNER, **self._others(Role.MEMBER)}
            case "join":
                return {self.by: Role.MEMBER}
            case "add":
                return self._others(Role.MEMBER)
            case _:
                return {}

    @property
    def goings(self) -> Sequence[Uid]:
        """The people whose membership it ends."""
        match self.change.kind:
            case "leave":
                return [self.by]
            case "remove":
                return [*self._others(Role.MEMBER)]
            case _:
                return []

    @property
    def heir(self) -> Uid | None:
        """The new owner; None if the change is no hand-over."""
        return self.change.uids[0] if self.change.kind == "role" and self.change.role is Role.OWNER else None

    @property
    def given(self) -> Mapping[Uid, Role]:
        """The people whose role it changes, with the new role. A new owner's row says admin, for the time after the
        next hand-over."""
        return {self.change.uids[0]: min(self.change.role, Role.ADMIN)} if self.change.kind == "role" else {}

    def _others(self, role: Role) -> Mapping[Uid, Role]:
        return {uid: role for uid in self.change.uids if uid != self.by}


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """A group, and the rows of the people whose rights are asked for. A person who was never a member has none."""

    group: Group
    people: Mapping[Uid, Membership]

    def of(self, uid: Uid) -> Membership | None:
        """This person with the effective role; None if they were never in the group."""
        row = self.people.get(uid)
        return None if row is None else self.group.seen_as(row)

    def after(self, change: Changed) -> "Standing":
        """Returns the standing after this change."""
        group = self.group
        if change.heir is not None and group.owner_seq < change.seq:
            group = replace(group, owner=change.heir, owner_seq=change.seq)
        people = dict(self.people)
        for uid, role in change.comings.items():
            row = people.get(uid, Membership(uid, group.session_id))
            if not row.is_member and row.left < change.seq:
                people[uid] = replace(row, role=role, joined=change.seq)
        for uid in change.goings:
            row = people.get(uid, Membership(uid, group.session_id))
            if row.is_member and row.joined < change.seq:
                people[uid] = replace(row, left=change.seq)
        for uid, role in change.given.items():
            row = people.get(uid, Membership(uid, group.session_id))
            if row.is_member and row.joined < change.seq:
                people[uid] = replace(row, role=role)
        return Standing(group, people)
