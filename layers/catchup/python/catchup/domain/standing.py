"""The roles in a group at one place of its session: the rows, and the changes after them.

    rows, read after the head v │ changes in (v, s - 1], in their order │ the rights at s - 1, for a message at seq s

A row may have been read when it was ahead of v. That is harmless: a change that the row already has changes nothing
more, and the last change decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from catchup.domain.group import Group, GroupChange
from catchup.domain.ids import Seq, Uid
from catchup.domain.membership import Membership, Role


class Changed(NamedTuple):
    """A change of a group in its place. `by`: its author. `number`: that of the last counted message before it."""

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

    @property
    def muted(self) -> Sequence[Uid]:
        """The people who may not speak until a time, or may speak again."""
        return self.change.uids if self.change.kind == "mute" else ()

    @property
    def mutes_all(self) -> bool:
        """Whether only the owner and admins may speak until a time, or all may again."""
        return self.change.kind == "mute" and not self.change.uids

    @property
    def renamed(self) -> str | None:
        """The group's new name; None if it keeps its name."""
        return self.change.name if self.change.kind == "describe" else None

    @property
    def is_end(self) -> bool:
        """Whether it dissolves the group. An owner who leaves does that too: they are the last member."""
        return self.change.kind == "dissolve"

    def _others(self, role: Role) -> Mapping[Uid, Role]:
        return {uid: role for uid in self.change.uids if uid != self.by}


class Standing(NamedTuple):
    """A group, and the rows of the people whose rights are asked for. A person who was never a member has none."""

    group: Group
    people: Mapping[Uid, Membership]

    def of(self, uid: Uid) -> Membership | None:
        """This person with the effective role; None if they were never in the group."""
        row = self.people.get(uid)
        return None if row is None else self.group.seen_as(row)

    def after(self, change: Changed) -> "Standing":
        """Returns the standing after this change. Its number of members is never too low: those who come are counted
        although they may have been members, and those who go only if their rows are here."""
        group = self._group_after(change)
        people = dict(self.people)
        for uid, role in change.comings.items():
            row = people.get(uid, Membership(uid, group.session_id))
            if not row.is_member and row.left < change.seq:
                people[uid] = replace(row, role=role, joined=change.seq, asked_at_ms=0)
        for uid in change.goings:
            row = people.get(uid, Membership(uid, group.session_id))
            if row.is_member and row.joined < change.seq:
                people[uid] = replace(row, left=change.seq)
        for uid, role in change.given.items():
            row = people.get(uid, Membership(uid, group.session_id))
            if row.is_member and row.joined < change.seq:
                people[uid] = replace(row, role=role)
        for uid in change.muted:
            row = people.get(uid, Membership(uid, group.session_id))
            if row.is_member and row.joined < change.seq:
                people[uid] = replace(row, muted_until_ms=change.change.until_ms)
        return Standing(group, people)

    def _group_after(self, change: Changed) -> Group:
        group = self.group
        if change.seq > group.counted_to:
            here = [uid for uid in change.goings if uid in self.people and self.people[uid].is_member]
            group = replace(group, members=group.members + len(change.comings) - len(here), counted_to=change.seq)
        if change.is_end or (change.change.kind == "leave" and change.by == group.owner):
            return replace(group, dissolved=change.seq, dissolved_number=change.number)
        if change.heir is not None and group.owner_seq < change.seq:
            return replace(group, owner=change.heir, owner_seq=change.seq)
        if change.mutes_all:
            return replace(group, muted_until_ms=change.change.until_ms)
        return group
